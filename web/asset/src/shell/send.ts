// Before a form with somebody's words leaves the page, or any form while the browser has no network, the desk is asked
// whether it can be reached and still knows who is here. If not, the page stays as it is, says that nothing was sent, and sends
// by itself as soon as that is possible, unless something was changed meanwhile. A form is really sent only then, so that
// trying again never does anything twice.
type Obstacle = 'network' | 'session'

const patience = 10_000 // for the answer, in ms
const pauses = [2_000, 5_000, 10_000, 20_000]

const reached = new WeakSet<HTMLFormElement>() // forms that may go now
const pending = new Map<HTMLFormElement, Pending>()

async function obstacle(): Promise<Obstacle | undefined> {
  try {
    const answer = await fetch('/session', { cache: 'no-store', signal: AbortSignal.timeout(patience) })
    if (!answer.ok) return 'network'
    const { user } = (await answer.json()) as { user: string }
    const mine = document.body.dataset.user
    return !mine || mine === '0' || user === mine ? undefined : 'session' // a page of nobody's needs no session
  } catch {
    return 'network'
  }
}

// Pending is one form that somebody wants to send.
class Pending {
  private note?: HTMLElement
  private timer = 0
  private tries = 0
  private asking = false
  private edited = false
  private sure: string | undefined
  private ends = new AbortController()

  constructor(private form: HTMLFormElement, public submitter: HTMLElement | null) {
    this.sure = form.dataset.sure
    const { signal } = this.ends
    for (const kind of ['input', 'change', 'picked']) form.ownerDocument.addEventListener(kind, (event) => this.changed(event.target as Element), { signal })
    window.addEventListener('online', () => void this.again(), { signal })
    window.addEventListener('focus', () => void this.again(), { signal })
    void this.go()
  }

  // changed: what was to be sent is not what stands there now, so it waits for the hand that sends it.
  private changed(target: Element) {
    const owner = (target as HTMLInputElement).form ?? target.closest('form')
    if (owner === this.form) this.edited = true
  }

  private again() {
    if (!this.edited) void this.go()
  }

  async go() {
    if (this.asking) return
    this.asking = true
    clearTimeout(this.timer)
    const found = await obstacle()
    this.asking = false
    if (!this.form.isConnected) return this.end()
    if (found) return this.tell(found)
    this.end()
    if (this.sure) this.form.dataset.sure = this.sure
    reached.add(this.form)
    this.form.requestSubmit(this.submitter as HTMLButtonElement | null)
    reached.delete(this.form)
    delete this.form.dataset.sure
  }

  private tell(found: Obstacle) {
    const words = document.body.dataset
    const note = document.createElement('div')
    note.className = 'unsent'
    note.setAttribute('role', 'alert')
    const text = document.createElement('span')
    text.textContent = (found === 'network' ? words.textUnsentNetwork : words.textUnsentSession) ?? ''
    note.append(text, found === 'network' ? this.retry() : this.signIn())
    if (this.note?.firstElementChild?.textContent !== text.textContent) {
      this.note?.remove()
      const composer = this.composer()
      if (composer) composer.before(note) // not over what is written
      else document.getElementById('toasts')?.append(note)
      this.note = note
    }
    if (found === 'network' && !this.edited) this.timer = window.setTimeout(() => this.again(), pauses[Math.min(this.tries++, pauses.length - 1)])
  }

  private retry(): HTMLElement {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'btn btn-sm'
    button.textContent = document.body.dataset.textUnsentRetry ?? ''
    button.onclick = () => {
      this.edited = false
      void this.go()
    }
    return button
  }

  // signIn leads back here. What no draft keeps would be lost on the way, so that it leads there in another tab.
  private signIn(): HTMLElement {
    const link = document.createElement('a')
    link.className = 'btn btn-sm'
    link.href = `/signin?next=${encodeURIComponent(location.pathname + location.search)}`
    if (!this.composer()) link.target = '_blank'
    link.textContent = document.body.dataset.textUnsentSignin ?? ''
    return link
  }

  private composer = () => this.form.querySelector('[data-draft]')

  private end() {
    clearTimeout(this.timer)
    this.ends.abort()
    this.note?.remove()
    pending.delete(this.form)
  }
}

export function send() {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement
    if (event.defaultPrevented || form.method !== 'post' || reached.has(form)) return
    if (navigator.onLine && !form.querySelector('[data-draft]')) return // nothing written is lost with it
    event.preventDefault()
    event.stopImmediatePropagation()
    const known = pending.get(form)
    if (!known) pending.set(form, new Pending(form, event.submitter))
    else {
      known.submitter = event.submitter
      void known.go()
    }
  }, true)
}
