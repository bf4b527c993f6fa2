// The list of a view: ticking, keys, a peek at a ticket, and changes as they happen.
import { fold } from '../views/fold'
import { keys } from '../views/keys'
import { news } from '../views/news'
import { peekOf } from '../views/peek'
import { place } from '../views/place'
import { ticks } from '../views/ticks'

export function mount(root: HTMLElement) {
  fold(root)
  const chosen = ticks(root)
  const peek = peekOf(root)
  keys(root, chosen, peek)
  news(root, chosen)
  place(root)
}
