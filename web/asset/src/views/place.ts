// Who opens a ticket and comes back finds the list as it was: as long, scrolled as far, and with the cursor on that ticket.
import htmx from 'htmx.org'
import { backTo, returned } from '../shell/way'

type Place = { top: number; page: number; rows: number; row?: string }

const name = () => `place ${location.pathname}${location.search}`

export function place(root: HTMLElement) {
  const list = root.querySelector<HTMLElement>('#q-list')!
  const rows = () => list.querySelectorAll('.q-row').length

  addEventListener('pagehide', () => {
    const row = document.activeElement?.closest('.q-row')?.id
    const kept: Place = { top: list.scrollTop, page: scrollY, rows: rows(), row }
    sessionStorage.setItem(name(), JSON.stringify(kept))
  })
  if (returned()) void restore(JSON.parse(sessionStorage.getItem(name()) ?? 'null') as Place | null)
  backTo()

  async function restore(kept: Place | null) {
    if (!kept) return
    if (root.dataset.rows && rows() < kept.rows) {
      const address = new URL(root.dataset.rows, location.href)
      address.searchParams.set('shown', String(kept.rows))
      await htmx.ajax('GET', address.pathname + address.search, { target: list, swap: 'innerMorph' })
    }
    list.scrollTop = kept.top
    scrollTo(0, kept.page)
    if (kept.row) document.getElementById(kept.row)?.querySelector<HTMLElement>('.q-link')?.focus({ preventScroll: true })
  }
}
