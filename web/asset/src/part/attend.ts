// Tells the desk that the reader has a ticket open (data-ticket, data-version) and whether they write, and the page who
// else has.
const beat = 20_000
const pause = 3_000 // between two notes that somebody writes

export function mount(element: HTMLElement) {
  let noted = 0
  const note = async (state: 'here' | 'writing' | 'away') => {
    const form = new URLSearchParams({ ticket: element.dataset.ticket!, version: element.dataset.version ?? '0' })
    if (state !== 'here') form.set(state, '1')
    if (state === 'away') {
      navigator.sendBeacon('/live/attend', form)
      return
    }
    const answer = await fetch('/live/attend', { method: 'POST', body: form }).catch(() => undefined)
    if (answer?.ok) document.dispatchEvent(new CustomEvent('live:presence', { detail: await answer.json() }))
  }
  document.addEventListener('writing', () => {
    if (Date.now() - noted < pause) return
    noted = Date.now()
    void note('writing')
  })
  new MutationObserver(() => void note('here')).observe(element, { attributeFilter: ['data-version'] })
  setInterval(() => {
    if (!document.hidden && element.isConnected) void note('here')
  }, beat)
  document.addEventListener('visibilitychange', () => void note(document.hidden ? 'away' : 'here'))
  addEventListener('pagehide', () => void note('away'))
  void note('here')
}
