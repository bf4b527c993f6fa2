// Signing in and out, and the own account's page; in the dark and on a phone.
import assert from 'node:assert/strict'
import { acme, desktop, fits, look, open, phone, story } from './world.mjs'

await story(async () => {
  const stranger = await open(acme)
  await stranger.goto('/profile')
  assert.match(stranger.url(), /\/signin\?next=%2Fprofile$/)
  await look(stranger)
  await stranger.fill('[name=email]', acme.agent.email)
  await stranger.fill('[name=password]', 'wrong')
  await stranger.click('form[action="/signin"] button')
  await stranger.getByRole('alert').getByText('do not fit together').waitFor()
  await look(stranger)

  const agent = await open(acme, acme.agent)
  await agent.goto('/profile')
  await look(agent)
  await agent.click('[data-theme-switch]')
  assert.equal(await agent.evaluate(() => document.documentElement.dataset.bsTheme), 'dark')
  await agent.reload()
  assert.equal(await agent.evaluate(() => document.documentElement.dataset.bsTheme), 'dark')
  await look(agent)
  await agent.setViewportSize(phone)
  await fits(agent)
  await agent.setViewportSize(desktop)
  await agent.click('details.menu summary')
  await agent.getByRole('button', { name: 'Sign out' }).click()
  await agent.getByText('You are signed out.').waitFor()
  await agent.goto('/profile')
  assert.match(agent.url(), /\/signin/)
})
