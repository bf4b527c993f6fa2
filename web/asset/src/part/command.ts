// The command bar: go to anything by a few letters. Its texts stand at the button of the rail that opens it.
import { Combobox, type Choice } from './combobox'
import { recentTickets } from '../shell/recent'

type Offer = { label: string; hint?: string; url?: string; do?: string; icon?: string; status?: string; letter?: string }

// handlers are what offers without an address do.
const handlers: Record<string, () => void> = {
  theme: () => document.querySelector<HTMLElement>('[data-theme-switch]')?.click(),
  keys: () => document.querySelector<HTMLElement>('[data-help]')?.click(),
  signout: () => document.querySelector<HTMLFormElement>('form[action="/signout"]')?.requestSubmit(),
}

// inOrder tells whether letters stand in a text, in their order.
function inOrder(letters: string, text: string): boolean {
  let at = 0
  for (const letter of letters.toLowerCase()) {
    at = text.toLowerCase().indexOf(letter, at) + 1
    if (at === 0) return false
  }
  return true
}

// actions are what the page itself offers.
function actions(text: string, hint: string | undefined, close: () => void): Choice[] {
  const all = [...document.querySelectorAll<HTMLElement>('[data-command-action]')].filter((one) => !one.matches(':disabled') && one.checkVisibility())
  return all
    .filter((one) => inOrder(text, one.dataset.commandAction!))
    .slice(0, 8)
    .map((one) => ({
      label: one.dataset.commandAction!,
      hint,
      icon: 'bolt',
      pick: () => {
        close()
        one.focus()
        if (!one.matches('input:not([type=checkbox]), textarea')) one.click()
      },
    }))
}

// mount has an open bar offer what its input may mean.
export function mount(dialog: HTMLDialogElement, input: HTMLInputElement, button: HTMLElement) {
  const list = document.createElement('div')
  list.className = 'command-list'
  list.setAttribute('aria-label', button.dataset.textTitle ?? '')
  dialog.append(list)
  const close = () => dialog.close()

  const combobox = new Combobox(input, list, {
    first: true,
    delay: 60,
    closed: close,
    choices: async (text, signal) => {
      const url = new URL('/agent/command', location.href)
      url.searchParams.set('q', text)
      if (text.trim() === '') url.searchParams.set('recent', recentTickets().join(','))
      const answer = await fetch(url, { headers: { Accept: 'application/json' }, signal })
      const offers = answer.ok ? ((await answer.json()) as Offer[]) : []
      const found = offers.map((offer) => ({
        ...offer,
        pick: () => {
          close()
          if (offer.url) location.href = offer.url
          else if (offer.do) handlers[offer.do]?.()
        },
      }))
      return [...actions(text.trim(), button.dataset.textHere, close), ...found]
    },
  })
  dialog.onclick = (event) => {
    if (event.target === dialog) close()
  }
  void combobox.ask()
}
