// A customer is asked whether they are satisfied: by a letter whose links rate nothing by themselves, and in the portal. Staff see
// what they said on the ticket and in the report.
import assert from 'node:assert/strict'
import { acme, api, dark, fits, look, open, phone, story } from './world.mjs'

await story(async () => {
  await api(acme, 'POST', '/triggers', { trigger: { title: 'Ask at once', all: [{ field: 'status', operator: 'changed_to', value: 'solved' }],
    actions: [{ field: 'satisfaction_score', value: 'offered' }] } })
  const me = (await api(acme, 'GET', `/users/search?query=${acme.end_user.email}`)).users[0]
  const { ticket } = await api(acme, 'POST', '/tickets', { ticket: { subject: 'A strap is missing', requester_id: me.id, comment: { body: 'One of two.' } } })
  await api(acme, 'PUT', `/tickets/${ticket.id}`, { ticket: { status: 'solved' } })
  const rating = async () => (await api(acme, 'GET', `/tickets/${ticket.id}`)).ticket.satisfaction_rating

  const nobody = await open(acme)
  const survey = nobody.getByRole('link', { name: `How did we do with request #${ticket.id}?` })
  for (let left = 100; left && !(await survey.count()); left--) await nobody.goto('/mailbox')
  await survey.first().click()
  const letter = nobody.frameLocator('iframe')
  const bad = await letter.getByRole('link', { name: 'Bad, I\'m unsatisfied' }).getAttribute('href')
  await look(nobody)
  await nobody.goto(bad)
  await nobody.getByRole('heading', { name: 'How did we do?' }).waitFor()
  assert.equal((await rating()).score, 'offered', 'a link alone rates nothing')
  assert.ok(await nobody.getByLabel('Bad, I’m unsatisfied').isChecked())
  await look(nobody)
  await dark(nobody)
  await nobody.setViewportSize(phone)
  await fits(nobody)
  await nobody.getByLabel('What is the main reason?').selectOption({ label: 'The issue took too long to resolve' })
  await nobody.getByLabel('Would you like to tell us more?').fill('Three weeks for a strap.')
  await nobody.getByRole('button', { name: 'Send' }).click()
  await nobody.getByRole('heading', { name: 'Thank you' }).waitFor()
  await look(nobody)
  const said = await rating()
  assert.deepEqual([said.score, said.comment, said.reason], ['bad', 'Three weeks for a strap.', 'The issue took too long to resolve'])

  const carla = await open(acme, acme.end_user)
  await carla.goto(`/requests/${ticket.id}`)
  await look(carla)
  await carla.getByLabel('Good, I’m satisfied').check()
  await carla.getByRole('button', { name: 'Change my rating' }).click()
  await carla.getByText('Your rating is stored.').waitFor()
  await look(carla)

  const ben = await open(acme, acme.agent)
  await ben.goto(`/agent/tickets/${ticket.id}?events=1`)
  await ben.locator('.ticket-context').getByText('Three weeks for a strap.').waitFor()
  await ben.getByText('Rated good').waitFor()
  await look(ben)
  await ben.goto('/reports')
  await ben.getByRole('heading', { name: 'Satisfaction by assignee' }).waitFor()
  await look(ben)

  const ada = await open(acme, acme.admin)
  await ada.goto('/admin/satisfaction')
  await ada.getByLabel('Reasons').fill('Too slow\nNot friendly')
  await look(ada)
  await ada.getByRole('button', { name: 'Save' }).click()
  await ada.getByText('Saved.').waitFor()
  await dark(ada)
})
