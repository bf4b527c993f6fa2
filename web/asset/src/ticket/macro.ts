// The menu of macros above the composer: found by typing, shown with what each would change, applied to what is typed.
import { hold } from '../shell/hold'
import { flag, join, row, type Choice } from './property'

type Macro = { id: string; html: string; text: string; mode: '' | 'true' | 'false' }

export function menu(composer: HTMLElement, apply: (macro: Macro) => void) {
  const button = composer.querySelector<HTMLButtonElement>('[data-macros]')
  const pop = composer.querySelector<HTMLElement>('[data-macro-pop]')!
  if (!button) return
  const kept = new Map<string, Promise<Element>>()
  let active: HTMLButtonElement | undefined

  const fetchPart = async (address: string): Promise<Element> => {
    const answer = await fetch(address, { headers: { 'HX-Request': 'true' } })
    const part = new DOMParser().parseFromString(await answer.text(), 'text/html').body
    if (!answer.ok) throw new Error(answer.statusText)
    return part
  }
  const result = (address: string) => {
    if (!kept.has(address)) kept.set(address, fetchPart(address))
    return kept.get(address)!
  }
  const items = () => [...pop.querySelectorAll<HTMLButtonElement>('[data-macro]')].filter((item) => !item.parentElement!.hidden)

  const show = async (item: HTMLButtonElement | undefined) => {
    active?.classList.remove('active')
    active = item
    if (!item) return
    item.classList.add('active')
    item.scrollIntoView({ block: 'nearest' })
    const part = await result(item.dataset.macro!).catch(() => undefined)
    if (!part || active !== item) return
    const place = pop.querySelector<HTMLElement>('[data-macro-preview]')!
    place.replaceChildren(...[...part.children].map((child) => child.cloneNode(true)))
    for (const hidden of place.querySelectorAll('template')) hidden.remove()
  }
  const close = () => {
    pop.hidden = true
    kept.clear()
    button.setAttribute('aria-expanded', 'false')
  }
  const use = async (item: HTMLButtonElement) => {
    const part = await result(item.dataset.macro!).catch(() => undefined)
    const found = part?.querySelector<HTMLElement>('[data-macro-result]')
    if (!found) return void show(item)
    close()
    for (const set of template(found, 'data-macro-rows')?.querySelectorAll<HTMLElement>('[data-set]') ?? []) change(composer, found, set)
    const ticks = composer.querySelector<HTMLElement>('[data-shares]')!
    for (const tick of template(found, 'data-macro-rows')?.querySelectorAll<HTMLElement>('.share-tick') ?? []) {
      const { value } = tick.querySelector('input')!
      ticks.querySelector(`input[value="${value}"]`)?.closest('.share-tick')?.remove()
      ticks.append(document.importNode(tick, true))
    }
    note(composer, found.dataset.macro!)
    apply({ id: found.dataset.macro!, html: template(found, 'data-macro-html')?.textContent ?? '', text: template(found, 'data-macro-text')?.textContent ?? '',
      mode: found.dataset.mode as Macro['mode'] })
  }
  const open = async () => {
    pop.hidden = false
    button.setAttribute('aria-expanded', 'true')
    const release = hold()
    const part = await fetchPart(button.dataset.macros!).catch(() => undefined)
    if (!part) {
      release()
      return close()
    }
    pop.replaceChildren(...part.childNodes)
    const search = pop.querySelector<HTMLInputElement>('[data-macro-search]')
    search?.focus()
    search?.addEventListener('input', () => {
      const asked = search.value.toLowerCase().split(/\s+/)
      for (const item of pop.querySelectorAll<HTMLElement>('[data-macro]')) {
        item.parentElement!.hidden = !asked.every((word) => item.textContent!.toLowerCase().includes(word))
      }
      void show(items()[0])
    })
    release(search)
  }

  button.setAttribute('aria-expanded', 'false')
  button.addEventListener('click', (event) => {
    event.preventDefault()
    if (pop.hidden) void open()
    else close()
  })
  pop.addEventListener('pointerover', (event) => {
    const item = (event.target as Element).closest<HTMLButtonElement>('[data-macro]')
    if (item && item !== active) void show(item)
  })
  pop.addEventListener('focusin', (event) => {
    const item = (event.target as Element).closest<HTMLButtonElement>('[data-macro]')
    if (item && item !== active) void show(item)
  })
  pop.addEventListener('click', (event) => {
    const item = (event.target as Element).closest<HTMLButtonElement>('[data-macro]')
    if (item) void use(item)
  })
  pop.addEventListener('keydown', (event) => {
    if (event.isComposing) return
    const all = items()
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      void show(all[(all.indexOf(active!) + step + all.length) % all.length])
    } else if (event.key === 'Enter' && active) {
      event.preventDefault()
      void use(active)
    } else if (event.key === 'Escape') {
      event.stopPropagation()
      close()
      button.focus()
    }
  })
  document.addEventListener('pointerdown', (event) => {
    if (!pop.hidden && !pop.contains(event.target as Node) && !button.contains(event.target as Node)) close()
  })
}

const template = (root: Element, name: string) => root.querySelector<HTMLTemplateElement>(`template[${name}]`)?.content

// change puts what a macro sets into the row of a property; the status belongs to the button that submits.
function change(composer: HTMLElement, found: HTMLElement, set: HTMLElement) {
  const { set: name, was, now, word } = set.dataset as Record<string, string>
  if (name === 'status') {
    submitAs(composer, now!, word!)
    return
  }
  const target = row(name!)
  if (!target) return
  const choices: Choice[] = [...set.querySelectorAll('option')].map((option) => ({ value: option.value, text: option.textContent! }))
  join(target, was!, now!, choices)
  flag(target, found.dataset.flag!)
}

export function submitAs(composer: HTMLElement, status: string, word: string) {
  const main = composer.querySelector<HTMLButtonElement>('[data-submit]')!
  main.value = status
  main.dataset.status = status
  delete main.dataset.offered
  main.querySelector('[data-submit-as]')!.textContent = word
}

// note has the update name the macro.
function note(composer: HTMLElement, id: string) {
  if (composer.querySelector(`[data-macro-used][value="${CSS.escape(id)}"]`)) return
  const input = document.createElement('input')
  input.type = 'hidden'
  input.name = 'macro'
  input.value = id
  input.dataset.macroUsed = ''
  composer.append(input)
}
