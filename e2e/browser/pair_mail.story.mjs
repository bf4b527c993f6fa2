// Two desks mail each other about a ticket. The ticket says so and offers to share it; an agreement is proposed from there, the
// ticket waits for the answer, and then it is one conversation with its history.
import assert from 'node:assert/strict'
import { acme, api, kongen, look, open, phone, story, until } from './world.mjs'

await story(async () => {
  const { user } = await api(acme, 'GET', '/users/me')
  await api(acme, 'POST', '/tickets', { ticket: { subject: 'Ten sensors', requester: { name: 'Kongen', email: 'support@kongen.localhost' },
    comment: { body: 'We need ten sensors.', author_id: user.id } } })
  const bodies = async (desk) => (await api(desk, 'GET', '/tickets/1/comments')).comments.map((c) => c.plain_body)
  await until(async () => assert.ok((await bodies(kongen)).includes('We need ten sensors.')))
  await api(kongen, 'PUT', '/tickets/1', { ticket: { comment: { body: 'Which ones?' } } })
  await until(async () => assert.ok((await bodies(acme)).includes('Which ones?')))

  const ada = await open(acme, acme.admin)
  await ada.goto('/agent/tickets/1')
  await ada.getByText('is another help desk.').waitFor()
  await ada.getByText('There this is ticket 1.').waitFor()
  await look(ada)
  await ada.setViewportSize(phone)
  await look(ada)
  await ada.setViewportSize({ width: 1280, height: 800 })

  await ada.getByRole('button', { name: 'Keep e-mail' }).click()
  await ada.getByText(/about this ticket stays mail/).waitFor()
  await look(ada)
  await ada.getByRole('button', { name: 'Ask again' }).click()
  await ada.getByRole('link', { name: 'Propose an agreement' }).click()
  await ada.getByText('Once they accept, ticket 1 is shared with its history.').waitFor()
  await look(ada)
  await ada.getByRole('button', { name: 'Send the invitation' }).click()
  await ada.getByText(/is shared with its history as soon as/).waitFor()
  await look(ada)

  await until(async () => {
    const { sharing_agreements: all } = await api(kongen, 'GET', '/sharing_agreements')
    await api(kongen, 'PUT', `/sharing_agreements/${all[0].id}`, { sharing_agreement: { status: 'accepted' } })
  })
  await until(async () => {
    await ada.goto('/agent/tickets/1')
    await ada.getByText(/has this ticket by sharing\. No mail about it goes to support@kongen\.localhost/).waitFor({ timeout: 500 })
  })
  await look(ada)
  await api(kongen, 'PUT', '/tickets/1', { ticket: { comment: { body: 'We have them.' } } })
  await ada.locator('#thread').getByText('We have them.').waitFor()
  for (const desk of [acme, kongen]) {
    const said = await bodies(desk)
    for (const words of ['We need ten sensors.', 'Which ones?', 'We have them.']) assert.equal(said.filter((s) => s === words).length, 1, `${words} at ${desk.subdomain}`)
  }
  const kari = await open(kongen, kongen.admin)
  await kari.goto('/agent/tickets/1')
  await kari.getByText(/has this ticket by sharing/).waitFor()
  await look(kari)
})
