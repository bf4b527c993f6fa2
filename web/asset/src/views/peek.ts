// A peek at a ticket: its last comments beside the line, when the pointer rests on it or the space bar asks.
import htmx from 'htmx.org'

export type Peek = {
  flip(row: HTMLElement): void
  close(): boolean
}

const rest = 500 // how long the pointer must rest, in milliseconds

export function peekOf(root: HTMLElement): Peek {
  const card = root.querySelector<HTMLElement>('#q-peek')!
  let shown: string | undefined
  let waiting: ReturnType<typeof setTimeout> | undefined

  const close = () => {
    clearTimeout(waiting)
    const was = !card.hidden
    shown = undefined
    card.hidden = true
    return was
  }

  const open = async (row: HTMLElement) => {
    const id = row.dataset.id!
    shown = id
    await htmx.ajax('GET', root.dataset.peek + id, { target: card, swap: 'innerHTML' })
    if (shown !== id || !row.isConnected || !card.childElementCount) return
    card.hidden = false
    place(card, row)
  }

  root.addEventListener('pointerover', (event) => {
    if (event.pointerType !== 'mouse') return
    const target = event.target as Element
    if (card.contains(target)) return
    clearTimeout(waiting)
    const line = target.closest('.q-line')
    const row = line?.closest<HTMLElement>('.q-row')
    if (row?.dataset.id === shown && row) return
    waiting = setTimeout(() => (row ? void open(row) : close()), row ? rest : 200)
  })
  root.addEventListener('pointerleave', close)
  root.addEventListener('pointerdown', (event) => {
    if (!card.contains(event.target as Node)) close()
  })
  root.querySelector('#q-list')?.addEventListener('scroll', close, { passive: true })

  return {
    flip(row) {
      if (shown === row.dataset.id && !card.hidden) close()
      else void open(row)
    },
    close,
  }
}

// place puts the card below the line, or above it where there is no room.
function place(card: HTMLElement, row: HTMLElement) {
  const line = (row.querySelector('.q-line') ?? row).getBoundingClientRect()
  const size = card.getBoundingClientRect()
  const below = line.bottom + 6
  const fits = below + size.height < innerHeight - 8
  card.style.left = `${Math.max(8, Math.min(line.left + 24, innerWidth - size.width - 8))}px`
  card.style.top = `${fits ? below : Math.max(8, line.top - size.height - 6)}px`
}
