// Corners of the composer and the portal: two tabs, Back, uploads that fail, what is pasted, a ticket that closes meanwhile.
import assert from 'node:assert/strict'
import { begin, scripted, submit, write } from './hands.mjs'
import { acme, api, fits, look, open, story, until } from './world.mjs'

const make = async (subject, more) => (await api(acme, 'POST', '/tickets', { ticket: { subject, comment: { body: 'It does not work.' }, ...more } })).ticket
const said = async (id) => (await api(acme, 'GET', `/tickets/${id}/comments`)).comments

// paste gives the element with the focus what a clipboard would hold.
const paste = (page, kinds, file) => page.evaluate(([kinds, file]) => {
  const data = new DataTransfer()
  for (const [kind, text] of Object.entries(kinds)) data.setData(kind, text)
  if (file) data.items.add(new File(['picture'], file, { type: 'image/png' }))
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
}, [kinds, file])

// Times are in the zone of who reads, and their titles name it.
async function ownZone(ben) {
  const { users: [user] } = await api(acme, 'GET', '/users/search?query=ben@acme.example')
  const { id } = await make('Far away')
  for (const [zone, sign] of [['Tokyo', /JST$/], ['UTC', /UTC$/]]) {
    await api(acme, 'PUT', `/users/${user.id}`, { user: { time_zone: zone } })
    await ben.goto(`/agent/tickets/${id}`)
    assert.match(await ben.locator('time').first().getAttribute('title'), sign)
  }
}

// An empty tab that is left leaves the draft of another one alone; what one tab sends, the other forgets.
async function twoTabs(ben) {
  const { id } = await make('Two tabs')
  await ben.goto(`/agent/tickets/${id}`)
  const other = await ben.context().newPage()
  await other.goto(`/agent/tickets/${id}`)
  await scripted(other)
  await scripted(ben)
  await write(ben, 'Only in the first.')
  await until(async () => assert.ok(await ben.evaluate(() => Object.keys(localStorage).some((key) => /draft/.test(key) && localStorage[key].includes('Only in')))))
  await other.goto('/agent/search')
  await other.goto(`/agent/tickets/${id}`)
  await other.locator('.composer .editor').getByText('Only in the first.').waitFor()
  await submit(ben)
  await ben.locator('#thread').getByText('Only in the first.').waitFor()
  await until(async () => assert.equal((await other.locator('.composer .editor').innerText()).trim(), ''))
  await other.close()
  await ben.goBack()
  await scripted(ben)
  await ben.waitForTimeout(300)
  assert.equal(await ben.getByText('Your draft is back.').count(), 0)
  assert.equal((await said(id)).length, 2)

  // Sent twice with the same words, as by a page that came back: once.
  await ben.goto(`/agent/tickets/${id}`)
  const twice = await ben.evaluate(async (path) => {
    const form = () => new URLSearchParams({ comment: 'Twice.', public: 'true', draft: 'one-and-the-same' })
    return [await fetch(path, { method: 'POST', body: form() }), await fetch(path, { method: 'POST', body: form() })].map((answer) => answer.status)
  }, `/agent/tickets/${id}`)
  assert.deepEqual(twice, [200, 200])
  assert.equal((await said(id)).length, 3)
}

// A file that fails stops the sending and says so; one on its way can be taken off.
async function uploads(ben) {
  const { id } = await make('Files')
  await ben.route('**/agent/uploads?*', async (route) => {
    await new Promise((go) => setTimeout(go, 300))
    await route.abort()
  })
  await ben.goto(`/agent/tickets/${id}`)
  await write(ben, 'See the plan.')
  await ben.locator('.composer input[type=file]').setInputFiles({ name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('plan') })
  await ben.locator('[data-submit]').click()
  await ben.getByRole('alert').getByText('Not sent: a file did not arrive').waitFor()
  assert.equal((await said(id)).length, 1)
  await look(ben)
  await ben.unrouteAll({ behavior: 'wait' })
  let let_go
  await ben.route('**/agent/uploads?*', () => new Promise((go) => (let_go = go)))
  await ben.locator('.composer-file button').click()
  await ben.locator('.composer input[type=file]').setInputFiles({ name: 'hangs.txt', mimeType: 'text/plain', buffer: Buffer.from('plan') })
  await ben.locator('.composer-file button').click()
  assert.equal(await ben.locator('.composer-file').count(), 0)
  let_go?.()
  await ben.unrouteAll({ behavior: 'ignoreErrors' })
  await submit(ben)
  await ben.locator('#thread').getByText('See the plan.').waitFor()
}

