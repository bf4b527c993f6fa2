// What is pasted into the editor comes in as it was, as far as a comment holds it: tables as tables, plain text with its
// empty lines and indentation, and without what other programs wrap it in.
import { Node } from '@tiptap/core'
import { Fragment, Slice, type Node as Block, type ResolvedPos } from '@tiptap/pm/model'
import type { EditorView } from '@tiptap/pm/view'

const spans = (name: string) => ({
  default: 1,
  parseHTML: (element: HTMLElement) => Number(element.getAttribute(name)) || 1,
  renderHTML: (attributes: Record<string, number>) => (attributes[name] === 1 ? {} : { [name]: attributes[name] }),
})

const cell = (name: string, tag: 'td' | 'th') =>
  Node.create({
    name,
    content: 'block+',
    isolating: true,
    addAttributes: () => ({ colspan: spans('colspan'), rowspan: spans('rowspan') }),
    parseHTML: () => [{ tag }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  })

// tables are the nodes of a table, to be shown and deleted, not to be laid out anew.
export const tables = [
  Node.create({ name: 'table', group: 'block', content: 'tableRow+', isolating: true, parseHTML: () => [{ tag: 'table' }],
    renderHTML: () => ['table', ['tbody', 0]] }),
  Node.create({ name: 'tableRow', content: '(tableCell | tableHeader)*', parseHTML: () => [{ tag: 'tr' }], renderHTML: () => ['tr', 0] }),
  cell('tableCell', 'td'),
  cell('tableHeader', 'th'),
]

const blank = '\u00a0'

// indented keeps the blanks before a line's first letter, and tabs, which HTML would run together.
const indented = (line: string) => line.replace(/^[ \t]+/, (blanks) => blanks.replace(/\t/g, '    ').replace(/ /g, blank))

// pastedText is plain text: an empty line parts paragraphs, any other line end is one.
export function pastedText(text: string, context: ResolvedPos, _plain: boolean, view: EditorView): Slice {
  const { schema } = view.state
  const marks = context.marks()
  const paragraphs: Block[] = text.replace(/\r\n?/g, '\n').split(/\n{2,}/).map((paragraph) => {
    const inline: Block[] = []
    paragraph.split('\n').forEach((line, i) => {
      if (i > 0) inline.push(schema.nodes.hardBreak!.create())
      if (line !== '') inline.push(schema.text(indented(line), marks))
    })
    return schema.nodes.paragraph!.create(null, inline)
  })
  return new Slice(Fragment.from(paragraphs), 1, 1)
}

// pastedHTML is HTML of another program. Its styles, which the page's policy would refuse, are read for what a comment knows of
// them: bold, italic, and not bold though an element for that is around it (Google Docs). Lines of editors of code keep
// their indentation.
export function pastedHTML(html: string): string {
  const page = new DOMParser().parseFromString(html.replace(/(<[a-z][^<>]*?\s)style=/gi, '$1data-style='), 'text/html')
  for (const element of page.querySelectorAll<HTMLElement>('[data-style]')) {
    const style = element.dataset.style!
    element.removeAttribute('data-style')
    if (/white-space:\s*pre/i.test(style) && !element.closest('pre')) indent(page, element)
    if (element.matches('b, strong') && /font-weight:\s*(normal|400)/i.test(style)) element.replaceWith(...element.childNodes)
    else if (element.matches('span')) {
      if (/font-weight:\s*(bold|[6-9]00)/i.test(style)) wrap(page, element, 'strong')
      if (/font-style:\s*italic/i.test(style)) wrap(page, element, 'em')
    }
  }
  return page.body.innerHTML
}

function wrap(page: Document, element: HTMLElement, name: string) {
  const around = page.createElement(name)
  around.append(...element.childNodes)
  element.append(around)
}

function indent(page: Document, element: HTMLElement) {
  for (const line of element.children.length > 0 ? element.children : [element]) {
    const first = page.createTreeWalker(line, NodeFilter.SHOW_TEXT).nextNode()
    if (first) first.nodeValue = indented(first.nodeValue!)
  }
}
