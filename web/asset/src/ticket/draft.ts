import type { Fields } from './fields'

// What somebody writes and sets is kept in the browser, for each ticket and person, until it is sent.
export type File = { token: string; name: string; size: string; url: string; image: boolean }

export type Draft = { id: string; html: string; text: string; note: boolean; files: File[]; fields?: Fields; at: number }

const keptFor = 30 * 86_400_000

export function load(name: string): Draft | undefined {
  try {
    const draft = JSON.parse(localStorage.getItem(name) ?? 'null') as Draft | null
    if (draft && Date.now() - draft.at < keptFor) return draft
  } catch {
    // what cannot be read is no draft
  }
  localStorage.removeItem(name)
  return undefined
}

export function save(name: string, draft: Omit<Draft, 'at'>) {
  try {
    if (draft.text.trim() === '' && draft.files.length === 0 && Object.keys(draft.fields ?? {}).length === 0) localStorage.removeItem(name)
    else localStorage.setItem(name, JSON.stringify({ ...draft, at: Date.now() }))
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
  const ofNew = name.replace(/[^/]*$/, 'new') // the ticket may just have been made
  for (const one of [name, ofNew]) if (load(one)?.id === sent) forget(one)
  here.searchParams.delete('sent')
  history.replaceState(history.state, '', here)
}
