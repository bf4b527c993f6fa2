// A list of which several can be ticked at once.
import { ticks } from '../views/ticks'

export function mount(root: HTMLElement) {
  if (root.querySelector('#q-form')) ticks(root)
}