// Tables come as tables, text wins over the picture of itself, empty lines and indentation stay, and only what is bold is bold.
async function pastes(ben) {
  const { id } = await make('Pasted')
  await ben.goto(`/agent/tickets/${id}`)
  await (await begin(ben)).click()
  await paste(ben, { 'text/plain': 'Lot\tCount\n7\t120', 'text/html': '<table><tr><td>Lot</td><td>Count</td></tr><tr><td>7</td><td>120</td></tr></table>' }, 'image.png')
  await ben.locator('.editor td', { hasText: '120' }).waitFor()
  assert.equal(await ben.locator('.composer-file').count(), 0, 'text wins over the picture')
  await submit(ben)
  assert.match((await said(id))[1].html_body, /<td>\s*(<p>)?120/)
  assert.match((await said(id))[1].body, /Lot\s+Count/)

  await (await begin(ben)).click()
  await paste(ben, { 'text/plain': 'first\n\n  if (x) {\n    y()\n  }' })
  await ben.keyboard.press('Enter')
  await paste(ben, { 'text/plain': 'plain words', 'text/html': '<b style="font-weight:normal"><p>plain words</p></b>' })
  assert.equal(await ben.locator('.editor strong, .editor b').count(), 0)
  await paste(ben, { 'text/html': '<img src="x">' }, 'screen.png')
  await ben.locator('.composer-file', { hasText: 'screen.png' }).waitFor()
  await submit(ben)
  const { body } = (await said(id))[2]
  assert.match(body, /first\n\n/)
  assert.match(body.replaceAll('\u00a0', ' '), /    y\(\)/)

  // An address is a link however it was written and sent.
  await write(ben, 'See www.shop.example/a. And https://b.example')
  await ben.keyboard.press('Control+Enter')
  await ben.locator('#thread').getByRole('link', { name: 'www.shop.example/a', exact: true }).waitFor()
  assert.equal(await ben.locator('#thread').getByRole('link', { name: 'https://b.example', exact: true }).getAttribute('href'), 'https://b.example')
  assert.match((await said(id))[3].html_body, /href="https?:\/\/www\.shop\.example\/a"/)
  await api(acme, 'PUT', `/tickets/${id}`, { ticket: { comment: { body: 'Plain https://c.example.' } } })
  await ben.locator('#thread').getByRole('link', { name: 'https://c.example', exact: true }).waitFor()
  assert.match((await said(id))[4].html_body, /<a href="https:\/\/c\.example"/)

  await (await begin(ben)).click()
  await paste(ben, { 'text/plain': 'x'.repeat(300_000) })
  await ben.locator('[data-submit]').click()
  await ben.getByRole('alert').getByText('more than a comment holds').waitFor()
  await ben.getByRole('button', { name: 'Make it a file' }).click()
  await ben.locator('.composer-file', { hasText: 'comment.txt' }).waitFor()
}

// A ticket that closes while one writes gives the words to its follow-up.
async function closes(ben) {
  const { id } = await make('Closes', { assignee_email: acme.agent.email })
  await ben.goto(`/agent/tickets/${id}`)
  await write(ben, 'Take this along.')
  await api(acme, 'PUT', `/tickets/${id}`, { ticket: { status: 'closed' } })
  await ben.locator('.composer-closed').waitFor()
  await ben.locator('.composer-closed').getByRole('link').click()
  await ben.locator('.composer .editor').getByText('Take this along.').waitFor()
}

