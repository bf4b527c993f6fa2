// Keeps the shares of a ticket true: they are fetched anew when the ticket changes, and gently while messages are on their
// way, whose state changes without the ticket's. What somebody has open or is about to press stays as it is.
const pause = 5000

export function mount(panel: HTMLElement) {
  const ticket = Number(panel.dataset.ticket)
  const whole = panel.dataset.whole !== undefined // the timeline's own page
  let asking = false

  async function refresh() {
    if (asking || document.hidden || busy()) return
    asking = true
    try {
      const address = whole ? location.href : `/agent/tickets/${ticket}/sharing`
      const answer = await fetch(address, { headers: whole ? {} : { 'HX-Request': 'true' } })
      if (!answer.ok || answer.redirected) return
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
      if (busy()) return
      take(fresh, 'share-panel')
      take(fresh, 'share-chips')
      if (whole) take(fresh, 'share-timeline')
    } catch {
      // The network is away; the next round finds it.
    } finally {
      asking = false
    }
  }

  function busy(): boolean {
    const timeline = whole ? document.getElementById('share-timeline') : null
    return [panel, timeline].some((part) => part !== null && (part.contains(document.activeElement) || part.querySelector('details[open]') !== null))
  }

  const timer = setInterval(() => {
    if (!panel.isConnected) stop()
    else if (panel.dataset.restless !== undefined) void refresh()
  }, pause)

  function changed(event: Event) {
    if (!panel.isConnected) return stop()
    const all = (event as CustomEvent<{ id: number }[]>).detail
    if (Array.isArray(all) && all.some((one) => Number(one.id) === ticket)) void refresh()
  }

  function stop() {
    clearInterval(timer)
    document.removeEventListener('live:tickets', changed)
  }

  document.addEventListener('live:tickets', changed)
}

// take replaces what an element holds, and whether it goes on changing by itself.
function take(fresh: Document, id: string) {
  const now = document.getElementById(id)
  const next = fresh.getElementById(id)
  if (!now || !next) return
  now.replaceChildren(...next.childNodes)
  now.toggleAttribute('data-restless', next.hasAttribute('data-restless'))
}
