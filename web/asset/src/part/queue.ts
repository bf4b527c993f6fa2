// The list of a view: ticking, keys, a glance at a ticket, and changes as they happen.
import { fold } from '../queue/fold'
import { keys } from '../queue/keys'
import { news } from '../queue/news'
import { glance } from '../queue/glance'
import { ticks } from '../queue/ticks'

export function mount(root: HTMLElement) {
  fold(root)
  const chosen = ticks(root)
  const peek = glance(root)
  keys(root, chosen, peek)
  news(root, chosen)
}
