// The keyboard. Pages say in their markup which keys they know; this module presses them:
//
//   data-hotkey="r"   that key clicks the element (a link, a button) or puts the cursor into it (an input). Of several on
//                     a page the first in view within main counts. Keys are as KeyboardEvent.key names them.
//   data-into="css"   what is then typed goes there: the first such element that can be seen, or wherever a module that hears
//                     "hotkey" on the element puts it.
//   data-go="v"       g, then that key, does the same: the places of the rail.
//   data-help         a click opens the list of all keys; ? does too.
//   data-command      a click opens the command bar; Ctrl or Cmd with K does too.
//
// Modules with keys of their own (a list's j and k) ask pressed(event) which key, if any, they may act on: none while
// somebody types, holds a modifier, has a dialog open, or has turned single keys off, which that list offers.

const setting = 'keys'
const patience = 1500 // between g and what follows, in ms

export function keysOn(): boolean {
  return localStorage.getItem(setting) !== 'off'
}

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit', 'reset', 'file'].includes(target.type)
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.role === 'combobox'
}

// pressed is the single key that was pressed and may act, in lower case; undefined when the keystroke is somebody else's.
export function pressed(event: KeyboardEvent): string | undefined {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return undefined
  if (!keysOn() || typing(event.target) || document.querySelector('dialog[open]')) return undefined
  return event.key.length === 1 ? event.key.toLowerCase() : event.key
}

// find is the element that a key stands for.
function find(attribute: string, key: string): HTMLElement | undefined {
  const all = [...document.querySelectorAll<HTMLElement>(`[${attribute}="${CSS.escape(key)}"]`)]
  const ready = all.filter((element) => !element.matches(':disabled') && element.checkVisibility())
  return ready.find((element) => element.closest('main')) ?? ready[0]
}

function act(element: HTMLElement) {
  if (element.matches('input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable=true]')) {
    element.focus()
    if (element instanceof HTMLInputElement) element.select()
    return
  }
  element.focus({ preventScroll: true })
  element.click()
  if (!element.dataset.into || !element.dispatchEvent(new CustomEvent('hotkey', { cancelable: true }))) return
  const into = [...document.querySelectorAll<HTMLElement>(element.dataset.into)].find((one) => one.checkVisibility())
  into?.focus()
}

export function keys() {
  let going = -Infinity // when g was pressed
  document.addEventListener('keydown', (event) => {
    const key = pressed(event)
    if (!key || key === 'Shift') return
    const goes = event.timeStamp - going < patience
    going = -Infinity
    if (key === '?') {
      event.preventDefault()
      document.querySelector<HTMLElement>('[data-help]')?.click()
      return
    }
    const element = goes ? find('data-go', key) : find('data-hotkey', key)
    if (element) {
      event.preventDefault()
      act(element)
    } else if (key === 'g' && !goes) {
      going = event.timeStamp
    }
  })
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
    const button = document.querySelector<HTMLElement>('[data-command]')
    if (!button) return
    event.preventDefault()
    void command(button)
  })
  document.addEventListener('click', (event) => {
    const target = event.target as Element
    if (target.closest('[data-help]')) void help()
    const button = target.closest<HTMLElement>('[data-command]')
    if (button) void command(button)
  })
}

// command opens the command bar, or closes it. It takes what is typed before it knows what to offer.
async function command(button: HTMLElement) {
  const open = document.querySelector<HTMLDialogElement>('dialog[open]')
  if (open) {
    if (open.matches('.command')) open.close()
    return
  }
  const dialog = document.createElement('dialog')
  dialog.className = 'dialog command'
  dialog.setAttribute('aria-label', button.dataset.textTitle ?? '')
  const input = document.createElement('input')
  input.type = 'text'
  input.className = 'command-input'
  input.autocomplete = 'off'
  input.spellcheck = false
  input.dir = 'auto'
  input.maxLength = 200
  input.placeholder = button.dataset.textPlaceholder ?? ''
  input.setAttribute('aria-label', button.dataset.textTitle ?? '')
  dialog.append(input)
  dialog.onclose = () => dialog.remove()
  document.body.append(dialog)
  dialog.showModal()
  input.focus()
  const bar = await import('../part/command').catch(() => undefined)
  if (bar && dialog.open) bar.mount(dialog, input, button)
}

// help shows the list of keys.
async function help() {
  if (document.querySelector('dialog[open]')) return
  const answer = await fetch('/agent/keys', { headers: { 'HX-Request': 'true' } }).catch(() => undefined)
  if (!answer?.ok) {
    location.href = '/agent/keys'
    return
  }
  const dialog = document.createElement('dialog')
  dialog.className = 'dialog keys-dialog'
  dialog.innerHTML = await answer.text()
  dialog.setAttribute('aria-labelledby', 'keys-title')
  dialog.onclose = () => dialog.remove()
  dialog.onclick = (event) => {
    if (event.target === dialog) dialog.close()
  }
  document.body.append(dialog)
  dialog.showModal()
}
