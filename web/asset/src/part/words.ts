// The words of a customer's form: kept in this browser until they are sent, told when they are too long, and beside them what
// others say meanwhile. An element without a form only notes what was sent.
import { isSent, noteSent, whenSent } from '../ticket/draft'

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement
type Kept = { id: string; values: Record<string, string>; at: number }

const often = 5_000 // between two looks at what is new, in ms
const keptFor = 30 * 86_400_000

function load(name: string | undefined): Kept | undefined {
  try {
    const kept = name ? (JSON.parse(localStorage.getItem(name) ?? 'null') as Kept | null) : null
    return kept && Date.now() - kept.at < keptFor && !isSent(kept.id) ? kept : undefined
  } catch {
    return undefined
  }
}

export function mount(place: HTMLElement) {
  const here = new URL(location.href)
  const sent = here.searchParams.get('sent')
  if (sent !== null) {
    noteSent(sent)
    here.searchParams.delete('sent')
    history.replaceState(history.state, '', here)
  }
  const form = place.closest('form')
  if (form && place.dataset.draft) drafts(place, form, place.dataset.draft)
  if (form) lengths(place, form)
  if (place.dataset.news) news(place)
}

function drafts(place: HTMLElement, form: HTMLFormElement, name: string) {
  const once = form.elements.namedItem('once') as HTMLInputElement
  const controls = () => [...form.elements].filter((one): one is Control =>
    one.matches('textarea, select:not([multiple]), input:not([type=hidden], [type=file], [type=checkbox], [type=radio])') && (one as Control).name !== '')
  const first = new Map(controls().map((one) => [one.name, one.value]))
  const put = (values: Record<string, string>) => {
    for (const one of controls()) one.value = values[one.name] ?? first.get(one.name) ?? ''
    form.dispatchEvent(new Event('change'))
    place.replaceChildren()
  }
  const keep = () => {
    const values = Object.fromEntries(controls().filter((one) => one.value !== first.get(one.name)).map((one) => [one.name, one.value]))
    if (isSent(once.value)) return
    if (Object.keys(values).length > 0) localStorage.setItem(name, JSON.stringify({ id: once.value, values, at: Date.now() }))
    else if (load(name)?.id === once.value) localStorage.removeItem(name)
  }
  const kept = load(name) ?? load(place.dataset.draftFrom)
  if (kept && !form.querySelector('.fault-list')) {
    once.value = kept.id
    put(kept.values)
    const discard = document.createElement('button')
    discard.type = 'button'
    discard.className = 'linklike'
    discard.textContent = place.dataset.textDiscard!
    discard.onclick = () => {
      localStorage.removeItem(name)
      put({})
    }
    place.append(`${place.dataset.textDraft} `, discard)
  }
  form.addEventListener('input', keep)
  addEventListener('pagehide', keep)
  whenSent(() => {
    if (!isSent(once.value)) return
    once.value = crypto.randomUUID?.() ?? String(Date.now())
    put({})
  })
}

// lengths: what is more than a comment holds is told before it is sent, and can be sent as a file.
function lengths(place: HTMLElement, form: HTMLFormElement) {
  const words = form.querySelector<HTMLTextAreaElement>('textarea[name=description]')!
  const told = document.createElement('div')
  told.className = 'invalid-feedback d-block'
  told.setAttribute('role', 'alert')
  words.after(told)
  const check = () => {
    const long = new Blob([words.value]).size > Number(place.dataset.maxText)
    words.setCustomValidity(long ? place.dataset.textLong! : '')
    if (!long) {
      told.replaceChildren()
      return
    }
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'btn btn-sm'
    button.textContent = place.dataset.textAsFile!
    button.onclick = () => {
      form.dispatchEvent(new CustomEvent('files', { detail: [new File([words.value], 'message.txt', { type: 'text/plain' })] }))
      words.value = place.dataset.textFiled!
      words.dispatchEvent(new Event('input', { bubbles: true }))
    }
    told.replaceChildren(place.dataset.textLong!, ' ', button)
  }
  words.addEventListener('input', check)
  setTimeout(check)
}

// news brings what others said since the page came, while somebody looks at it.
function news(place: HTMLElement) {
  let version = place.dataset.version
  const look = async () => {
    if (document.hidden || !place.isConnected) return
    const answer = await fetch(place.dataset.news!, { headers: { Accept: 'application/json' } }).catch(() => undefined)
    if (!answer?.ok) return
    const now = ((await answer.json()) as { version: string }).version
    if (now === version) return
    const page = await fetch(location.pathname).catch(() => undefined)
    if (!page?.ok) return
    version = now
    take(new DOMParser().parseFromString(await page.text(), 'text/html'))
  }
  setInterval(() => void look(), often)
  document.addEventListener('visibilitychange', () => void look())
}

function take(fresh: Document) {
  const talk = document.querySelector('.dialogue')
  for (const item of fresh.querySelectorAll('.dialogue > .dialogue-item')) {
    if (!document.getElementById(item.id)) talk?.append(document.importNode(item, true))
  }
  for (const part of ['.request-head', '.request-fields']) {
    const next = fresh.querySelector(part)
    if (next) document.querySelector(part)?.replaceWith(document.importNode(next, true))
  }
  const over = fresh.querySelector('[data-over]')
  if (!over || document.querySelector('[data-over]')) return
  const form = document.querySelector('.portal-form')
  form?.before(document.importNode(over, true)) // the words stay, and go along to the follow-up
  for (const button of form?.querySelectorAll('.portal-submit button') ?? []) (button as HTMLButtonElement).disabled = true
}
