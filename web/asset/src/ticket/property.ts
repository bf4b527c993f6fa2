// The inputs of a ticket's properties. A row (data-prop) knows in data-base what the ticket has, in the form that the
// server writes values: several in order, with commas between.
import type TomSelect from 'tom-select'

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement
type Picked = Control & { tomselect?: TomSelect }

export function row(name: string, root: ParentNode = document): HTMLElement | null {
  return root.querySelector(`[data-prop="${CSS.escape(name)}"]`)
}

function control(element: HTMLElement): Picked | null {
  return element.querySelector(`[name="${CSS.escape(element.dataset.prop!)}"]`)
}

const split = (joined: string) => (joined === '' ? [] : joined.split(','))

const isTags = (input: Control) => input instanceof HTMLInputElement && input.hasAttribute('data-create')

export function valueOf(element: HTMLElement): string {
  const input = control(element)
  if (!input) return element.dataset.base ?? ''
  if (input instanceof HTMLSelectElement && input.multiple) {
    return [...input.selectedOptions].map((option) => option.value).filter(Boolean).sort().join(',')
  }
  if (input instanceof HTMLInputElement && input.type === 'checkbox') return input.checked ? 'true' : ''
  if (isTags(input)) return [...new Set(input.value.toLowerCase().split(/[\s,]+/).filter(Boolean))].sort().join(',')
  return input.value.trim()
}

export function edited(element: HTMLElement): boolean {
  return valueOf(element) !== (element.dataset.base ?? '')
}

// mark shows whether a row differs from the ticket.
export function mark(element: HTMLElement) {
  element.classList.toggle('prop-edited', edited(element))
}

export type Choice = { value: string; text: string }

// choicesOf are the choices that a row has taken, with their words.
export function choicesOf(element: HTMLElement): Choice[] {
  const input = control(element)
  return input instanceof HTMLSelectElement ? [...input.selectedOptions].map((option) => ({ value: option.value, text: option.text.trim() })) : []
}

// put gives a row another value; choices name values that it may not know yet.
export function put(element: HTMLElement, value: string, choices: Choice[] = []) {
  const input = control(element)
  if (!input) return
  const several = (input instanceof HTMLSelectElement && input.multiple) || isTags(input)
  if (input.tomselect) {
    const known = choices.length ? choices : split(value).map((one) => ({ value: one, text: one }))
    for (const choice of known) if (!(choice.value in input.tomselect.options)) input.tomselect.addOption(choice)
    input.tomselect.setValue(several ? split(value) : value)
  } else if (input instanceof HTMLSelectElement) {
    for (const choice of choices) {
      if (![...input.options].some((option) => option.value === choice.value)) input.add(new Option(choice.text, choice.value))
    }
    const wanted = several ? split(value) : [value]
    for (const option of input.options) option.selected = wanted.includes(option.value)
  } else if (input instanceof HTMLInputElement && input.type === 'checkbox') {
    input.checked = value === 'true'
  } else {
    input.value = isTags(input) ? split(value).join(', ') : value
  }
  input.dispatchEvent(new Event('change', { bubbles: true }))
  mark(element)
}

// join brings into a row what changed from one value to another: sets are merged with what is chosen there.
export function join(element: HTMLElement, was: string, now: string, choices: Choice[]) {
  const input = control(element)
  if (!input || !((input instanceof HTMLSelectElement && input.multiple) || isTags(input))) {
    put(element, now, choices)
    return
  }
  const chosen = new Set(split(valueOf(element)))
  for (const one of split(was)) if (!split(now).includes(one)) chosen.delete(one)
  for (const one of split(now)) if (!split(was).includes(one)) chosen.add(one)
  put(element, [...chosen].sort().join(','), choices)
}

export function flag(element: HTMLElement, words: string) {
  element.querySelector('.prop-flag')?.remove()
  const note = document.createElement('small')
  note.className = 'prop-flag'
  note.textContent = words
  ;(element.querySelector('.prop-input') ?? element).append(note)
  element.classList.add('prop-flagged')
}

export function focus(element: HTMLElement) {
  const input = control(element)
  if (input?.tomselect) input.tomselect.focus()
  else input?.focus()
}
