import type { Fields } from './fields'

// What somebody writes and sets is kept in the browser, for each ticket and person, until it is sent.
export type File = { token: string; name: string; size: string; url: string; image: boolean }

export type Draft = { id: string; html: string; text: string; note: boolean; files: File[]; fields?: Fields; at: number }

const keptFor = 30 * 86_400_000

export function load(name: string): Draft | undefined {
  try {
    const draft = JSON.parse(localStorage.getItem(name) ?? 'null') as Draft | null
    if (draft && Date.now() - draft.at < keptFor && !isSent(draft.id)) return draft
  } catch {
    // what cannot be read is no draft
  }
  localStorage.removeItem(name)
  return undefined
}

// save keeps a draft. One without words or anything else is no draft: it ends the one of its id, and no other tab's.
export function save(name: string, draft: Omit<Draft, 'at'>) {
  try {
    const empty = draft.text.trim() === '' && draft.files.length === 0 && Object.keys(draft.fields ?? {}).length === 0
    if (!empty) localStorage.setItem(name, JSON.stringify({ ...draft, at: Date.now() }))
    else if (load(name)?.id === draft.id) localStorage.removeItem(name)
  } catch {
    // a full store keeps no drafts; what is written stays on the page
  }
}

export const forget = (name: string) => localStorage.removeItem(name)

// settle forgets the draft that the server says it has: the page's address names it once.
export function settle(name: string) {
  const here = new URL(location.href)
  const sent = here.searchParams.get('sent')
  if (sent === null) return
  noteSent(sent)
  const ofNew = name.replace(/[^/]*$/, 'new') // the ticket may just have been made
  for (const one of [name, ofNew]) if (load(one)?.id === sent) forget(one)
  here.searchParams.delete('sent')
  history.replaceState(history.state, '', here)
}

// Drafts that were sent are known by their ids for a while, so that a page that comes back, or another tab that showed the
// same one, forgets it, too.
const sentName = 'drafts-sent'
const sentKept = 50

function allSent(): string[] {
  try {
    return JSON.parse(localStorage.getItem(sentName) ?? '[]') as string[]
  } catch {
    return []
  }
}

export const isSent = (id: string) => allSent().includes(id)

export function noteSent(id: string) {
  try {
    localStorage.setItem(sentName, JSON.stringify([...allSent().filter((one) => one !== id), id].slice(-sentKept)))
  } catch {
    // a full store: the server takes a draft once anyway
  }
}

// whenSent calls back when another tab sends a draft, or a page that had sent it comes back.
export function whenSent(fn: () => void) {
  window.addEventListener('storage', (event) => event.key === sentName && fn())
  window.addEventListener('pageshow', (event) => event.persisted && fn())
}
