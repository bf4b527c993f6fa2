// The ticket's page: what others change comes in without touching what is being written.
import htmx from 'htmx.org'
import { pressed } from '../shell/keys'
import { arrow } from '../shell/way'
import { submitAs } from '../ticket/macro'
import { edited, flag, focus, mark, put, row } from '../ticket/property'

export function mount(ticket: HTMLElement) {
  properties(ticket)
  for (const line of ticket.querySelectorAll<HTMLElement>('[data-oneline]')) tall(line)
  fold(ticket)
  presence(ticket)
  news(ticket)
  arrow(ticket.querySelector<HTMLAnchorElement>('.ticket-back')!)
  document.addEventListener('keydown', (event) => {
    if (pressed(event) !== 't') return
    const tags = row('tags', ticket)
    if (!tags) return
    event.preventDefault()
    focus(tags)
  })
}

function properties(ticket: HTMLElement) {
  for (const kind of ['input', 'change', 'picked']) {
    ticket.addEventListener(kind, (event) => {
      const element = (event.target as Element).closest<HTMLElement>('[data-prop]')
      if (element && element.dataset.prop !== 'status') mark(element)
    })
  }
  ticket.addEventListener('click', (event) => {
    const take = (event.target as Element).closest<HTMLElement>('[data-take]')
    if (!take) return
    event.preventDefault()
    put(row('assignee', ticket)!, take.dataset.take!)
  })
  ticket.addEventListener('keydown', (event) => {
    const line = (event.target as Element).closest<HTMLElement>('[data-oneline]')
    if (!line || event.key !== 'Enter' || event.isComposing || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    line.blur()
  })
}

// tall has a subject be as high as it is long, where the browser does not do that by itself.
function tall(line: HTMLElement) {
  if (CSS.supports('field-sizing', 'content')) return
  const fit = () => {
    line.style.height = 'auto'
    line.style.height = `${line.scrollHeight + 2}px`
  }
  line.addEventListener('input', fit)
  addEventListener('resize', fit)
  fit()
}

function fold(ticket: HTMLElement) {
  const box = ticket.querySelector<HTMLInputElement>('[data-fold]')
  if (!box) return
  box.checked = localStorage.getItem('ticket-fold') === '1'
  box.addEventListener('change', () => localStorage.setItem('ticket-fold', box.checked ? '1' : '0'))
}

type Person = { id: number; name: string; writing: boolean }

function presence(ticket: HTMLElement) {
  const place = ticket.querySelector<HTMLElement>('#presence')
  document.addEventListener('live:presence', (event) => {
    const detail = (event as CustomEvent<{ ticket: number; people: Person[] }>).detail
    if (!place || !detail || String(detail.ticket) !== ticket.dataset.ticket) return
    const others = (detail.people ?? []).filter((person) => String(person.id) !== ticket.dataset.me)
    const words = others.map((person) => (person.writing ? ticket.dataset.textWriting! : ticket.dataset.textLooking!).replace('{0}', person.name))
    const said = words.join(' · ')
    if (place.textContent !== said) place.textContent = said
  })
}

function news(ticket: HTMLElement) {
  let asking = false
  let again = false
  const fetchNews = async () => {
    if (asking) {
      again = true
      return
    }
    asking = true
    again = false
    try {
      const comments = ticket.querySelectorAll<HTMLElement>('#thread [data-comment]')
      const last = comments[comments.length - 1]?.dataset.comment ?? ''
      const answer = await fetch(`/agent/tickets/${ticket.dataset.ticket}/news?after=${last}`, { headers: { 'HX-Request': 'true' } })
      if (answer.ok) take(ticket, new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector<HTMLElement>('[data-news]'))
    } catch {
      // the network is away: the next change brings both
    } finally {
      asking = false
      if (again) void fetchNews()
    }
  }
  document.addEventListener('live:tickets', (event) => {
    const changes = (event as CustomEvent<{ id: number; version: number }[]>).detail
    if (!Array.isArray(changes) || !ticket.isConnected) return
    const version = Number(ticket.dataset.version)
    if (changes.some((one) => String(one.id) === ticket.dataset.ticket && one.version > version)) void fetchNews()
  })
}

function take(ticket: HTMLElement, fresh: HTMLElement | null) {
  if (!fresh || Number(fresh.dataset.version) <= Number(ticket.dataset.version)) return
  ticket.dataset.version = fresh.dataset.version
  ticket.querySelector('#ticket-status')?.replaceChildren(...fresh.querySelector('[data-news-status]')!.childNodes)
  const audience = fresh.querySelector('[data-news-audience] > *') // whoever writes sees at once that a partner no longer reads
  if (audience) ticket.querySelector('.composer-audience')?.replaceWith(document.importNode(audience, true))
  comments(ticket, fresh)
  for (const next of fresh.querySelectorAll<HTMLElement>('[data-news-props] > [data-prop]')) property(ticket, next)
  if (fresh.dataset.closed !== undefined && !ticket.classList.contains('ticket-closed')) location.reload()
}

// comments go to the end; whoever reads further up stays there and is told.
function comments(ticket: HTMLElement, fresh: HTMLElement) {
  const thread = ticket.querySelector<HTMLElement>('#thread')!
  const scroll = ticket.querySelector<HTMLElement>('.thread-scroll')!
  const height = scroll.scrollHeight
  let brought = 0
  for (const comment of fresh.querySelectorAll<HTMLElement>('[data-news-thread] > [data-comment]')) {
    if (document.getElementById(comment.id)) continue
    const element = document.importNode(comment, true)
    element.classList.add('said-new')
    thread.append(element)
    brought++
  }
  if (brought === 0 || scroll.scrollTop > -40) return
  scroll.scrollTop -= scroll.scrollHeight - height
  const place = ticket.querySelector<HTMLElement>('.answer')
  if (!place || place.querySelector('.thread-news')) return
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'btn btn-sm thread-news'
  button.textContent = ticket.dataset.textNews!
  button.onclick = () => {
    scroll.scrollTo({ top: 0, behavior: 'smooth' })
    button.remove()
  }
  scroll.addEventListener('scroll', () => scroll.scrollTop > -40 && button.remove())
  place.prepend(button)
}

// property takes over what somebody else set, unless it is being edited here: then it only tells, and what stands is
// asked when this page is submitted.
function property(ticket: HTMLElement, next: HTMLElement) {
  const now = row(next.dataset.prop!, ticket)
  if (!now || now.dataset.base === next.dataset.base) return
  const words = next.querySelector('.prop-flag')?.textContent ?? ticket.dataset.textChanged!
  if (next.dataset.prop === 'status') {
    status(ticket, now, next)
    return
  }
  if (edited(now) || now.contains(document.activeElement)) {
    flag(now, words)
    return
  }
  const element = document.importNode(next, true)
  element.classList.add('prop-flagged')
  now.replaceWith(element)
  htmx.process(element)
}

// status: a button that submits "as it is", or as what was only offered for a new ticket, speaks of the new one.
function status(ticket: HTMLElement, now: HTMLElement, next: HTMLElement) {
  const main = ticket.querySelector<HTMLButtonElement>('[data-submit]')
  if (main && main.value !== '' && main.dataset.offered === undefined) return
  now.replaceWith(document.importNode(next, true))
  const composer = ticket.querySelector<HTMLElement>('.composer')
  if (!composer || !main) return
  submitAs(composer, '', next.dataset.word ?? '')
  main.dataset.status = next.dataset.base
}
