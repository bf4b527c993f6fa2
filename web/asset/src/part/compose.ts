// The composer: the rich editor when somebody begins to write, drafts, files by drag and paste, macros, and the keys that
// submit. Without it the textarea and the buttons do the same.
import { forget, isSent, load, save, settle, whenSent, type Draft } from '../ticket/draft'
import type { Rich } from '../ticket/editor'
import * as fields from '../ticket/fields'
import { menu } from '../ticket/macro'
import { Files } from '../ticket/upload'

const keys: Record<string, string> = { KeyO: 'open', KeyP: 'pending', KeyH: 'hold', KeyS: 'solved' }

const patience = 5_000 // for the page that follows, in ms

export function mount(composer: HTMLElement) {
  new Composer(composer)
}

class Composer {
  private form: HTMLFormElement
  private page: HTMLElement // on which the properties stand
  private text: HTMLTextAreaElement
  private html: HTMLInputElement
  private draft: HTMLInputElement
  private files: Files
  private came: fields.Fields = {} // what the page proposed
  private rich?: Rich
  private opening?: Promise<Rich | undefined>
  private id: string = crypto.randomUUID?.() ?? String(Date.now())
  private timer = 0
  private sending = false
  private composing = false

  constructor(private composer: HTMLElement) {
    this.form = composer.closest('form')!
    this.page = composer.closest<HTMLElement>('[data-properties]') ?? this.form
    this.text = composer.querySelector('textarea')!
    this.html = composer.querySelector('input[name=html]')!
    this.draft = composer.querySelector('input[name=draft]')!
    this.files = new Files(composer, composer.querySelector('[data-files]')!, () => this.changed())
    composer.classList.add('composer-scripted')
    this.files.adopt()
    if (composer.dataset.kept === undefined) this.came = fields.changed(this.page)
    this.begin()
    this.listen()
    this.takeFiles()
    menu(composer, (macro) => void this.macro(macro.mode, macro.html))
    this.hint()
    if (document.activeElement === this.text) void this.open() // somebody was quicker than this script
  }

  private get name() {
    return this.composer.dataset.draft ?? ''
  }

  private get note() {
    return this.composer.querySelector<HTMLInputElement>('input[name=public][value=false]')!.checked
  }

  private set note(on: boolean) {
    this.composer.querySelector<HTMLInputElement>(`input[name=public][value=${!on}]`)!.checked = true
    this.hint()
  }

  // begin shows what came back with an answer, else the draft that the browser kept.
  private begin() {
    if (this.name) settle(this.name)
    const kept = this.name ? (load(this.name) ?? load(this.composer.dataset.draftFrom ?? '')) : undefined
    if (this.composer.dataset.kept !== undefined || this.html.value !== '' || this.text.defaultValue !== '') {
      if (kept) this.id = kept.id
      if (this.html.value !== '') void this.open()
      return
    }
    if (kept) this.restore(kept)
  }

  private restore(kept: Draft) {
    this.id = kept.id
    const kind = this.composer.querySelector<HTMLInputElement>('input[name=public][value=false]')!
    if (kind.checked === kind.defaultChecked) this.note = kept.note // else somebody has chosen already
    this.files.restore(kept.files)
    fields.restore(this.page, kept.fields ?? {})
    const typed = this.text.value // before this script was there: it goes on with the draft
    this.text.value = kept.text + typed
    this.html.value = kept.html && kept.html + plain(typed)
    if (kept.html !== '') void this.open()
    const place = this.composer.querySelector<HTMLElement>('[data-draft-note]')!
    const discard = document.createElement('button')
    discard.type = 'button'
    discard.className = 'linklike'
    discard.textContent = this.composer.dataset.textDiscard!
    discard.onclick = () => {
      forget(this.name)
      this.empty()
    }
    place.replaceChildren(`${this.composer.dataset.textDraft} `, discard)
  }

  // empty takes away what is written and set.
  private empty() {
    this.text.value = this.html.value = ''
    this.rich?.set('')
    this.files.clear()
    fields.reset(this.page, this.came)
    this.composer.querySelector('[data-draft-note]')!.replaceChildren()
  }

  // sentElsewhere: what stands here was sent by another tab, or before the page came back. What is written next is another draft.
  private sentElsewhere() {
    this.sending = false
    if (!isSent(this.id)) return
    this.empty()
    this.id = crypto.randomUUID?.() ?? String(Date.now())
  }

