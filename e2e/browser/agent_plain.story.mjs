// The agent workspace without script: find a ticket, answer it, set a property, solve it.
import assert from 'node:assert/strict'
import { acme, api, open, story } from './world.mjs'

await story(async () => {
  const { ticket } = await api(acme, 'POST', '/tickets', { ticket: { subject: 'Tripod thread too small', comment: { body: 'It does not fit.' } } })
  const ben = await open(acme, acme.agent, { javaScriptEnabled: false })
  await ben.goto('/agent')
  await ben.getByRole('link', { name: /Unassigned tickets/ }).first().click()
  await ben.getByRole('link', { name: 'Tripod thread too small' }).click()
  await ben.getByText('It does not fit.').waitFor()
  await ben.getByLabel('Comment', { exact: true }).fill('An adapter is on its way.\n\nBen')
  await ben.getByLabel('Priority', { exact: true }).selectOption('low')
  await ben.locator('.composer input[type=file]').setInputFiles({ name: 'adapter.txt', mimeType: 'text/plain', buffer: Buffer.from('1/4 inch') })
  await ben.locator('.submit-more').click()
  await ben.getByRole('button', { name: 'Submit as Solved' }).click()
  await ben.goto(`/agent/tickets/${ticket.id}`)
  await ben.locator('#thread').getByText('An adapter is on its way.').waitFor()
  await ben.locator('#thread').getByText('adapter.txt').waitFor()
  const after = (await api(acme, 'GET', `/tickets/${ticket.id}`)).ticket
  assert.deepEqual([after.status, after.priority], ['solved', 'low'])

  await ben.locator('#in-comment').fill('Only for us')
  await ben.getByLabel('Internal note').check()
  await ben.locator('[data-submit]').click()
  await ben.locator('#thread .said-note').getByText('Only for us').waitFor()

  await ben.getByRole('button', { name: 'Macros' }).click()
  await ben.getByRole('button', { name: 'Hand to Kongen' }).click()
  assert.match(await ben.locator('#in-comment').inputValue(), /Handed to Kongen by Ben Ortiz/)

  await ben.goto('/agent/search?q=tripod')
  await ben.getByRole('link', { name: 'Tripod thread too small' }).first().waitFor()
  await ben.goto('/agent/tickets/new')
  await ben.getByRole('heading', { name: 'New ticket' }).waitFor()
})
