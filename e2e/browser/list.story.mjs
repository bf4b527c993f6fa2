// A list is worked through: all of a view at once, to a ticket and back to where one was, and nothing cut.
import assert from 'node:assert/strict'
import { scripted, submit, write } from './hands.mjs'
import { acme, api, fits, look, open, phone, story, until } from './world.mjs'

const long = 'A subject that says at length what happened, when it happened and to whom, '.repeat(3).trim()

async function fill() {
  const { job_status: made } = await api(acme, 'POST', '/tickets/create_many', { tickets: Array.from({ length: 70 }, (_, i) => (
    { subject: i === 0 ? long : `Lot ${i + 1}`, comment: { body: 'The strap may tear.' }, tags: ['lot'] })) })
  await until(async () => assert.equal((await api(acme, 'GET', `/job_statuses/${made.id}`)).job_status.status, 'completed'))
  const { view } = await api(acme, 'POST', '/views', { view: { title: 'Lots', all: [{ field: 'status', operator: 'less_than', value: 'closed' }, { field: 'current_tags', operator: 'includes', value: 'lot' }],
    output: { columns: ['status', 'nice_id', 'requester', 'created', 'updated', 'assignee', 'group', 'priority'] } } })
  return view
}

// Back by the ticket's arrow or by the browser: as far down, as many lines, and the cursor on that ticket.
async function thereAndBack(ben, view) {
  await ben.goto(`/agent/views/${view.id}`)
  await ben.getByRole('link', { name: 'Load more' }).click()
  await until(async () => assert.equal(await ben.locator('.q-row').count(), 60))
  const row = ben.locator('.q-row').nth(50)
  await row.scrollIntoViewIfNeeded()
  const top = await ben.locator('#q-list').evaluate((list) => list.scrollTop)
  const id = await row.getAttribute('data-id')
  const link = ben.locator(`#q-${id} .q-link`)
  const back = async () => {
    await ben.waitForURL(`**/agent/views/${view.id}`)
    await until(async () => assert.equal(await ben.evaluate(() => document.activeElement.closest('.q-row')?.dataset.id), id))
    await until(async () => assert.ok(Math.abs(await ben.locator('#q-list').evaluate((list) => list.scrollTop) - top) < 40))
    assert.ok(await link.isVisible())
  }
  for (const go of [() => ben.goBack(), () => ben.locator('.ticket-back').click()]) {
    await link.click()
    await scripted(ben)
    await go()
    await back()
  }
  await link.click()
  await scripted(ben)
  await write(ben, 'It was recalled.')
  await submit(ben)
  await ben.locator('.ticket-back').click()
  await back()
}

// Times stand whole at any width; long subjects give way, and can be read on a phone.
async function nothingCut(ben, view) {
  await ben.goto(`/agent/views/${view.id}`)
  for (const width of [780, 900, 1100, 1280, 1600]) {
    await ben.setViewportSize({ width, height: 800 })
    const cut = await ben.locator('.q-row .q-time').evaluateAll((cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.innerText))
    assert.deepEqual(cut, [], `${width} px`)
  }
  await ben.locator('.q-row .q-time time').evaluateAll((times) => times.forEach((time) => (time.textContent = '28 Nov 2025')))
  assert.equal(await ben.locator('.q-row .q-time').evaluateAll((cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth).length), 0, 'a date of another year')
  await ben.setViewportSize(phone)
  await ben.goto(`/agent/views/${view.id}?sort=nice_id&order=asc`)
  const link = ben.getByRole('link', { name: long })
  assert.ok(await link.evaluate((one) => one.scrollWidth <= one.clientWidth && one.getBoundingClientRect().height > 60), 'a long subject is there to its end')
  await fits(ben)
  await link.click()
  await scripted(ben)
  assert.ok(await ben.locator('#in-subject').evaluate((one) => one.scrollHeight <= one.clientHeight + 2), 'on the ticket, too')
  await fits(ben)
  await ben.setViewportSize({ width: 1280, height: 800 })
}

// The box at the head offers all of the view, with its count; and what one did oneself is not new.
async function wholeView(ben, view) {
  await ben.goto(`/agent/views/${view.id}`)
  await ben.locator('.q-row .q-tick input').first().check()
  assert.ok(!(await ben.getByText('Select all 70 tickets').isVisible()))
  await ben.locator('#q-all').check()
  await ben.locator('#q-picked').getByText('30 selected').waitFor()
  await ben.getByLabel('Select all 70 tickets in this view').check()
  await ben.locator('#q-picked').getByText('All tickets in this view').waitFor()
  await look(ben)
  await ben.locator('.q-row .q-tick input').first().uncheck()
  assert.ok(!(await ben.locator('[name=whole]').isChecked()), 'all but one is not all')
  await ben.locator('#q-all').check()
  await ben.getByLabel('Select all 70 tickets in this view').check()
  await ben.getByLabel('Status', { exact: true }).selectOption('hold')
  await ben.getByRole('button', { name: 'Apply', exact: true }).click()
  await ben.locator('#q-progress').getByText('70 of 70 changed').waitFor()
  const { count } = await api(acme, 'GET', `/search/count?query=${encodeURIComponent('tags:lot status:hold')}`)
  assert.equal(count, 70)
  await ben.locator('.q-row .status-hold').getByText('H', { exact: true }).first().waitFor()
}

async function withoutScript(view) {
  const plain = await open(acme, acme.agent, { javaScriptEnabled: false })
  await plain.goto(`/agent/views/${view.id}`)
  await plain.locator('.q-row .q-tick input').first().check()
  await plain.getByLabel('Select all 70 tickets in this view').check()
  await plain.getByLabel('Add tags').fill('whole')
  await plain.getByRole('button', { name: 'Apply', exact: true }).click()
  await until(async () => {
    const again = plain.getByRole('link', { name: 'Look again' })
    if (await again.count()) await again.click()
    await plain.getByText('70 of 70 changed').waitFor({ timeout: 500 })
  })
}

await story(async () => {
  const ben = await open(acme, acme.agent)
  const view = await fill()
  await thereAndBack(ben, view)
  await nothingCut(ben, view)
  await wholeView(ben, view)
  await withoutScript(view)
})
