// Fifty tickets are changed at once, with the progress in sight.
import assert from 'node:assert/strict'
import { acme, api, fits, look, open, phone, stays, story, until } from './world.mjs'

await story(async () => {
  const { job_status: made } = await api(acme, 'POST', '/tickets/create_many', { tickets: Array.from({ length: 50 }, (_, i) => (
    { subject: `Recall of lot ${i + 1}`, comment: { body: 'The strap may tear.' }, tags: ['lot_recall'] })) })
  await until(async () => assert.equal((await api(acme, 'GET', `/job_statuses/${made.id}`)).job_status.status, 'completed'))
  const { view } = await api(acme, 'POST', '/views', { view: { title: 'Recall', all: [{ field: 'status', operator: 'less_than', value: 'closed' }, { field: 'current_tags', operator: 'includes', value: 'lot_recall' }],
    output: { columns: ['status', 'description', 'requester', 'priority', 'updated'] } } })

  const ben = await open(acme, acme.agent)
  await ben.goto(`/agent/views/${view.id}`)
  const list = await stays(ben)
  const more = ben.getByRole('link', { name: 'Load more' })
  if (await more.count()) await more.click()
  await until(async () => assert.equal(await ben.locator('.q-row').count(), 50))
  await ben.locator('#q-all').check()
  await ben.locator('#q-picked').getByText('50 selected').waitFor()
  await look(ben)
  await ben.getByLabel('Status', { exact: true }).selectOption('pending')
  await ben.getByLabel('Add tags').fill('informed')
  await ben.getByRole('button', { name: 'Apply', exact: true }).click()
  await ben.locator('#q-progress').waitFor()
  await ben.locator('#q-progress').getByText('50 of 50 changed').waitFor()
  await list()
  await look(ben)
  await until(async () => assert.equal(await ben.locator('.q-row .status-pending').count(), 50))
  const { tickets } = await api(acme, 'GET', '/tickets?page[size]=100')
  const changed = tickets.filter((t) => t.tags.includes('lot_recall'))
  assert.equal(changed.length, 50)
  assert.ok(changed.every((t) => t.status === 'pending' && t.tags.includes('informed')))

  await ben.locator('.q-row .q-tick input').first().check()
  await ben.setViewportSize(phone)
  await fits(ben)

  const plain = await open(acme, acme.agent, { javaScriptEnabled: false })
  await plain.goto(`/agent/views/${view.id}`)
  for (const i of [0, 1]) await plain.locator('.q-row .q-tick input').nth(i).check()
  await plain.getByLabel('Status', { exact: true }).selectOption('solved')
  await plain.getByRole('button', { name: 'Apply', exact: true }).click()
  await until(async () => {
    const again = plain.getByRole('link', { name: 'Look again' })
    if (await again.count()) await again.click()
    await plain.getByText('2 of 2 changed').waitFor({ timeout: 500 })
  })
})
