// A ticket lives at two desks: a customer's request is shared by a trigger, seen live by the partner, answered there, and
// the answer comes in while a note is half written here. Then sharing ends.
import assert from 'node:assert/strict'
import { scripted, submit, sure, write } from './hands.mjs'
import { acme, api, kongen, look, open, stays, story } from './world.mjs'

await story(async () => {
  const { views } = await api(kongen, 'GET', '/views')
  const leif = await open(kongen, kongen.agent)
  await leif.goto(`/agent/views/${views.find((v) => v.title === 'From Acme Cameras').id}`)
  const list = await stays(leif)

  const carla = await open(acme, acme.end_user)
  await carla.goto('/requests/new')
  await carla.getByLabel('Subject').fill('Half of the picture is green')
  await carla.getByLabel('Description').fill('It began this morning.')
  await carla.getByLabel('Problem type').selectOption('Image sensor')
  await carla.getByRole('button', { name: 'Send' }).click()
  const number = (await carla.getByRole('heading', { name: /We have your request/ }).textContent()).match(/#(\d+)/)[1]

  const ben = await open(acme, acme.agent)
  await ben.goto(`/agent/tickets/${number}`)
  await scripted(ben)
  const ticket = await stays(ben)
  const note = await write(ben, 'I have told the customer that', 'Internal note')

  const row = leif.getByRole('link', { name: 'Half of the picture is green' })
  await row.waitFor()
  await list()
  await row.click()
  await leif.getByText('It began this morning.').waitFor()
  await scripted(leif)
  await look(leif)
  const editor = await write(leif, 'Please send ')
  await leif.keyboard.press('Control+b')
  await editor.pressSequentially('two raw pictures')
  await look(leif)
  await submit(leif, 'Pending')
  await leif.locator('#ticket-status').getByText('Pending').waitFor()
  await leif.locator('#thread strong', { hasText: 'two raw pictures' }).waitFor()

  await ben.locator('#thread .said-partner strong', { hasText: 'two raw pictures' }).waitFor()
  await ben.locator('#ticket-status').getByText('Pending').waitFor()
  await ben.locator('#share-chips').getByText('in step').waitFor()
  await ticket()
  assert.equal(await note.textContent(), 'I have told the customer that', 'the half-written note stays')
  await look(ben)
  await note.pressSequentially(' Kongen looks at it.')
  await submit(ben)
  await ben.locator('#thread .said-note').getByText('I have told the customer that Kongen looks at it.').waitFor()
  await leif.locator('#thread .said-note').getByText('I have told the customer that Kongen looks at it.').waitFor()

  await carla.goto(`/requests/${number}`)
  await carla.getByText('two raw pictures').waitFor()
  assert.equal(await carla.getByText('I have told the customer').count(), 0)

  await ben.getByRole('button', { name: 'Stop sharing' }).click()
  await sure(ben, 'Stop sharing')
  await ben.getByText(/No longer shared with Kongen Image Sensors|Sharing with Kongen Image Sensors ends/).first().waitFor()
  await leif.locator('#share-chips').getByText('ended').waitFor()
  await leif.locator('#share-panel').getByText('The partner stopped sharing.').waitFor()
  await leif.locator('.composer').getByText('The customer reads this').waitFor()
  await look(leif)
})
