// The tickets that were opened lately in this browser, as choices of what a ticket is merged into.
import { recentTickets } from '../shell/recent'

export function mount(element: HTMLElement) {
  const offered = (id: number) => document.querySelector(`.merge-choices [data-ticket="${id}"]`)
  const url = new URL(element.dataset.recent!, location.href)
  url.searchParams.set('recent', recentTickets().filter((id) => !offered(id)).join(','))
  void fetch(url, { headers: { 'HX-Request': 'true' } })
    .then((answer) => (answer.ok ? answer.text() : ''))
    .then((markup) => (element.innerHTML = markup))
    .catch(() => undefined) // they are an offer only
}
