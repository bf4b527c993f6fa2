// Changes as they happen: counts follow, and the list is brought up to date in place, unless tickets are ticked or the
// pointer is just about to hit something. Then a word at the top says so, and a click shows it.
import htmx from 'htmx.org'
import { counted } from './words'
import type { Ticks } from './ticks'

const pause = 1_500 // between two looks at the list, in milliseconds
const countDelay = 700 // longer than counts are told again, and than a change needs to be heard of
const countPause = 3_000
const still = 1_500 // a pointer that has not moved for so long does not aim
const mostRows = 300
const room = 30

type Change = { id: number; version: number }

export function news(root: HTMLElement, ticks: Ticks) {
  const bar = root.querySelector<HTMLElement>('#q-news')!
  const list = root.querySelector<HTMLElement>('#q-list')!
  const changed = new Map<number, number>()
  let pointer: { at: number; row: HTMLElement | null } = { at: 0, row: null }

  root.addEventListener('pointermove', (event) => {
    pointer = { at: Date.now(), row: (event.target as Element).closest('.q-row') }
  })
  root.addEventListener('pointerleave', () => (pointer = { at: 0, row: null }))

  const aimed = () => pointer.row?.isConnected && Date.now() - pointer.at < still
  const shown = () => list.querySelectorAll('.q-row').length

  const show = async () => {
    if (!root.dataset.rows) {
      location.reload()
      return
    }
    changed.clear()
    bar.hidden = true
    // A list that is shown to its end has room for what comes at its end.
    const n = Math.min(shown() + (list.querySelector('#q-more') ? 0 : room), mostRows)
    const address = new URL(root.dataset.rows, location.href)
    address.searchParams.set('shown', String(n))
    await update(list, pointer.row, () => htmx.ajax('GET', address.pathname + address.search, { target: list, swap: 'innerMorph' }))
  }
  bar.addEventListener('click', () => void show())

  const look = throttle(pause, 300, () => {
    if (changed.size === 0 || !root.isConnected || document.hidden) return
    if (aimed()) {
      setTimeout(look, 500)
      return
    }
    if (ticks.count() === 0 && root.dataset.rows && shown() <= mostRows) {
      void show()
      return
    }
    bar.textContent = counted(root, '', changed.size)
    bar.hidden = false
  })
  const count = throttle(countPause, countDelay, () => {
    if (!root.isConnected) return
    if (document.hidden) setTimeout(count, countPause)
    else void htmx.ajax('GET', root.dataset.counts!, { target: '#q-view-list', swap: 'innerMorph' })
  })

  document.addEventListener('live:tickets', (event) => {
    for (const { id, version } of (event as CustomEvent<Change[]>).detail) {
      const row = list.querySelector<HTMLElement>(`#q-${id}`)
      if (!row || Number(row.dataset.version) < version) changed.set(id, version)
    }
    look()
    count()
  })
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) look()
  })
  window.addEventListener('pageshow', (event) => {
    if (event.persisted && ticks.count() === 0) void show() // the reader comes back from a ticket
  })
  document.addEventListener('htmx:after:swap', () => finished(root, ticks, () => void show()))
  count()
}

// finished clears the selection as soon as work on it begins, and shows what came of it when it is over.
function finished(root: HTMLElement, ticks: Ticks, show: () => void) {
  const progress = root.querySelector<HTMLElement>('#q-progress')
  if (!progress || progress.dataset.told === 'over') return
  if (!root.dataset.job) {
    root.dataset.job = 'working'
    ticks.clear()
  }
  if (!progress.hasAttribute('data-over')) return
  progress.dataset.told = 'over'
  delete root.dataset.job
  show()
  const close = progress.querySelector<HTMLElement>('[data-close]')
  if (!close) return
  close.hidden = false
  close.addEventListener('click', () => progress.remove())
}

// update changes the list and keeps what is looked at where it is: the line under the pointer, else the one with the
// focus, else the first in view. Lines that are new or changed are marked for a moment.
async function update(list: HTMLElement, under: HTMLElement | null, change: () => Promise<unknown>) {
  const versions = new Map([...list.querySelectorAll<HTMLElement>('.q-row')].map((row) => [row.id, row.dataset.version]))
  const row = () => document.activeElement?.closest<HTMLElement>('.q-row')
  let focused = row()
  const late = () => (focused = row()) // keys go on while the list is on its way
  const anchor = under ?? focused ?? (list.scrollTop > 0 ? firstInView(list) : undefined)
  const id = anchor?.id
  const before = anchor?.getBoundingClientRect().top ?? 0
  document.addEventListener('htmx:before:swap', late)
  await change()
  document.removeEventListener('htmx:before:swap', late)
  const after = id ? document.getElementById(id) : null
  if (after) list.scrollTop += after.getBoundingClientRect().top - before
  if (focused && !row()) document.getElementById(focused.id)?.querySelector<HTMLElement>('.q-link')?.focus({ preventScroll: true })
  for (const row of list.querySelectorAll<HTMLElement>('.q-row')) {
    if (versions.get(row.id) === row.dataset.version) continue
    row.classList.add('q-fresh')
    setTimeout(() => row.classList.remove('q-fresh'), 2_000)
  }
}

function firstInView(list: HTMLElement) {
  const top = list.getBoundingClientRect().top
  return [...list.querySelectorAll<HTMLElement>('.q-row')].find((row) => row.getBoundingClientRect().top >= top)
}

// throttle runs do a moment after it is asked for, and no two times within a pause; the last request is never lost.
function throttle(pause: number, delay: number, act: () => void): () => void {
  let ran = 0
  let waiting: ReturnType<typeof setTimeout> | undefined
  return () => {
    waiting ??= setTimeout(() => {
      waiting = undefined
      ran = Date.now()
      act()
    }, Math.max(delay, ran + pause - Date.now()))
  }
}
