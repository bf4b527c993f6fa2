// Files of a comment are sent while it is written; each line of the list carries the token of its file into the form.
import type { File as Kept } from './draft'

export class Files {
  private waiting = 0
  private kept = new Map<HTMLElement, Kept>()
  private failed = new Set<HTMLElement>()
  private idle: ((good: boolean) => void)[] = []

  constructor(
    private composer: HTMLElement,
    private list: HTMLElement,
    private changed: () => void,
  ) {}

  all(): Kept[] {
    return [...this.kept.values()]
  }

  // adopt takes in the files that the page came with.
  adopt() {
    for (const line of this.list.querySelectorAll<HTMLElement>('.composer-file')) {
      const { name, size, url, image } = line.dataset as Record<string, string | undefined>
      const token = line.querySelector('input')!.value
      this.show(line, { token, name: name!, size: size!, url: url!, image: image !== undefined })
    }
  }

  // settled calls back when nothing is on its way any more, with whether all of it arrived.
  settled(fn: (good: boolean) => void) {
    if (this.waiting === 0) fn(this.failed.size === 0)
    else this.idle.push(fn)
  }

  get busy() {
    return this.waiting > 0
  }

  get broken() {
    return this.failed.size > 0
  }

  restore(files: Kept[]) {
    for (const file of files) this.show(this.line(), file)
  }

  clear() {
    for (const line of [...this.kept.keys(), ...this.failed]) line.remove()
    this.kept.clear()
    this.failed.clear()
  }

  send(files: Iterable<File>) {
    for (const file of files) void this.one(file)
  }

  private line(): HTMLElement {
    const line = document.createElement('li')
    line.className = 'composer-file'
    this.list.append(line)
    return line
  }

  private async one(file: File) {
    const words = this.composer.dataset
    const name = file.name || 'image.png'
    const line = this.line()
    const ends = new AbortController()
    line.append(words.textUploading!.replace('{0}', name), this.remover(line, name, undefined, ends))
    this.waiting++
    try {
      const answer = await fetch(`${words.upload}?filename=${encodeURIComponent(name)}`, {
        method: 'POST', body: file, headers: { 'Content-Type': file.type || 'application/octet-stream', 'HX-Request': 'true' }, signal: ends.signal,
      })
      if (answer.status !== 201) throw new Error(answer.statusText)
      this.show(line, (await answer.json()) as Kept)
    } catch {
      if (!ends.signal.aborted) {
        line.replaceChildren(words.textFailed!.replace('{0}', name), this.remover(line, name))
        line.classList.add('composer-file-bad')
        this.failed.add(line)
      }
    } finally {
      this.waiting--
      this.changed()
      if (this.waiting === 0) for (const fn of this.idle.splice(0)) fn(this.failed.size === 0)
    }
  }

  private show(line: HTMLElement, file: Kept) {
    const token = document.createElement('input')
    token.type = 'hidden'
    token.name = 'sent'
    token.value = file.token
    const name = document.createElement('span')
    name.className = 'said-file-name'
    name.textContent = file.name
    const size = document.createElement('small')
    size.textContent = file.size
    line.replaceChildren(token)
    if (file.image) {
      const picture = document.createElement('img')
      picture.src = file.url
      picture.alt = ''
      line.append(picture)
    }
    line.append(name, size, this.remover(line, file.name, file.token))
    this.kept.set(line, file)
  }

  private remover(line: HTMLElement, name: string, token?: string, ends?: AbortController): HTMLElement {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = '×'
    button.setAttribute('aria-label', this.composer.dataset.textRemove!.replace('{0}', name))
    button.onclick = () => {
      ends?.abort()
      line.remove()
      this.kept.delete(line)
      this.failed.delete(line)
      if (token) void fetch(`${this.composer.dataset.upload}/${token}/delete`, { method: 'POST', headers: { 'HX-Request': 'true' } })
      this.changed()
    }
    return button
  }
}
