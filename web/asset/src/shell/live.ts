// Brings live updates to the page as events on document: live:tickets, live:presence, live:reload.

type Message = { kind: string; data: unknown }

function announce(kind: string, detail: unknown) {
  document.dispatchEvent(new CustomEvent(`live:${kind}`, { detail }))
}

export function live() {
  const address = document.body.dataset.live
  if (!address) return
  if (typeof SharedWorker === 'undefined') {
    alone()
    return
  }
  const { port } = new SharedWorker(address, { type: 'module', name: 'interdesk' })
  port.onmessage = (message: MessageEvent<Message>) => announce(message.data.kind, message.data.data)
  port.postMessage('hello')
  addEventListener('pagehide', () => port.postMessage('bye'))
  window.addEventListener('pageshow', (event) => event.persisted && port.postMessage('hello'))
}

// alone is for browsers without shared workers: a stream of this page's own while it is in view.
function alone() {
  let source: EventSource | undefined
  const watch = () => {
    if (document.hidden) {
      source?.close()
      source = undefined
      return
    }
    if (source) return
    source = new EventSource('/live')
    for (const kind of ['tickets', 'presence', 'reload']) {
      source.addEventListener(kind, (event) => announce(kind, JSON.parse((event as MessageEvent).data)))
    }
  }
  document.addEventListener('visibilitychange', watch)
  watch()
}
