// What the shell does on every page: theme, menus, toasts, confirmation of what cannot be undone.

export function toast(kind: 'good' | 'bad', text: string) {
  const note = document.createElement('div')
  note.className = `toast-note toast-${kind}`
  note.textContent = text
  document.getElementById('toasts')?.append(note)
  fade(note)
}

// fade takes a note away after a while: later if there is something to read or to do, and not while somebody is about to.
function fade(note: HTMLElement) {
  const wait = note.matches('.toast-bad, :has(form)') ? 12_000 : 5_000
  const away = () => (note.matches(':hover, :focus-within') ? setTimeout(away, 1_000) : note.remove())
  setTimeout(away, wait)
  note.addEventListener('click', (event) => {
    if (!(event.target as Element).closest('button')) note.remove()
  })
}

function switchTheme() {
  const root = document.documentElement
  root.dataset.bsTheme = root.dataset.bsTheme === 'dark' ? 'light' : 'dark'
  localStorage.setItem('theme', root.dataset.bsTheme)
}

// A menu (details.menu) closes by Escape and by a click beside it.
function closeMenus(except?: Node) {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.menu[open]')) {
    if (!except || !menu.contains(except)) menu.open = false
  }
}

// confirmed asks before a form or button with data-confirm is carried out; the words stand in the attribute.
function confirmed(event: Event, form: HTMLFormElement, submitter: HTMLElement | null) {
  const words = submitter?.dataset.confirm ?? form.dataset.confirm
  if (!words || form.dataset.sure) return
  event.preventDefault()
  event.stopImmediatePropagation()
  const dialog = document.createElement('dialog')
  dialog.className = 'dialog'
  const text = document.createElement('p')
  text.textContent = words
  const row = document.createElement('div')
  row.className = 'dialog-actions'
  const no = document.createElement('button')
  no.className = 'btn'
  no.textContent = document.body.dataset.textCancel ?? 'Cancel'
  const yes = document.createElement('button')
  yes.className = 'btn btn-danger'
  yes.textContent = submitter?.textContent?.trim() || (document.body.dataset.textOk ?? 'OK')
  row.append(no, yes)
  dialog.append(text, row)
  document.body.append(dialog)
  no.onclick = () => dialog.close()
  yes.onclick = () => {
    form.dataset.sure = 'yes'
    dialog.close()
    form.requestSubmit(submitter as HTMLButtonElement | null)
    delete form.dataset.sure
  }
  dialog.onclose = () => dialog.remove()
  dialog.showModal()
}

export function shell() {
  document.addEventListener('click', (event) => {
    const target = event.target as Element
    closeMenus(target)
    if (target.closest('[data-theme-switch]')) switchTheme()
  })
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') closeMenus()
  })
  document.addEventListener('submit', (event) => confirmed(event, event.target as HTMLFormElement, event.submitter), true)
  document.addEventListener('htmx:after:request', (event) => {
    const response = (event as CustomEvent).detail?.ctx?.response
    const said = response?.headers?.get?.('X-Toast')
    if (said) {
      const note = JSON.parse(decodeURIComponent(said)) as { kind: 'good' | 'bad'; text: string }
      toast(note.kind, note.text)
    }
  })
  for (const note of document.querySelectorAll<HTMLElement>('.toast-note')) fade(note)
  document.querySelector<HTMLElement>('[data-focus]')?.focus()
}
