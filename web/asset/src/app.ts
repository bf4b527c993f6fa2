// The script of every page. What only some pages need is a part: an element with data-part="name" loads the module of
// that name and hands it the element, once; also when htmx brings the element later.
import 'htmx.org'
import { shell } from './shell/shell'
import { ago } from './shell/ago'
import { live } from './shell/live'
import { keys } from './shell/keys'
import { recent } from './shell/recent'
import { send } from './shell/send'

type Part = { mount(element: HTMLElement): void }

const parts: Record<string, () => Promise<Part>> = {
  attend: () => import('./part/attend'),
  pick: () => import('./part/pick'),
  files: () => import('./part/files'),
  views: () => import('./part/views'),
  copy: () => import('./part/copy'),
  conditions: () => import('./part/conditions'),
  complete: () => import('./part/complete'),
  redact: () => import('./part/redact'),
  resend: () => import('./part/resend'),
  keyswitch: () => import('./part/keyswitch'),
  sort: () => import('./part/sort'),
  share: () => import('./part/share'),
  ticket: () => import('./part/ticket'),
  compose: () => import('./part/compose'),
  merge: () => import('./part/merge'),
  mail: () => import('./part/mail'),
  ticks: () => import('./part/ticks'),
  words: () => import('./part/words'),
}

const mounted = new WeakSet<Element>()

function mount(root: ParentNode) {
  for (const element of root.querySelectorAll<HTMLElement>('[data-part]')) {
    if (mounted.has(element)) continue
    mounted.add(element)
    for (const name of element.dataset.part!.split(' ')) {
      const load = parts[name]
      if (load) void load().then((part) => part.mount(element))
      else console.error(`no part is called ${name}`)
    }
  }
}

shell()
send()
ago()
live()
keys()
recent()
mount(document)
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node instanceof HTMLElement) mount(node.parentElement ?? document)
}).observe(document.body, { childList: true, subtree: true })
