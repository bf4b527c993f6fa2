// What would cost somebody their work: leaving a page half done, a network or a session that is gone when one submits.
import assert from 'node:assert/strict'
import { submit, write } from './hands.mjs'
import { acme, api, fits, look, open, phone, stays, story, until } from './world.mjs'

const make = async (subject) => (await api(acme, 'POST', '/tickets', { ticket: { subject, comment: { body: 'It does not work.' } } })).ticket
const read = async (id) => (await api(acme, 'GET', `/tickets/${id}`)).ticket

// Properties that are set stay with the draft, and go with it.
async function fieldsStay(ben) {
  const { id } = await make('Shutter sticks')
  await ben.goto(`/agent/tickets/${id}`)
  await ben.locator('.composer-scripted').waitFor()
  await ben.getByLabel('Priority', { exact: true }).selectOption('high')
  await ben.goto('/agent/search')
  await ben.goto(`/agent/tickets/${id}`)
  await ben.getByText('Your draft is back.').waitFor()
  assert.equal(await ben.getByLabel('Priority', { exact: true }).inputValue(), 'high')
  assert.equal(await ben.locator('.prop-priority.prop-edited').count(), 1)
  await look(ben)

  // What somebody else set meanwhile is asked about.
  await ben.goto('/agent/search')
  await api(acme, 'PUT', `/tickets/${id}`, { ticket: { priority: 'low' } })
  await ben.goto(`/agent/tickets/${id}`)
  await ben.getByText('Your draft is back.').waitFor()
  await submit(ben)
  await ben.locator('.conflict').first().waitFor()
  assert.equal((await read(id)).priority, 'low')

  // Thrown away, the ticket's own values stand there again.
  await ben.goto(`/agent/tickets/${id}`)
  await ben.getByRole('button', { name: 'Discard' }).click()
  assert.equal(await ben.getByLabel('Priority', { exact: true }).inputValue(), 'low')
  await ben.goto(`/agent/tickets/${id}`)
  await ben.locator('.composer-scripted').waitFor()
  assert.equal(await ben.getByText('Your draft is back.').count(), 0)
}

// A new ticket's subject and properties stay, too; an untouched form leaves nothing behind.
async function newTicketStays(ben) {
  await ben.goto('/agent/tickets/new')
  await ben.locator('.composer-scripted').waitFor()
  await ben.goto('/agent/search')
  await ben.goto('/agent/tickets/new')
  await ben.locator('.composer-scripted').waitFor()
  assert.equal(await ben.getByText('Your draft is back.').count(), 0)
  await ben.getByLabel('Subject').fill('Lens is cloudy')
  await ben.getByLabel('Priority', { exact: true }).selectOption('urgent')
  await ben.goto('/agent/search')
  await ben.goto('/agent/tickets/new')
  await ben.getByText('Your draft is back.').waitFor()
  assert.deepEqual([await ben.getByLabel('Subject').inputValue(), await ben.getByLabel('Priority', { exact: true }).inputValue()], ['Lens is cloudy', 'urgent'])
  await ben.getByRole('button', { name: 'Discard' }).click()
  assert.equal(await ben.getByLabel('Subject').inputValue(), '')
}

// Without the network the page stays, says so, and sends when it is back: once.
async function networkGone(ben) {
  const { id } = await make('Battery drains')
  await ben.goto(`/agent/tickets/${id}`)
  await write(ben, 'Please charge it overnight.')
  const here = await stays(ben)
  await ben.context().setOffline(true)
  await ben.locator('[data-submit]').click()
  await ben.getByRole('alert').getByText('Not sent').waitFor()
  await here()
  await ben.setViewportSize(phone)
  await fits(ben)
  await ben.setViewportSize({ width: 1280, height: 800 })
  await look(ben)
  assert.equal((await read(id)).comment_count ?? 1, 1)
  await ben.context().setOffline(false)
  await ben.locator('#thread').getByText('Please charge it overnight.').waitFor()
  const { comments } = await api(acme, 'GET', `/tickets/${id}/comments`)
  assert.equal(comments.filter((c) => c.body.includes('overnight')).length, 1)

  // What is changed while it waits goes when its writer says so.
  await write(ben, 'Or buy')
  await ben.context().setOffline(true)
  await ben.locator('[data-submit]').click()
  await ben.getByRole('alert').getByText('Not sent').waitFor()
  await ben.locator('.composer .editor').pressSequentially(' a new one.')
  await ben.context().setOffline(false)
  await ben.waitForTimeout(500)
  assert.equal((await api(acme, 'GET', `/tickets/${id}/comments`)).comments.length, 2)
  await ben.getByRole('button', { name: 'Try now' }).click()
  await ben.locator('#thread').getByText('Or buy a new one.').waitFor()
}

// Without a session, too; whoever signs in is back at the ticket, with what was written.
async function sessionGone(ben) {
  const { id } = await make('Flash is dim')
  await ben.goto(`/agent/tickets/${id}`)
  await write(ben, 'Try the other mode.')
  await ben.getByLabel('Priority', { exact: true }).selectOption('high')
  await ben.context().clearCookies()
  await ben.locator('[data-submit]').click()
  await ben.getByRole('alert').getByText('signed out').waitFor()
  await ben.getByRole('alert').getByRole('link', { name: 'Sign in' }).click()
  await ben.waitForURL(/\/signin/)
  await ben.fill('[name=email]', acme.agent.email)
  await ben.fill('[name=password]', acme.agent.password)
  await ben.click('form[action="/signin"] button')
  await ben.waitForURL(new RegExp(`/agent/tickets/${id}$`))
  await ben.getByText('Your draft is back.').waitFor()
  await ben.locator('.composer .editor').getByText('Try the other mode.').waitFor()
  await submit(ben)
  await ben.locator('#thread').getByText('Try the other mode.').waitFor()
  assert.equal((await read(id)).priority, 'high')
}

await story(async () => {
  const ben = await open(acme, acme.agent)
  await fieldsStay(ben)
  await newTicketStays(ben)
  await networkGone(ben)
  await sessionGone(ben)
}, /ERR_INTERNET_DISCONNECTED/)
