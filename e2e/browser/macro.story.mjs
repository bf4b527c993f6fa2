// A macro is looked at before it is applied, changes the form and the composer, and is saved only by submitting.
import assert from 'node:assert/strict'
import { begin, scripted, submit } from './hands.mjs'
import { acme, api, look, open, story } from './world.mjs'

await story(async () => {
  await api(acme, 'POST', '/macros', { macro: { title: 'Ask for the serial number', actions: [
    { field: 'current_tags', value: 'asked_serial' }, { field: 'status', value: 'pending' }, { field: 'priority', value: 'high' },
    { field: 'comment_value', value: 'Dear {{ticket.requester.name}}, what is the serial number?' }] } })
  const { ticket } = await api(acme, 'POST', '/tickets', { ticket: { subject: 'Lens cap lost', comment: { body: 'Where do I get another?' },
    requester: { name: 'Carla Nunes', email: acme.end_user.email } } })

  const ben = await open(acme, acme.agent)
  await ben.goto(`/agent/tickets/${ticket.id}`)
  await scripted(ben)
  await ben.keyboard.press('m')
  await ben.getByLabel('Find a macro').pressSequentially('serial')
  const preview = ben.locator('[data-macro-preview]')
  await preview.getByText('Dear Carla Nunes, what is the serial number?').waitFor()
  await preview.getByText('Priority').waitFor()
  await look(ben)
  await ben.keyboard.press('Enter')
  const editor = await begin(ben)
  await editor.getByText('Dear Carla Nunes, what is the serial number?').waitFor()
  assert.equal((await api(acme, 'GET', `/tickets/${ticket.id}`)).ticket.status, 'new', 'nothing is saved yet')
  await ben.locator('[data-submit]').getByText('Pending').waitFor()
  await look(ben)
  await submit(ben)
  await ben.locator('#thread').getByText('Dear Carla Nunes, what is the serial number?').waitFor()
  const after = (await api(acme, 'GET', `/tickets/${ticket.id}`)).ticket
  assert.deepEqual([after.status, after.priority, after.tags.includes('asked_serial')], ['pending', 'high', true])

  await ben.getByRole('link', { name: 'Show events' }).click()
  await ben.getByText('Applied the macro “Ask for the serial number”').waitFor()
  await look(ben)
  await ben.getByRole('link', { name: 'Why?' }).first().click()
  await ben.getByText('What the rules made of this update').waitFor()
  await look(ben)
})
