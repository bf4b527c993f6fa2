// A partner that does not answer is seen, comes back and gets what waited; one that refuses gets it again when it is mended.
import assert from 'node:assert/strict'
import { scripted } from './hands.mjs'
import { link } from './link.mjs'
import { acme, api, control, kongen, look, open, story, until } from './world.mjs'

await story(async () => {
  const ada = await open(acme, acme.admin)
  await link(ada, await open(kongen, kongen.admin))
  const agreement = (await api(acme, 'GET', '/sharing_agreements')).sharing_agreements.find((a) => a.type === 'outbound')
  const { ticket } = await api(acme, 'POST', '/tickets', { ticket: { subject: 'Stripes', comment: { body: 'Since today' }, sharing_agreement_ids: [agreement.id] } })
  const say = (body) => api(acme, 'PUT', `/tickets/${ticket.id}`, { ticket: { comment: { body, public: true } } })
  const heard = (body) => until(async () => {
    const there = (await api(kongen, 'GET', '/tickets')).tickets.find((t) => t.subject === 'Stripes')
    const { comments } = await api(kongen, 'GET', `/tickets/${there.id}/comments`)
    assert.equal(comments.filter((c) => c.body === body).length, 1, `${body} arrives once`)
  })
  await heard('Since today')
  await ada.goto(`/agent/tickets/${ticket.id}`)
  await scripted(ada)
  const chip = ada.locator('#share-chips')
  await chip.getByText('in step').waitFor()

  await control('stop')
  await say('And it gets worse')
  await chip.getByText('failing: not reachable').waitFor()
  await ada.locator('#share-panel').getByText('We go on trying; nothing is lost.').waitFor()
  await look(ada)
  await ada.goto('/admin/sharing')
  await ada.getByText('1 fails').waitFor()
  await look(ada)

  await control('start')
  await ada.goto(`/agent/tickets/${ticket.id}`)
  await scripted(ada)
  await sendNow(ada)
  await chip.getByText('in step').waitFor()
  await heard('And it gets worse')

  await control('refuse') // something before the partner's desk turns everything down
  await say('The third line')
  await chip.getByText('message given up').waitFor()
  await look(ada)
  await ada.goto(`/admin/sharing`)
  await ada.getByText('1 given up').waitFor()
  await ada.getByRole('link', { name: 'Kongen Image Sensors' }).click()
  await ada.getByText('1 message was given up').waitFor()
  await look(ada)
  await control('start')
  await ada.getByRole('button', { name: 'Send again' }).click()
  await heard('The third line')
  await ada.goto(`/agent/tickets/${ticket.id}`)
  await chip.getByText('in step').waitFor()
  await chip.getByRole('link').click()
  await ada.getByText('Every message between the two desks, newest first.').waitFor()
  await look(ada)
})

// sendNow presses the button unless a retry of its own was quicker.
async function sendNow(page) {
  const button = page.getByRole('button', { name: 'Send now' })
  if (await button.count()) await button.click().catch(() => {})
}
