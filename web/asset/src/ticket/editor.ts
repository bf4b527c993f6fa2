// The rich editor, which is loaded when somebody begins to write.
import { Editor } from '@tiptap/core'
import StarterKit from '@tiptap/starter-kit'
import Placeholder from '@tiptap/extension-placeholder'
import { pastedHTML, pastedText, tables } from './paste'

type Words = { html: string; text: string; empty: boolean }

export type Rich = {
  element: HTMLElement
  words(): Words
  set(html: string): void
  append(html: string): void
  focus(): void
  run(command: string, words?: string): void
  active(command: string): boolean
  placeholder(words: string): void
  onChange(fn: () => void): void
}

export function open(place: HTMLElement, label: string, start: string, hint: string): Rich {
  let placeholder = hint
  const editor = new Editor({
    element: place,
    injectCSS: false,
    content: start,
    parseOptions: { preserveWhitespace: true }, // a blank that was just typed, too
    extensions: [
      StarterKit.configure({ heading: false, link: { openOnClick: false, autolink: true } }),
      ...tables,
      Placeholder.configure({ placeholder: () => placeholder }),
    ],
    editorProps: { transformPastedHTML: pastedHTML, clipboardTextParser: pastedText, attributes: { class: 'editor', role: 'textbox', 'aria-multiline': 'true', 'aria-label': label, spellcheck: 'true' } },
  })
  const link = (ask?: string) => {
    const old = (editor.getAttributes('link').href as string | undefined) ?? ''
    const given = prompt(ask, old || 'https://')?.trim().replace(/[.,;]+$/, '')
    if (given === undefined) return
    const to = given === '' || /^[a-z][a-z0-9+.-]*:/i.test(given) ? given : given.includes('@') && !given.includes('/') ? `mailto:${given}` : `https://${given}`
    if (to === '' || to === 'https://') editor.chain().focus().extendMarkRange('link').unsetLink().run()
    else if (editor.state.selection.empty && !old) editor.chain().focus().insertContent({ type: 'text', text: given, marks: [{ type: 'link', attrs: { href: to } }] }).run()
    else editor.chain().focus().extendMarkRange('link').setLink({ href: to }).run()
  }
  return {
    element: editor.view.dom as HTMLElement,
    words: () => ({ html: editor.isEmpty ? '' : editor.getHTML(), text: editor.getText({ blockSeparator: '\n\n' }), empty: editor.isEmpty }),
    set: (html) => void editor.commands.setContent(html),
    append: (html) => void editor.chain().focus('end').insertContent(html).run(),
    focus: () => {
      editor.commands.setTextSelection(editor.state.doc.content.size)
      editor.view.focus() // at once: the command of that name waits for the next frame, and letters would get lost
    },
    run: (command, words) => {
      const chain = editor.chain().focus()
      if (command === 'link') link(words)
      else if (command === 'bold') chain.toggleBold().run()
      else if (command === 'italic') chain.toggleItalic().run()
      else if (command === 'bulletList') chain.toggleBulletList().run()
      else if (command === 'orderedList') chain.toggleOrderedList().run()
      else if (command === 'blockquote') chain.toggleBlockquote().run()
      else if (command === 'code') chain.toggleCode().run()
      else if (command === 'codeBlock') chain.toggleCodeBlock().run()
    },
    active: (command) => editor.isActive(command),
    placeholder: (words) => {
      placeholder = words
      editor.view.dispatch(editor.state.tr)
    },
    onChange: (fn) => {
      editor.on('update', fn)
      editor.on('selectionUpdate', fn)
    },
  }
}
