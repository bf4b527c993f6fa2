// Which tickets are ticked: one by one, all, or from the last one on with shift held.
import { counted } from './words'

export type Ticks = {
  count(): number
  flip(row: HTMLElement): void
  clear(): void
}

export function ticks(root: HTMLElement): Ticks {
  const form = root.querySelector<HTMLFormElement>('#q-form')!
  const boxes = () => [...root.querySelectorAll<HTMLInputElement>('input[name=ticket]')]
  const count = () => root.querySelectorAll('input[name=ticket]:checked').length
  let last: HTMLInputElement | undefined

  const tell = () => {
    const n = count()
    const all = root.querySelector<HTMLInputElement>('#q-all')
    if (all) {
      all.hidden = false
      all.checked = n > 0 && n === boxes().length
      all.indeterminate = n > 0 && !all.checked
    }
    const words = root.querySelector('#q-picked')
    const whole = root.querySelector<HTMLInputElement>('input[name=whole]')
    if (whole && n < boxes().length) whole.checked = false // all, but for those that are not
    if (words && n > 0) words.textContent = whole?.checked ? root.dataset.textWhole! : counted(root, 'Picked', n)
  }

  root.addEventListener('click', (event) => {
    const box = event.target as HTMLInputElement
    if (!box.matches('input[name=ticket]')) return
    const list = boxes()
    if (event.shiftKey && last && list.includes(last)) {
      const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b)
      for (const other of list.slice(from, to + 1)) other.checked = box.checked
    }
    last = box
    tell()
  })
  root.addEventListener('change', (event) => {
    const all = event.target as HTMLInputElement
    if (all.id === 'q-all') for (const box of boxes()) box.checked = all.checked
    tell()
  })
  form.addEventListener('reset', () => setTimeout(tell))
  document.addEventListener('htmx:after:swap', tell)
  tell()

  return {
    count,
    flip(row) {
      row.querySelector<HTMLInputElement>('input[name=ticket]')?.click()
    },
    clear() {
      form.reset()
    },
  }
}
