// Every page of the workspace, as an agent, and the pages that say no.
import assert from 'node:assert/strict'
import { acme, api, open, story } from './world.mjs'
import { real, shareOf, unseen, walk } from './walk.mjs'

await story(async () => {
  const w = await real()
  const ben = await open(acme, acme.agent)
  const share = await shareOf(ben, w.shared)
  const ticket = `/agent/tickets/${w.shared.id}`
  const { macro: mine } = await api(acme, 'POST', '/macros', { macro: { title: 'Mine', actions: [{ field: 'status', value: 'solved' }],
    restriction: { type: 'User', id: w.users.find((u) => u.email === acme.agent.email).id } } }, acme.agent)
  const { suspended_tickets: [held] } = await api(acme, 'GET', '/suspended_tickets')
  const { comments: [said] } = await api(acme, 'GET', `/tickets/${w.shared.id}/comments`)
  const paths = [`${ticket}/comments/${said.id}/redact`, '/agent/trash', `${ticket}/merge`, `${ticket}/merge?into=${w.local.id}`, `/agent/merge?ticket=${w.shared.id}&ticket=${w.local.id}`, '/agent/suspended', '/agent/suspended?q=nothinglikethis', `/agent/suspended/${held.id}`, ...w.views.map((v) => `/agent/views/${v.id}`), ticket, `${ticket}?events=1`, ...w.audits.slice(0, 1).map((a) => `${ticket}/audits/${a.id}/why`),
    `/agent/tickets/${w.local.id}`, `/agent/tickets/${w.local.id}/share?agreement=${w.outbound.id}`, `${ticket}/shares/${share}`, `${ticket}/shares/${share}/stop`, `${ticket}/macros`,
    `${ticket}?macro=${w.macros[0].id}`, '/agent/tickets/new', '/agent/search', '/agent/search?q=sensor', '/agent/search?q=nothinglikethis', '/agent/search?q=type:user+carla', '/agent/customers',
    `/agent/users/${w.customer.id}`, '/agent/organizations', `/agent/organizations/${w.organization.id}`, '/agent/keys', '/agent',
    '/agent/users/new', `/agent/users/${w.customer.id}/edit`, `/agent/users/${w.customer.id}/delete`, '/agent/macros', '/agent/macros/new', `/agent/macros/${mine.id}`, '/reports', '/profile']
  assert.deepEqual([...unseen('/agent', paths), ...unseen('/reports', paths), ...unseen('/profile', paths)], [], 'every page is walked')
  await walk(ben, paths)
  await walk(ben, ['/agent/tickets/999999', '/nowhere'], 404)
  await walk(ben, ['/admin', '/admin/triggers', '/admin/sharing'], 403)
})
