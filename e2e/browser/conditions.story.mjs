// A form that asks depending on other fields: an admin sets it up, a customer and an agent see what it shows and requires.
import assert from 'node:assert/strict'
import { acme, api, look, open, story } from './world.mjs'

await story(async () => {
  const admin = await open(acme, acme.admin)
  await admin.goto('/admin/forms')
  await admin.locator('table a.cut').first().click()
  await admin.getByRole('link', { name: 'Show fields depending on others' }).click()
  for (const [audience, required] of [['Customers', 'always required'], ['Agents', 'required to solve']]) {
    await admin.getByRole('main').getByRole('link', { name: audience, exact: true }).click()
    await admin.getByText('There are none').waitFor()
    await admin.getByLabel('Add condition').first().selectOption({ label: 'Problem type: Image sensor' })
    await admin.getByRole('button', { name: 'Add condition' }).click()
    await admin.getByLabel('Show field').first().selectOption({ label: 'Serial number' })
    await admin.getByRole('button', { name: 'Show field' }).click()
    await admin.getByLabel('Whether Serial number is required').selectOption({ label: required })
    await look(admin)
    await admin.getByRole('button', { name: 'Save' }).click()
    await admin.getByRole('link', { name: audience === 'Agents' ? '2 conditions' : '1 condition' }).click()
  }

  const carla = await open(acme, acme.end_user)
  await carla.goto('/requests/new')
  const serial = carla.getByLabel('Serial number')
  await serial.waitFor({ state: 'hidden' })
  await carla.getByLabel('Problem type').selectOption('Image sensor')
  await serial.waitFor()
  await carla.getByLabel('Subject').fill('Stripes again')
  await carla.getByLabel('Description').fill('In the dark.')
  await look(carla)
  await carla.getByRole('button', { name: 'Send' }).click()
  assert.equal(await serial.evaluate((input) => input.validity.valueMissing), true, 'the browser asks for it')
  await carla.getByLabel('Problem type').selectOption('Housing')
  await carla.getByRole('button', { name: 'Send' }).click()
  await carla.getByRole('heading', { name: /We have your request/ }).waitFor()

  const plain = await open(acme, acme.end_user, { javaScriptEnabled: false })
  await plain.goto('/requests/new')
  await plain.getByLabel('Subject').fill('Stripes without script')
  await plain.getByLabel('Description').fill('In the dark.')
  await plain.getByLabel('Problem type').selectOption('Image sensor')
  await plain.getByRole('button', { name: 'Send' }).click()
  await plain.getByRole('alert').getByText(/Serial number/).waitFor()
  await plain.getByLabel('Serial number').fill('AC200999')
  await plain.getByRole('button', { name: 'Send' }).click()
  const number = (await plain.getByRole('heading', { name: /We have your request #\d+/ }).textContent()).match(/#(\d+)/)[1]

  const ben = await open(acme, acme.agent)
  await ben.goto(`/agent/tickets/${number}`)
  const row = ben.locator('.prop', { hasText: 'Serial number' })
  await row.waitFor()
  await api(acme, 'PUT', `/tickets/${number}`, { ticket: { custom_fields: [{ id: Number((await row.getAttribute('data-prop')).split('.')[1]), value: '' }] } })
  await assert.rejects(api(acme, 'PUT', `/tickets/${number}`, { ticket: { status: 'solved' } }), /Serial number: is required when solving/)
})