  // open brings the rich editor in the place of the textarea, with what is written there.
  private open(): Promise<Rich | undefined> {
    this.opening ??= import('../ticket/editor').then(
      async ({ open }) => {
        await this.composed()
        const focused = document.activeElement === this.text
        const place = document.createElement('div')
        const rich = open(place, this.text.getAttribute('aria-label')!, this.html.value || plain(this.text.value), this.text.placeholder)
        this.text.hidden = true
        this.text.after(place)
        this.rich = rich
        this.composer.querySelector<HTMLElement>('[data-bar]')!.hidden = false
        rich.onChange(() => {
          this.changed()
          this.tools()
        })
        if (focused) rich.focus()
        return rich
      },
      () => undefined, // the network is away: the textarea goes on
    )
    return this.opening
  }

  // composed is when no word is being put together by an input method in the textarea, which would be lost with it.
  private async composed() {
    while (this.composing) await new Promise((done) => this.text.addEventListener('compositionend', () => setTimeout(done), { once: true }))
  }

  private listen() {
    this.text.addEventListener('compositionstart', () => (this.composing = true))
    this.text.addEventListener('compositionend', () => (this.composing = false))
    this.text.addEventListener('focus', () => void this.open())
    this.text.addEventListener('input', () => this.changed())
    for (const kind of ['input', 'change', 'picked']) {
      this.page.addEventListener(kind, (event) => {
        if ((event.target as Element).closest('[data-prop]')) this.later()
      })
    }
    for (const tab of this.composer.querySelectorAll('.composer-tabs input')) {
      tab.addEventListener('change', () => {
        this.hint()
        this.changed()
      })
      const label = tab.closest('label')!
      label.addEventListener('click', () => setTimeout(() => this.focus()))
      label.addEventListener('hotkey', (event) => {
        event.preventDefault()
        this.focus()
      })
    }
    this.page.querySelector<HTMLElement>('#in-subject')?.addEventListener('keydown', (event) => {
      if (event.key !== 'Tab' || event.shiftKey || event.isComposing) return
      event.preventDefault()
      this.focus()
    })
    this.composer.querySelector('[data-bar]')!.addEventListener('mousedown', (event) => event.preventDefault())
    this.composer.querySelector('[data-bar]')!.addEventListener('click', (event) => {
      const tool = (event.target as Element).closest<HTMLElement>('[data-tool]')
      if (tool) this.rich?.run(tool.dataset.tool!, this.composer.dataset.textLink)
    })
    this.form.addEventListener('submit', (event) => this.submit(event))
    whenSent(() => this.sentElsewhere())
    addEventListener('pagehide', () => this.keep())
    document.addEventListener('keydown', (event) => this.key(event))
  }

  // focus goes to the textarea until the editor is there, so that nothing that is typed meanwhile gets lost.
  private focus() {
    if (!this.rich) this.text.focus()
    else if (!this.rich.element.contains(document.activeElement)) this.rich.focus()
  }

  private key(event: KeyboardEvent) {
    if (!this.composer.isConnected || document.querySelector('dialog[open]') || !(event.ctrlKey || event.metaKey)) return
    if (event.isComposing || event.getModifierState('AltGraph')) return
    if (event.key === 'Enter' && !event.altKey) {
      event.preventDefault()
      this.form.requestSubmit(this.composer.querySelector<HTMLButtonElement>('[data-submit]'))
    } else if (event.altKey && keys[event.code]) {
      const button = [...this.composer.querySelectorAll<HTMLButtonElement>('.submit-item')].find((one) => one.value === keys[event.code])
      if (!button) return
      event.preventDefault()
      this.form.requestSubmit(button)
    } else if (event.shiftKey && event.code === 'KeyK' && this.rich?.element.contains(document.activeElement)) {
      event.preventDefault()
      this.rich.run('link', this.composer.dataset.textLink)
    }
  }

  // submit waits for files on their way, and sends once.
  private submit(event: SubmitEvent) {
    if (this.sending) {
      event.preventDefault()
      return
    }
    if (event.defaultPrevented) return
    this.sync()
    const obstacle = this.obstacle(event.submitter as HTMLButtonElement | null)
    if (this.files.busy || obstacle) {
      event.preventDefault()
      this.tell(obstacle)
      return
    }
    this.keep()
    this.draft.value = this.id
    this.sending = true
    setTimeout(() => (this.sending = false), patience) // the browser was stopped: the page is here still
  }

  // obstacle says why what is written cannot be sent. Files on their way are waited for.
  private obstacle(button: HTMLButtonElement | null): string {
    const words = this.composer.dataset
    const bytes = (text: string) => new Blob([text]).size
    if (bytes(this.text.value) > Number(words.maxText) || bytes(this.html.value) > Number(words.maxHtml)) return words.textLong!
    if (this.files.broken) return words.textUnsent!
    if (this.files.busy) this.files.settled((good) => (good ? this.form.requestSubmit(button) : this.tell(words.textUnsent!)))
    return ''
  }

