// The way from a list to a ticket and back. The list that was looked at last is where a ticket's arrow leads.

const list = 'list'
const coming = 'list-coming' // the arrow was taken: the list that is coming is to be as it was

// backTo notes that this page is a list to come back to.
export function backTo() {
  sessionStorage.setItem(list, location.pathname + location.search)
}

// returned tells whether this page was reached by going back, by the browser or by a ticket's arrow.
export function returned(): boolean {
  const arrow = sessionStorage.getItem(coming) === location.pathname + location.search
  sessionStorage.removeItem(coming)
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return arrow || entry?.type === 'back_forward'
}

// arrow has a ticket's link to its list lead back there.
export function arrow(link: HTMLAnchorElement) {
  const from = sessionStorage.getItem(list)
  if (!from) return
  link.href = from
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    if (document.referrer === new URL(from, location.href).href && history.length > 1) {
      event.preventDefault()
      history.back()
    } else sessionStorage.setItem(coming, from)
  })
}
