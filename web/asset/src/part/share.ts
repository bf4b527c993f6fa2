// Keeps true what a page says of sharing: it is fetched anew when its ticket changes, and gently while messages are on
// their way, whose state changes without the ticket's. What somebody has open or is about to press stays as it is.
const pause = 5000

// The places that are fetched anew, by their ids; a page has some of them.
const places = ['share-panel', 'share-chips', 'share-timeline', 'share-live', 'share-end', 'share-messages']

export function mount(panel: HTMLElement) {
  const ticket = Number(panel.dataset.ticket)
  const whole = panel.dataset.whole !== undefined // the page is about sharing: it is fetched itself
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
      const held = focused()
      for (const id of places) take(fresh, id)
      if (held) focusAgain(held)
    } catch {
      // The network is away; the next round finds it.
    } finally {
      asking = false
    }
  }

  const timer = setInterval(() => {
    if (!panel.isConnected) return stop()
    if (panel.dataset.restless !== undefined) void refresh()
    tick(panel.dataset.textSeconds)
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

function present(): HTMLElement[] {
  return places.map((id) => document.getElementById(id)).filter((place) => place !== null)
}

// busy tells whether somebody is at work in one of the places: has something open, or a button half pressed.
function busy(): boolean {
  return document.querySelector('dialog[open]') !== null || present().some((place) => place.querySelector('details[open], :active') !== null)
}

// address is where a link or button leads: by it, it is found again.
function address(element: Element): string | null {
  return element.getAttribute('href') ?? element.closest('form')?.getAttribute('action') ?? null
}

// focused is where the focus leads that stands in one of the places.
function focused(): string | null {
  const active = document.activeElement
  return active && present().some((place) => place.contains(active)) ? address(active) : null
}

function focusAgain(to: string) {
  for (const place of present()) {
    const found = [...place.querySelectorAll<HTMLElement>('a, button')].find((one) => address(one) === to)
    if (found) return found.focus({ preventScroll: true })
  }
}

// take replaces what a place holds, and whether it goes on changing by itself.
function take(fresh: Document, id: string) {
  const now = document.getElementById(id)
  const next = fresh.getElementById(id)
  if (!now || !next) return
  now.replaceChildren(...next.childNodes)
  now.toggleAttribute('data-restless', next.hasAttribute('data-restless'))
}

// tick counts the seconds of what has just happened; minutes are the page's own matter.
function tick(words: string | undefined) {
  if (!words) return
  for (const place of present()) {
    for (const time of place.querySelectorAll<HTMLTimeElement>('time[data-seconds]')) {
      const seconds = Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000)
      if (seconds >= 0 && seconds < 60) time.textContent = words.replace('{0}', String(seconds))
    }
  }
}
