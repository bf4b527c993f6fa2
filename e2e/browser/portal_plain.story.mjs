// The portal without script: a request with a file, the list, an answer, and solving it oneself.
import assert from 'node:assert/strict'
import { acme, api, fits, look, open, phone, story } from './world.mjs'

await story(async () => {
  const carla = await open(acme, acme.end_user, { javaScriptEnabled: false })
  await carla.goto('/')
  await carla.getByRole('main').getByRole('link', { name: 'Submit a request' }).click()
  await carla.getByLabel('Subject').fill('The strap is torn')
  await carla.getByLabel('Description').fill(' ') // more than nothing for the browser, nothing for the desk
  await carla.getByRole('button', { name: 'Send' }).click()
  await carla.getByRole('alert').waitFor() // the description is missing, the subject is kept
  assert.equal(await carla.getByLabel('Subject').inputValue(), 'The strap is torn')
  await carla.getByLabel('Description').fill('After a week.\n\nSee the picture.')
  await carla.getByLabel('Problem type').selectOption('Housing')
  await carla.locator('input[type=file]').setInputFiles({ name: 'strap.txt', mimeType: 'text/plain', buffer: Buffer.from('torn here') })
  await carla.getByRole('button', { name: 'Send' }).click()
  const number = (await carla.getByRole('heading', { name: /We have your request #\d+/ }).textContent()).match(/#(\d+)/)[1]

  await carla.getByRole('main').getByRole('link', { name: 'My requests' }).click()
  await carla.getByRole('link', { name: 'The strap is torn' }).click()
  assert.equal(new URL(carla.url()).pathname, `/requests/${number}`)
  await carla.getByText('See the picture.').waitFor()
  await carla.getByText('We are on it').waitFor()
  const download = carla.waitForEvent('download')
  await carla.getByRole('link', { name: /strap\.txt/ }).click()
  assert.equal((await download).suggestedFilename(), 'strap.txt')

  await api(acme, 'PUT', `/tickets/${number}`, { ticket: { status: 'pending', assignee_email: acme.agent.email, comment: { body: 'Which colour?', public: true } } })
  await api(acme, 'PUT', `/tickets/${number}`, { ticket: { comment: { body: 'They always tear.', public: false } } })
  await carla.reload()
  await carla.getByText('Waiting for you').waitFor()
  await carla.getByText('Which colour?').waitFor()
  assert.equal(await carla.getByText('They always tear.').count(), 0, 'a note is not for customers')
  await carla.getByLabel('Your answer').fill('Brown, please.')
  await carla.getByRole('button', { name: 'Send answer' }).click()
  await carla.getByText('Your answer is sent.').waitFor()
  await carla.getByText('We are on it').waitFor()
  await carla.getByRole('button', { name: 'Mark as solved' }).click()
  await carla.getByText('Solved. Thank you for telling us.').waitFor()
  const { ticket } = await api(acme, 'GET', `/tickets/${number}`)
  assert.equal(ticket.status, 'solved')

  const seeing = await open(acme, acme.end_user, { viewport: phone })
  await seeing.goto(`/requests/${number}`)
  await look(seeing)
  await fits(seeing)
})