  // tell shows a sentence above the composer; what is too long can be sent as a file.
  private tell(words: string) {
    this.composer.querySelector('[data-told]')?.remove()
    if (!words) return
    const note = document.createElement('div')
    note.className = 'composer-told'
    note.dataset.told = ''
    note.setAttribute('role', 'alert')
    note.append(words)
    if (words === this.composer.dataset.textLong) {
      const button = document.createElement('button')
      button.type = 'button'
      button.className = 'btn btn-sm'
      button.textContent = this.composer.dataset.textAsFile!
      button.onclick = () => {
        this.files.send([new File([this.text.value], 'comment.txt', { type: 'text/plain' })])
        this.text.value = this.html.value = ''
        this.rich?.set('')
        note.remove()
      }
      note.append(' ', button)
    }
    this.composer.prepend(note)
  }

  private sync() {
    if (!this.rich) return
    const words = this.rich.words()
    this.html.value = words.html
    this.text.value = words.text
  }

  private changed() {
    this.composer.querySelector('[data-told]')?.remove()
    document.dispatchEvent(new CustomEvent('writing'))
    this.later()
  }

  // later keeps the draft when the hands rest.
  private later() {
    clearTimeout(this.timer)
    this.timer = window.setTimeout(() => this.keep(), 300)
  }

  private keep() {
    clearTimeout(this.timer)
    this.sync()
    if (!this.name || this.sending) return
    save(this.name, { id: this.id, html: this.html.value, text: this.text.value, note: this.note, files: this.files.all(),
      fields: fields.changed(this.page, this.came) })
  }

  private hint() {
    const words = this.composer.dataset
    this.text.placeholder = (this.note ? words.textNote : words.textPublic) ?? ''
    this.rich?.placeholder(this.text.placeholder)
  }

  private tools() {
    for (const tool of this.composer.querySelectorAll<HTMLElement>('[data-tool]')) {
      tool.setAttribute('aria-pressed', String(this.rich?.active(tool.dataset.tool!) ?? false))
    }
  }

  // takeFiles sends what is chosen, dropped or pasted at once.
  private takeFiles() {
    const input = this.composer.querySelector<HTMLInputElement>('input[type=file]')!
    input.addEventListener('change', () => {
      this.files.send([...(input.files ?? [])])
      input.value = ''
    })
    // A file that is dropped beside the composer belongs to it, too: else the browser would leave the page for it.
    const carries = (event: DragEvent) => event.dataTransfer?.types.includes('Files') && this.composer.isConnected
    document.addEventListener('dragover', (event) => {
      if (!carries(event)) return
      event.preventDefault()
      this.composer.classList.add('composer-drop')
    })
    document.addEventListener('dragleave', (event) => {
      if (!event.relatedTarget) this.composer.classList.remove('composer-drop')
    })
    document.addEventListener(
      'drop',
      (event) => {
        this.composer.classList.remove('composer-drop')
        if (!carries(event)) return
        event.preventDefault()
        event.stopPropagation()
        this.files.send([...event.dataTransfer!.files])
      },
      true,
    )
    this.composer.addEventListener(
      'paste',
      (event) => {
        const files = [...(event.clipboardData?.files ?? [])]
        const text = event.clipboardData?.getData('text/plain').trim() // of cells or a page, which bring a picture of themselves
        if (text && /<img\b/i.test(event.clipboardData!.getData('text/html'))) this.tell(this.composer.dataset.textPictures!)
        if (files.length === 0 || text) return
        event.preventDefault()
        event.stopPropagation()
        this.files.send(files)
      },
      true,
    )
  }

  private async macro(mode: '' | 'true' | 'false', html: string) {
    if (mode !== '') this.note = mode === 'false'
    const rich = await this.open()
    if (!rich) return
    if (html !== '') {
      if (rich.words().empty) rich.set(html)
      else rich.append(html)
    }
    rich.focus()
    this.changed()
  }
}

// plain is a textarea's words as the editor wants them.
function plain(text: string): string {
  if (text.trim() === '') return ''
  const place = document.createElement('div')
  for (const paragraph of text.split(/\n{2,}/)) {
    const element = document.createElement('p')
    paragraph.split('\n').forEach((line, i) => {
      if (i > 0) element.append(document.createElement('br'))
      element.append(line)
    })
    place.append(element)
  }
  return place.innerHTML
}
