// The properties that somebody changed and has not sent yet, as a draft keeps them: with what the ticket had at that time,
// so that what others change meanwhile is asked about and not overwritten.
import { choicesOf, mark, put, row, valueOf, type Choice } from './property'

export type Field = { value: string; base: string; choices: Choice[] }
export type Fields = Record<string, Field>

// changed are the properties below an element that differ from the ticket, but for those that still are what the page came
// with: a new ticket's form proposes some. The status belongs to the button that submits.
export function changed(root: ParentNode, came: Fields = {}): Fields {
  const fields: Fields = {}
  for (const element of root.querySelectorAll<HTMLElement>('[data-prop]')) {
    const name = element.dataset.prop!
    const value = valueOf(element)
    if (name === 'status' || value === (came[name]?.value ?? element.dataset.base ?? '')) continue
    fields[name] = { value, base: sent(element)?.value ?? '', choices: choicesOf(element) }
  }
  return fields
}

// restore puts them back. Where the form was changed, too, its custom fields come later.
export function restore(root: ParentNode, fields: Fields) {
  const waiting = new Map(Object.entries(fields))
  const place = () => {
    for (const [name, field] of waiting) {
      const element = row(name, root)
      if (!element) continue
      waiting.delete(name)
      put(element, field.value, field.choices)
      const folded = element.closest('details')
      if (folded) folded.open = true
      const base = sent(element)
      if (base) base.value = field.base
    }
    if (waiting.size === 0) document.removeEventListener('htmx:after:swap', place)
  }
  document.addEventListener('htmx:after:swap', place)
  place()
}

// reset gives the properties what the page came with.
export function reset(root: ParentNode, came: Fields) {
  for (const name of Object.keys(changed(root, came))) {
    const element = row(name, root)!
    put(element, came[name]?.value ?? element.dataset.base ?? '')
    const base = sent(element)
    if (base) base.value = element.dataset.base ?? ''
    mark(element)
  }
}

// sent is the input that tells the server what the ticket had.
const sent = (element: HTMLElement) => element.querySelector<HTMLInputElement>(`[name="base.${CSS.escape(element.dataset.prop!)}"]`)
