// Completes the term of a search that the cursor is in (data-complete: the address that knows). What was searched for
// last is kept in this browser, per person, and offered while nothing is typed.
import { backTo } from '../shell/way'
import { Combobox, type Choice } from './combobox'

type Completion = { insert?: string; label: string; hint?: string; url?: string; status?: string; letter?: string }

const kept = 8

function name(): string {
  return `searches-${document.body.dataset.user ?? ''}`
}

function recent(): string[] {
  try {
    const all: unknown = JSON.parse(localStorage.getItem(name()) ?? '[]')
    return Array.isArray(all) ? all.filter((one) => typeof one === 'string') : []
  } catch {
    return []
  }
}

function remember(query: string) {
  if (!query) return
  localStorage.setItem(name(), JSON.stringify([query, ...recent().filter((one) => one !== query)].slice(0, kept)))
}

// term is what is typed between the last blank outside quotes and the cursor.
function term(input: HTMLInputElement): { text: string; from: number; to: number } {
  const to = input.selectionStart ?? input.value.length
  let from = 0
  let quoted = false
  for (let i = 0; i < to; i++) {
    if (input.value[i] === '"') quoted = !quoted
    else if (/\s/.test(input.value[i]!) && !quoted) from = i + 1
  }
  return { text: input.value.slice(from, to), from, to }
}

export function mount(box: HTMLElement) {
  backTo()
  const input = box.querySelector('input')!
  const list = document.createElement('div')
  list.className = 'combo'
  list.hidden = true
  list.setAttribute('aria-label', input.getAttribute('aria-label') ?? '')
  box.append(list)
  if (!input.classList.contains('is-invalid')) remember(new URLSearchParams(location.search).get('q')?.trim() ?? '')

  const search = (query: string) => {
    input.value = query
    input.form?.requestSubmit()
  }
  const past = (): Choice[] => {
    const all = recent()
    const choices: Choice[] = all.map((query) => ({ label: query, icon: 'history', hint: box.dataset.textRecent, pick: () => search(query) }))
    if (all.length > 0) choices.push({ label: box.dataset.textForget ?? '', icon: 'x', pick: () => localStorage.removeItem(name()) })
    return choices
  }
  const combobox = new Combobox(input, list, {
    first: false,
    delay: 90,
    choices: async (text, signal) => {
      if (text.trim() === '') return past()
      const { text: typed, from, to } = term(input)
      if (typed === '') return []
      const url = new URL(box.dataset.complete!, location.href)
      url.searchParams.set('term', typed)
      url.searchParams.set('q', text.trim())
      const answer = await fetch(url, { headers: { Accept: 'application/json' }, signal })
      if (!answer.ok) return []
      return ((await answer.json()) as Completion[]).map((one) => ({
        label: one.label,
        hint: one.hint,
        status: one.status,
        letter: one.letter,
        pick: () => {
          if (one.insert === undefined) {
            location.href = one.url ?? ''
            return
          }
          const rest = input.value.slice(to)
          input.value = input.value.slice(0, from) + one.insert + rest.replace(/^\S*\s?/, '')
          input.setSelectionRange(from + one.insert.length, from + one.insert.length)
          if (!one.insert.endsWith(' ')) void combobox.ask()
        },
      }))
    },
  })
  input.addEventListener('click', () => {
    if (input.value === '' && !combobox.open) void combobox.ask()
  })
  if (document.activeElement === input && input.value !== input.defaultValue) combobox.soon() // typed while this was loaded
  input.addEventListener('blur', () => combobox.close())
}
