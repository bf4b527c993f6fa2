// What cannot simply be undone: a shared ticket is merged into another one with which sharing goes on, a deleted ticket comes back by
// the toast, and a card number is blacked out, at the partner's desk, too.
import assert from 'node:assert/strict'
import { scripted, sure } from './hands.mjs'
import { acme, api, dark, fits, kongen, look, open, phone, story, until } from './world.mjs'

const card = '4111 1111 1111 1111'

await story(async () => {
  const { tickets } = await api(acme, 'GET', '/tickets')
  const shared = tickets.find((t) => t.sharing_agreement_ids?.length && !['solved', 'closed'].includes(t.status))
  const { ticket: other } = await api(acme, 'POST', '/tickets', { ticket: { subject: 'All of the stripes', requester_id: shared.requester_id,
    comment: { body: `It is the same on all cameras. My card is ${card}.` } } })

  const ben = await open(acme, acme.agent)
  await ben.goto(`/agent/tickets/${shared.id}`)
  await scripted(ben)
  await ben.getByTitle('More').click()
  await ben.getByRole('link', { name: 'Merge into another ticket…' }).click()
  await ben.getByRole('link', { name: 'All of the stripes' }).waitFor()
  await look(ben)
  await ben.getByRole('link', { name: 'All of the stripes' }).click()
  await ben.getByRole('heading', { name: `Merge #${shared.id} into #${other.id}` }).waitFor()
  await ben.getByLabel('Sharing goes on').check()
  await ben.getByLabel('Customers see it').first().check()
  await look(ben)
  await ben.getByRole('button', { name: `Merge #${shared.id} into #${other.id}` }).click()
  await ben.getByText(`#${shared.id} is merged into this ticket.`).waitFor()
  await ben.locator('.share-chip').getByText('in step').waitFor()
  await look(ben)
  await ben.locator('.ticket-context').getByRole('link', { name: shared.subject }).first().click()
  await ben.getByRole('link', { name: `Go to #${other.id}` }).waitFor()
  await look(ben)

  const there = await until(async () => {
    const { tickets } = await api(kongen, 'GET', '/tickets')
    const copy = tickets.find((t) => t.subject === 'All of the stripes')
    assert.ok(copy, 'the partner has the ticket that goes on')
    return copy
  })
  await ben.goto(`/agent/tickets/${other.id}`)
  await ben.locator('.said', { hasText: card }).first().getByRole('link', { name: 'Redact…' }).click()
  await ben.getByText('Kongen Image Sensors has the comment and blacks out the same.').waitFor()
  await ben.getByLabel('The comment').evaluate((said, card) => {
    said.focus()
    said.setSelectionRange(said.value.indexOf(card), said.value.indexOf(card) + card.length)
  }, card)
  await ben.getByRole('button', { name: 'Redact what is selected' }).click()
  assert.equal(await ben.getByLabel('Words to redact').inputValue(), card)
  assert.ok(!(await ben.getByLabel('The comment').inputValue()).includes('4111'), 'the text shows what will be left')
  await look(ben)
  await ben.getByRole('button', { name: 'Redact for good' }).click()
  await sure(ben, 'Redact for good')
  await ben.getByText('The comment is redacted.').waitFor()
  assert.equal(await ben.getByText(card).count(), 0)
  await until(async () => {
    const { comments } = await api(kongen, 'GET', `/tickets/${there.id}/comments`)
    assert.ok(!JSON.stringify(comments).includes('4111'), 'the partner has blacked it out')
  })

  await scripted(ben)
  await ben.getByTitle('More').click()
  await ben.getByRole('button', { name: 'Delete ticket' }).click()
  await sure(ben, 'Delete ticket')
  await ben.getByText(`Ticket #${other.id} is deleted.`).waitFor()
  await look(ben)
  await ben.getByRole('button', { name: 'Undo' }).click()
  await ben.getByText('The ticket is back.').waitFor()
  assert.equal(new URL(ben.url()).pathname, `/agent/tickets/${other.id}`)

  await api(acme, 'DELETE', `/tickets/${other.id}`)
  await ben.goto('/agent/trash')
  await dark(ben)
  await ben.getByLabel(`Tick ticket #${other.id}`).press('Space')
  await look(ben)
  await ben.setViewportSize(phone)
  await fits(ben)
  await ben.locator('.q-bulk').getByRole('button', { name: 'Restore' }).press('Enter')
  await ben.getByText('The ticket is back.').waitFor()
  await ben.getByText('The trash is empty').waitFor()
})
