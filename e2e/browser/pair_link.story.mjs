// Two desks that know nothing of each other are linked both ways in one go; then tickets go both ways.
import assert from 'node:assert/strict'
import { link } from './link.mjs'
import { acme, api, kongen, look, open, story, until } from './world.mjs'

await story(async () => {
  const ada = await open(acme, acme.admin)
  await ada.goto('/admin/sharing')
  await ada.getByText("No partner's desk is linked yet").waitFor()
  await look(ada)
  const kari = await open(kongen, kongen.admin)
  await link(ada, kari, look)
  await ada.reload()
  await look(ada)

  for (const [from, to] of [[acme, kongen], [kongen, acme]]) {
    const subject = `From ${from.subdomain}`
    const { sharing_agreements: agreements } = await api(from, 'GET', '/sharing_agreements')
    const outbound = agreements.find((a) => a.type === 'outbound')
    assert.equal(outbound.status, 'accepted')
    const { ticket } = await api(from, 'POST', '/tickets', { ticket: { subject, comment: { body: 'Hello over there' }, sharing_agreement_ids: [outbound.id] } })
    const there = await until(async () => {
      const found = (await api(to, 'GET', '/tickets')).tickets.find((t) => t.subject === subject)
      assert.ok(found, `${subject} arrives`)
      return found
    })
    await api(to, 'PUT', `/tickets/${there.id}`, { ticket: { status: 'pending', comment: { body: 'Hello back', public: true } } })
    await until(async () => assert.equal((await api(from, 'GET', `/tickets/${ticket.id}`)).ticket.status, 'pending'))
  }
})
