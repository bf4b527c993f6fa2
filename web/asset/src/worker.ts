// A shared worker: one stream of live updates for all tabs of a desk, since browsers allow few connections to one host.
/// <reference lib="webworker" />
export {}

type Message = { kind: 'tickets' | 'presence' | 'reload'; data: unknown }

const pages = new Set<MessagePort>()
const recent = new Map<number, { version: number; at: number }>()
let source: EventSource | undefined
let last = '' // the last event that arrived: a stream that was given up is taken up behind it
let pause = 2_000

function tell(message: Message) {
  for (const page of pages) page.postMessage(message)
}

function open() {
  if (source || pages.size === 0) return
  source = new EventSource(last ? `/live?last=${last}` : '/live')
  source.addEventListener('open', () => (pause = 2_000))
  source.addEventListener('begin', (event) => (last = event.lastEventId))
  source.addEventListener('tickets', (event) => {
    last = event.lastEventId
    const changes = JSON.parse(event.data) as { id: number; version: number }[]
    for (const c of changes) recent.set(c.id, { version: c.version, at: Date.now() })
    for (const [id, seen] of recent) if (Date.now() - seen.at > 60_000) recent.delete(id)
    tell({ kind: 'tickets', data: changes })
  })
  source.addEventListener('presence', (event) => tell({ kind: 'presence', data: JSON.parse(event.data) }))
  source.addEventListener('reload', () => tell({ kind: 'reload', data: {} }))
  source.addEventListener('error', () => {
    if (source?.readyState !== EventSource.CLOSED) return // the browser comes again by itself
    source = undefined
    setTimeout(open, pause)
    pause = Math.min(pause * 2, 60_000)
  })
}

function close() {
  if (pages.size > 0) return
  source?.close()
  source = undefined
}

const scope = self as unknown as SharedWorkerGlobalScope
scope.onconnect = (event) => {
  const page = event.ports[0]
  page.onmessage = (message) => {
    if (message.data === 'bye') {
      pages.delete(page)
      close()
      return
    }
    pages.add(page)
    // A change that came while the page was on its way is told once more.
    page.postMessage({ kind: 'tickets', data: [...recent].map(([id, seen]) => ({ id, version: seen.version })) })
    open()
  }
}
