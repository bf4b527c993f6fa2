// Two agents change the same thing: the second is shown both versions and chooses; what is written is kept.
import assert from 'node:assert/strict'
import { scripted, submit, write } from './hands.mjs'
import { acme, api, look, open, phone, fits, desktop, story } from './world.mjs'

await story(async () => {
  const { ticket } = await api(acme, 'POST', '/tickets', { ticket: { subject: 'Two at once', comment: { body: 'Hello' }, priority: 'normal', type: 'question' } })
  const ben = await open(acme, acme.agent)
  await ben.route('**/news?*', (route) => route.fulfill({ status: 204 })) // the news of Ada's change does not reach this page in time
  await ben.goto(`/agent/tickets/${ticket.id}`)
  await scripted(ben)
  await write(ben, 'This is my answer.')
  await choose(ben, 'Priority', 'High')
  await ben.locator('#in-subject').fill('Two at the same time')

  const ada = await open(acme, acme.admin)
  await ada.goto(`/agent/tickets/${ticket.id}`)
  await scripted(ada)
  await choose(ada, 'Priority', 'Urgent')
  await choose(ada, 'Type', 'Incident')
  await submit(ada)
  assert.equal((await api(acme, 'GET', `/tickets/${ticket.id}`)).ticket.priority, 'urgent')

  await submit(ben, 'Pending')
  const conflict = ben.locator('.conflict')
  await conflict.getByText('Somebody changed the same thing').waitFor()
  const asked = conflict.getByRole('group', { name: /Priority/ })
  await asked.getByText('was: Normal').waitFor()
  await asked.getByText('Urgent').waitFor()
  await asked.getByText('High').waitFor()
  await conflict.getByText('Type is Incident now: changed by Ada Keller.').waitFor()
  await ben.locator('.composer .editor').getByText('This is my answer.').waitFor()
  assert.equal(await ben.locator('#in-subject').inputValue(), 'Two at the same time')
  await look(ben)
  await ben.setViewportSize(phone)
  await fits(ben)
  await ben.setViewportSize(desktop)
  const before = (await api(acme, 'GET', `/tickets/${ticket.id}/comments`)).comments
  assert.equal(before.length, 1, 'nothing is sent before one has chosen')

  await asked.getByRole('radio', { name: /High/ }).check()
  await conflict.getByRole('group', { name: /Status/ }).getByRole('radio', { name: /Pending/ }).check()
  await submit(ben)
  await ben.locator('#thread').getByText('This is my answer.').waitFor()
  const after = (await api(acme, 'GET', `/tickets/${ticket.id}`)).ticket
  assert.deepEqual([after.priority, after.type, after.subject, after.status], ['high', 'incident', 'Two at the same time', 'pending'])
})

// choose sets a property whose select is plain or searched.
async function choose(page, label, option) {
  await page.getByLabel(label, { exact: true }).first().selectOption(option)
}
