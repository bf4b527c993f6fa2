// Hands that are quicker than the page lose nothing: what is typed arrives where it is meant, and is no shortcut.
import assert from 'node:assert/strict'
import { acme, api, look, open, story, until } from './world.mjs'

const make = async (subject) => (await api(acme, 'POST', '/tickets', { ticket: { subject, comment: { body: 'It does not work.' } } })).ticket

// slow has a script of the page come late.
const slow = (page, part) => page.route(new RegExp(`chunk-${part}-`), async (route) => {
  await new Promise((go) => setTimeout(go, 700))
  await route.continue()
})

// Letters right after r: before the editor is there, and before anything is.
async function answers(ben) {
  const { id } = await make('Typed at once')
  await slow(ben, 'editor')
  await ben.goto(`/agent/tickets/${id}`)
  await ben.locator('.composer-scripted').waitFor()
  await ben.keyboard.press('r')
  await ben.keyboard.type('enjoy the next text', { delay: 0 })
  await ben.locator('.composer .editor').getByText('enjoy the next text', { exact: true }).waitFor()
  assert.equal(new URL(ben.url()).search, '', 'no letter was a shortcut')

  const next = await make('Noted at once')
  await slow(ben, 'compose')
  await ben.goto(`/agent/tickets/${next.id}`)
  await ben.locator('#in-comment').waitFor()
  await ben.keyboard.press('n')
  await ben.keyboard.type('jot this note', { delay: 0 })
  await ben.locator('.composer .editor').getByText('jot this note', { exact: true }).waitFor()
  assert.ok(await ben.getByLabel('Internal note').isChecked())
  await ben.unrouteAll({ behavior: 'wait' })
}

// The command bar and the macros take what is typed before they know what to offer.
async function menus(ben) {
  await slow(ben, 'command')
  const { id } = await make('Menus')
  await ben.goto(`/agent/tickets/${id}`)
  await ben.locator('.composer-scripted').waitFor()
  await ben.keyboard.press('Control+k')
  await ben.keyboard.type('customers', { delay: 0 })
  assert.equal(await ben.getByRole('dialog').locator('input').inputValue(), 'customers')
  await ben.getByRole('dialog').getByRole('option', { name: /Customers/ }).first().waitFor()
  await look(ben)
  await ben.keyboard.press('Escape')
  await ben.getByRole('dialog').waitFor({ state: 'detached' })

  await ben.keyboard.press('m')
  await ben.keyboard.type('hand to kongen', { delay: 0 })
  await until(async () => assert.equal(await ben.locator('[data-macro-search]').inputValue(), 'hand to kongen'))
  await until(async () => assert.equal(await ben.locator('button[data-macro]:visible').count(), 1))
  await ben.keyboard.press('Escape')
  await ben.unrouteAll({ behavior: 'wait' })
}

// Enter and Tab mean what is typed, though its choices are not there yet; an address that nobody has adds its owner.
async function boxes(ben) {
  const box = (name) => ben.locator(`.prop-${name}`)
  await ben.goto('/agent/tickets/new')
  await box('requester').locator('.ts-control').click()
  await ben.keyboard.type('carla', { delay: 0 })
  await ben.keyboard.press('Enter')
  await box('requester').locator('.item', { hasText: 'Carla' }).waitFor()
  await box('assignee').locator('.ts-control').click()
  await ben.keyboard.type('ben', { delay: 0 })
  await ben.keyboard.press('Tab')
  await box('assignee').locator('.item', { hasText: 'Ben Ortiz' }).waitFor()
  await box('tags').locator('.ts-control').click()
  await ben.keyboard.type('strap', { delay: 0 })
  await ben.keyboard.press('Enter')
  await ben.keyboard.type('tor', { delay: 0 })
  await ben.keyboard.press('Tab')
  assert.equal(await ben.locator('[name=tags]').inputValue(), 'strap,tor')

  await ben.locator('#in-subject').fill('Strap')
  await ben.keyboard.press('Tab')
  await ben.keyboard.type('It tore.', { delay: 0 })
  await ben.locator('.composer .editor').getByText('It tore.').waitFor()
  await box('ccs').locator('.ts-control').click()
  await ben.keyboard.type('new@person.example')
  await box('ccs').getByText('Add new@person.example').click()
  await ben.locator('[data-submit]').click()
  await ben.waitForURL(/tickets\/\d+/)
  const id = /\d+$/.exec(new URL(ben.url()).pathname)[0]
  const { ticket } = await api(acme, 'GET', `/tickets/${id}`)
  const { user } = await api(acme, 'GET', `/users/${ticket.email_cc_ids[0]}`)
  assert.deepEqual([user.email, user.name, user.role], ['new@person.example', 'new', 'end-user'])

  await box('requester').locator('.ts-control').click()
  await ben.keyboard.type('other@person.example')
  await ben.getByRole('option', { name: 'Add other@person.example' }).waitFor()
  await ben.keyboard.press('Enter')
  await box('requester').locator('.item', { hasText: 'other@person.example' }).waitFor()
  const loaded = ben.waitForEvent('load')
  await ben.locator('[data-submit]').click()
  await until(async () => {
    const after = (await api(acme, 'GET', `/tickets/${id}`)).ticket
    assert.equal((await api(acme, 'GET', `/users/${after.requester_id}`)).user.email, 'other@person.example')
  })
  await loaded
}

// Enter and keys that end a composition, as in Japanese, are the input method's.
async function compositions(ben) {
  const { id } = await make('Composed')
  await ben.goto(`/agent/tickets/${id}`)
  await ben.locator('.composer-scripted').waitFor()
  await ben.locator('#in-subject').focus()
  const ends = async (key, more = {}) => ben.evaluate(([key, more]) => document.activeElement.dispatchEvent(
    new KeyboardEvent('keydown', { key, isComposing: true, bubbles: true, cancelable: true, ...more })), [key, more])
  await ends('Enter')
  assert.equal(await ben.evaluate(() => document.activeElement.id), 'in-subject')
  await ben.keyboard.press('Tab')
  await ben.keyboard.type('half')
  await ends('Enter', { ctrlKey: true })
  await ben.waitForTimeout(300)
  assert.equal((await api(acme, 'GET', `/tickets/${id}/comments`)).comments.length, 1)
}

await story(async () => {
  const ben = await open(acme, acme.agent)
  await answers(ben)
  await menus(ben)
  await boxes(ben)
  await compositions(ben)
})
