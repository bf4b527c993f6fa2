// Keys in the list: j and k go from line to line, Enter opens (the line's link has the focus), x ticks, the space bar
// peeks at the ticket.
import { keysOn } from '../shell/keys'
import type { Peek } from './peek'
import type { Ticks } from './ticks'

export function keys(root: HTMLElement, ticks: Ticks, peek: Peek) {
  const rows = () => [...root.querySelectorAll<HTMLElement>('.q-row')]
  const current = () => (document.activeElement as HTMLElement | null)?.closest<HTMLElement>('.q-row')

  const go = (step: number) => {
    const list = rows()
    const at = current()
    const next = list[at ? list.indexOf(at) + step : step > 0 ? 0 : list.length - 1]
    if (!next) return
    const link = next.querySelector<HTMLElement>('.q-link')
    link?.focus({ preventScroll: true })
    next.scrollIntoView({ block: 'nearest' })
  }

  const act: Record<string, (row: HTMLElement | null | undefined) => boolean> = {
    j: () => (peek.close(), go(1), true),
    k: () => (peek.close(), go(-1), true),
    x: (row) => !!row && (ticks.flip(row), true),
    ' ': (row) => !!row && (peek.flip(row), true),
    Escape: () => peek.close(),
  }

  document.addEventListener('keydown', (event) => {
    if (!root.isConnected || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (/^[jkx]$/.test(event.key) && !keysOn()) return
    const target = event.target as HTMLElement
    const box = target.matches('input[type=checkbox]')
    if (target.closest('dialog, [contenteditable]') || (!box && target.matches('input, textarea, select'))) return
    if (event.key === ' ' && !target.matches('.q-link, body')) return
    if (act[event.key]?.(current())) event.preventDefault()
  })
}