// On paper the conversation is whole; a low window scrolls; directions are those of the words.
async function shapes(ben) {
  const { id } = await make('Printed שלום')
  for (let i = 0; i < 26; i++) await api(acme, 'PUT', `/tickets/${id}`, { ticket: { comment: { body: i === 0 ? 'שלום with English' : `Comment ${i}` } } })
  await ben.goto(`/agent/tickets/${id}`)
  await scripted(ben)
  await ben.emulateMedia({ media: 'print' })
  for (const gone of ['.rail', '.ticket-props', '.composer', '.ticket-acts']) assert.ok(!(await ben.locator(gone).first().isVisible()), gone)
  assert.ok(await ben.locator('.thread-scroll').evaluate((one) => one.scrollHeight <= one.clientHeight + 2), 'nothing is cut')
  await ben.emulateMedia({ media: 'screen' })
  await ben.setViewportSize({ width: 320, height: 256 })
  await fits(ben)
  assert.ok((await ben.locator('.thread-scroll').boundingBox()).height >= 200)
  await ben.setViewportSize({ width: 1280, height: 800 })
  const box = await ben.locator('.said-plain', { hasText: 'with English' }).evaluate((one) => {
    const range = document.createRange()
    range.selectNodeContents(one)
    return one.getBoundingClientRect().right - range.getBoundingClientRect().right
  })
  assert.ok(box < 4, 'Hebrew begins at the right')
}

// The portal: what is written outlives a session, arrives once, and what the team says appears by itself.
async function portal(carla) {
  const { user } = await api(acme, 'GET', '/users/search?query=carla@customer.example').then(({ users }) => ({ user: users[0] }))
  const { id } = await make('Portal', { requester_id: user.id, assignee_email: acme.agent.email })
  await carla.goto(`/requests/${id}`)
  await carla.getByLabel('Your answer').fill('My words.')
  await carla.goto('/requests')
  await carla.goto(`/requests/${id}`)
  await carla.getByText('Your draft is back.').waitFor()
  assert.equal(await carla.getByLabel('Your answer').inputValue(), 'My words.')
  await api(acme, 'PUT', `/tickets/${id}`, { ticket: { status: 'pending', comment: { body: 'Which colour?', public: true } } })
  await carla.locator('.dialogue').getByText('Which colour?').waitFor()
  await carla.getByText('Waiting for you').waitFor()
  assert.equal(await carla.getByLabel('Your answer').inputValue(), 'My words.')
  await look(carla)
  await carla.getByRole('button', { name: 'Send answer' }).click()
  await carla.getByText('Your answer is sent.').waitFor()
  await carla.goto(`/requests/${id}`)
  await carla.waitForTimeout(300)
  assert.equal(await carla.getByLabel('Your answer').inputValue(), '')

  await carla.getByLabel('Your answer').fill('y'.repeat(100_000))
  await carla.getByText('more than a comment holds').waitFor()
  await carla.getByRole('button', { name: 'Make it a file' }).click()
  await carla.getByText('message.txt', { exact: true }).waitFor()
  await carla.getByLabel('Your answer').focus()
  await paste(carla, {}, 'screen.png')
  await carla.getByText('screen.png', { exact: true }).waitFor()

  await carla.getByLabel('Your answer').fill('Too late?')
  await api(acme, 'PUT', `/tickets/${id}`, { ticket: { status: 'closed' } })
  await carla.locator('[data-over]').waitFor()
  await carla.locator('[data-over]').getByRole('link').click()
  await carla.getByText('Your draft is back.').waitFor()
  assert.equal(await carla.getByLabel('Description').inputValue(), 'Too late?')
}

await story(async () => {
  const ben = await open(acme, acme.agent)
  await ownZone(ben)
  await twoTabs(ben)
  await uploads(ben)
  await pastes(ben)
  await closes(ben)
  await shapes(ben)
  await portal(await open(acme, acme.end_user))

  // Back after signing out shows nothing of what was read.
  const { id } = await make('Secret lens')
  await ben.goto(`/agent/tickets/${id}`)
  await ben.evaluate(() => document.querySelector('form[action="/signout"]').requestSubmit())
  await ben.waitForURL((url) => !url.pathname.startsWith('/agent'))
  await ben.goBack()
  await ben.waitForLoadState()
  assert.equal(await ben.getByText('It does not work.').count(), 0)
}, /ERR_FAILED|ERR_ABORTED/)
