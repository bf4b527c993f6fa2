// Rows that one puts in an order: they are dragged by their [data-grip] and moved by the buttons [data-up] and [data-down];
// [data-remove] takes a row away. Rows are the children of [data-rows] (or of the element itself). With data-save, the
// order is posted to that address: the data-id of every row, as "id". Otherwise the order is that of the form's inputs.
import { toast } from '../shell/shell'

export function mount(element: HTMLElement) {
  const rows = element.matches('[data-rows]') ? element : element.querySelector<HTMLElement>('[data-rows]')!
  const rowOf = (target: EventTarget | null) => {
    let row = target as HTMLElement | null
    while (row && row.parentElement !== rows) row = row.parentElement
    return row
  }

  const moved = () => {
    rows.dispatchEvent(new Event('change', { bubbles: true }))
    if (!element.dataset.save) return
    const body = new URLSearchParams()
    for (const row of rows.children) if (row instanceof HTMLElement && row.dataset.id) body.append('id', row.dataset.id)
    fetch(element.dataset.save, { method: 'POST', body, headers: { 'HX-Request': 'true' } })
      .then((answer) => {
        if (!answer.ok) throw new Error(answer.statusText)
      })
      .catch(() => toast('bad', element.dataset.textFailed ?? ''))
  }

  element.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-up], [data-down], [data-remove]')
    const row = rowOf(button)
    if (!button || !row) return
    event.preventDefault()
    if (button.matches('[data-up]')) row.previousElementSibling?.before(row)
    else if (button.matches('[data-down]')) row.nextElementSibling?.after(row)
    else {
      const next = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector<HTMLElement>('[data-remove]')
      row.remove()
      next?.focus()
      moved()
      return
    }
    button.focus()
    moved()
  })

  let dragged: HTMLElement | null = null
  let before: Element | null = null
  for (const grip of element.querySelectorAll<HTMLElement>('[data-grip]')) grip.draggable = true
  element.addEventListener('dragstart', (event) => {
    if (!(event.target as Element).closest?.('[data-grip]')) return
    dragged = rowOf(event.target)
    if (!dragged) return
    before = dragged.nextElementSibling
    event.dataTransfer!.effectAllowed = 'move'
    event.dataTransfer!.setData('text/plain', '')
    event.dataTransfer!.setDragImage(dragged, 0, 0)
    dragged.classList.add('is-dragged')
  })
  element.addEventListener('dragover', (event) => {
    if (!dragged) return
    event.preventDefault()
    const over = rowOf(event.target)
    if (!over || over === dragged) return
    const box = over.getBoundingClientRect()
    if (event.clientY < box.top + box.height / 2) over.before(dragged)
    else over.after(dragged)
  })
  element.addEventListener('drop', (event) => event.preventDefault())
  element.addEventListener('dragend', () => {
    dragged?.classList.remove('is-dragged')
    if (dragged && dragged.nextElementSibling !== before) moved()
    dragged = null
  })
}
