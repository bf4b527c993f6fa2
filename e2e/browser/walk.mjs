// Where one can go: every page of the web with ids that are there, and what each page must stand: no serious barrier, in
// light and in dark, and nothing that sticks out on a phone.
import assert from 'node:assert/strict'
import { acme, api, desktop, fits, look, patterns, phone } from './world.mjs'

// parts are what scripts, frames and downloads ask for; they are no pages.
const parts = ['/agent/bulk/{id}', '/agent/command', '/agent/find/', '/agent/peek/', '/agent/rules/', '/agent/search/complete', '/agent/suggest/', '/agent/views/counts',
  '/rows', '/live', '/reports/{file}', '/body', '/source', '/news', '/sharing/find', '/agent/tickets/{id}/fields', '/agent/tickets/new/fields', '/agent/tickets/{id}/sharing',
  '/agent/tickets/{id}/macros/{macro}', '/preview', '/mails/']

// unseen are the pages of an area that no path of a walk leads to.
export function unseen(area, paths) {
  const pages = patterns.filter((p) => p.startsWith(`GET ${area}`)).map((p) => p.slice(4)).filter((p) => !parts.some((part) => p.includes(part)))
  const walked = paths.map((path) => path.split('?')[0])
  return pages.filter((page) => {
    const like = new RegExp(`^${page.replace('{$}', '').replace(/\{[^}]+\}/g, '[^/]+')}$`)
    return !walked.some((path) => like.test(path) && !patterns.includes(`GET ${path}`)) && !walked.includes(page)
  })
}

// known leaves out the paths that the web has no page for.
export function known(paths) {
  const likes = patterns.filter((p) => p.startsWith('GET ')).map((p) => new RegExp(`^${p.slice(4).replace('{$}', '').replace(/\{[^}]+\}/g, '[^/]+')}$`))
  return paths.filter((path) => likes.some((like) => like.test(path.split('?')[0])))
}

// walk looks at each page, and gives all that is wrong with them at once.
export async function walk(page, paths, status = 200) {
  const wrong = []
  for (const path of paths) {
    const answer = await page.goto(path)
    if (answer.status() !== status) wrong.push(`${path}: ${answer.status()}`)
    for (const judge of [light, inTheDark, onPhone]) await judge(page).catch((error) => wrong.push(`${path} ${judge.name}: ${error.actual ?? error.message}`))
  }
  assert.deepEqual(wrong, [])
}

const light = (page) => look(page)

async function inTheDark(page) {
  await theme(page, 'dark')
  await look(page, 'color-contrast', 'link-in-text-block').finally(() => theme(page, 'light'))
}

const theme = (page, name) => page.evaluate((name) => (document.documentElement.dataset.bsTheme = name), name)

async function onPhone(page) {
  await page.setViewportSize(phone)
  await fits(page).finally(() => page.setViewportSize(desktop))
}

// real furnishes a desk with one of each thing that has a page, and names them.
export async function real() {
  const get = (path, list) => api(acme, 'GET', path).then((answer) => answer[list])
  const [tickets, views, macros, triggers, fields, forms, agreements, groups, users] = await Promise.all([
    get('/tickets', 'tickets'), get('/views', 'views'), get('/macros', 'macros'), get('/triggers', 'triggers'), get('/ticket_fields', 'ticket_fields'),
    get('/ticket_forms', 'ticket_forms'), get('/sharing_agreements', 'sharing_agreements'), get('/groups', 'groups'), get('/users', 'users')])
  const { organization } = await api(acme, 'POST', '/organizations', { organization: { name: 'Customer Ltd' } })
  const { trigger: off } = await api(acme, 'POST', '/triggers', { trigger: { title: 'Off for now', active: false,
    all: [{ field: 'status', operator: 'is', value: 'solved' }], actions: [{ field: 'priority', value: 'low' }] } })
  const shared = tickets.find((t) => t.sharing_agreement_ids?.length)
  const local = tickets.find((t) => !t.sharing_agreement_ids?.length && t.status !== 'closed')
  const outbound = agreements.find((a) => a.type === 'outbound')
  const audits = await get(`/tickets/${shared.id}/audits`, 'audits')
  const customer = users.find((u) => u.role === 'end-user')
  return { shared, local, views, macros, triggers, off, fields, forms, agreements, outbound, groups, users, organization, audits, customer,
    ours: fields.find((f) => f.title === 'Problem type') }
}

// shareOf finds the number of a ticket's share by the link on its page.
export async function shareOf(page, ticket) {
  await page.goto(`/agent/tickets/${ticket.id}`)
  return (await page.locator('.share-chip').first().getAttribute('href')).match(/\d+$/)[0]
}

