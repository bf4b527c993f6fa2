// Every page of the portal, as a customer and as nobody, and what they may not see.
import assert from 'node:assert/strict'
import { acme, api, open, story } from './world.mjs'
import { unseen, walk } from './walk.mjs'

await story(async () => {
  const carla = await open(acme, acme.end_user)
  const { tickets } = await api(acme, 'GET', '/tickets')
  const me = (await api(acme, 'GET', `/users/search?query=${acme.end_user.email}`)).users[0]
  const mine = tickets.filter((t) => t.requester_id === me.id)
  const theirs = (await api(acme, 'POST', '/tickets', { ticket: { subject: 'Not hers', comment: { body: 'Hello' } } })).ticket
  const paths = ['/', '/requests', '/requests?filter=solved', '/requests?q=nothing', '/requests/new', '/profile', ...mine.map((t) => `/requests/${t.id}`), `/requests/sent?number=${mine[0].id}`]
  assert.deepEqual([...unseen('/requests', paths), ...unseen('/{$}', paths), ...unseen('/profile', paths)], [], 'every page is walked')
  await walk(carla, paths)
  await walk(carla, [`/requests/${theirs.id}`, '/requests/999999', '/nowhere'], 404)
  await walk(carla, ['/agent', '/admin', '/reports'], 403)

  const nobody = await open(acme)
  await walk(nobody, ['/', '/requests/new', '/signin', '/signin/help', '/mailbox', '/requests', '/agent/tickets/1'])
  await walk(nobody, ['/letters/rating'], 410)
  await walk(nobody, ['/nowhere'], 404)
})
