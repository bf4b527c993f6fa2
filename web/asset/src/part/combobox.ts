// A list of choices below an input, worked by keyboard and mouse as the combobox pattern of ARIA says: the cursor stays in
// the input, the arrow keys walk the list, Enter or Tab takes what is marked, Escape closes the list.

export type Choice = {
  label: string
  hint?: string
  icon?: string // an icon of the sprite
  status?: string // of a ticket, with its letter
  letter?: string
  pick(): void
}

type Options = {
  choices(text: string, signal: AbortSignal): Promise<Choice[]> // signal: nobody waits for them any longer
  first: boolean // the first choice is marked from the start
  delay: number // between the last keystroke and the question, in ms
  closed?(): void
}

let count = 0

// sprite is where this page's icons come from.
function sprite(): string {
  return document.querySelector('svg.icon use')?.getAttribute('href')?.split('#')[0] ?? ''
}

function drawing(name: string): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
  use.setAttribute('href', `${sprite()}#${name}`)
  svg.append(use)
  return svg
}

export class Combobox {
  private shown: Choice[] = []
  private at = -1
  private asked = 0
  private timer = 0
  private running = new AbortController()

  constructor(private input: HTMLInputElement, private list: HTMLElement, private options: Options) {
    list.id ||= `choices-${++count}`
    list.role = 'listbox'
    input.role = 'combobox'
    input.setAttribute('aria-controls', list.id)
    input.setAttribute('aria-autocomplete', 'list')
    input.setAttribute('aria-expanded', 'false')
    input.addEventListener('input', () => this.soon())
    input.addEventListener('keydown', (event) => this.key(event))
    list.addEventListener('pointerdown', (event) => event.preventDefault()) // the cursor stays in the input
    list.addEventListener('click', (event) => {
      const option = (event.target as Element).closest<HTMLElement>('[role=option]')
      if (option) this.take(Number(option.dataset.index))
    })
  }

  get open(): boolean {
    return this.shown.length > 0
  }

  soon() {
    clearTimeout(this.timer)
    this.timer = window.setTimeout(() => void this.ask(), this.options.delay)
  }

  async ask() {
    const mine = ++this.asked
    this.running.abort()
    this.running = new AbortController()
    const found = await this.options.choices(this.input.value, this.running.signal).catch(() => [])
    if (mine === this.asked) this.show(found)
  }

  close() {
    clearTimeout(this.timer)
    this.running.abort()
    this.asked++
    this.show([])
  }

  private show(choices: Choice[]) {
    this.shown = choices
    this.at = -1
    this.list.replaceChildren(...choices.map((choice, index) => this.option(choice, index)))
    this.list.hidden = choices.length === 0
    this.input.setAttribute('aria-expanded', String(choices.length > 0))
    this.mark(this.options.first && choices.length > 0 ? 0 : -1)
  }

  private option(choice: Choice, index: number): HTMLElement {
    const option = document.createElement('div')
    option.role = 'option'
    option.id = `${this.list.id}-${index}`
    option.dataset.index = String(index)
    option.className = 'combo-item'
    if (choice.status) {
      const status = document.createElement('span')
      status.className = `status status-${choice.status}`
      status.textContent = choice.letter ?? ''
      option.append(status)
    } else if (choice.icon) {
      option.append(drawing(choice.icon))
    }
    const label = document.createElement('span')
    label.className = 'combo-label'
    label.dir = 'auto'
    label.textContent = choice.label
    option.append(label)
    if (choice.hint) {
      const hint = document.createElement('span')
      hint.className = 'combo-hint'
      hint.textContent = choice.hint
      option.append(hint)
    }
    return option
  }

  private mark(index: number) {
    this.list.querySelector('[aria-selected]')?.removeAttribute('aria-selected')
    this.at = index
    const option = this.list.children[index]
    if (option) {
      option.setAttribute('aria-selected', 'true')
      option.scrollIntoView({ block: 'nearest' })
      this.input.setAttribute('aria-activedescendant', option.id)
    } else {
      this.input.removeAttribute('aria-activedescendant')
    }
  }

  private take(index: number) {
    const choice = this.shown[index]
    if (!choice) return
    this.close()
    choice.pick()
  }

  private key(event: KeyboardEvent) {
    if (event.isComposing) return
    const n = this.shown.length
    switch (event.key) {
      case 'ArrowDown':
        if (n === 0) void this.ask()
        else this.mark((this.at + 1) % n)
        break
      case 'ArrowUp':
        if (n === 0) return
        this.mark((this.at + n - 1 + (this.at < 0 ? 1 : 0)) % n)
        break
      case 'Enter':
      case 'Tab':
        if (this.at < 0 || (event.key === 'Tab' && event.shiftKey)) {
          this.close()
          return
        }
        this.take(this.at)
        break
      case 'Escape':
        if (n === 0 || this.options.closed) return this.options.closed?.()
        this.close()
        break
      default:
        return
    }
    event.preventDefault()
    event.stopPropagation()
  }
}
