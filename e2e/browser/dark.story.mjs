// Who likes it dark has it dark: as the system says, or as chosen, from the first paint and in everything that opens.
import assert from 'node:assert/strict'
import { scripted, write } from './hands.mjs'
import { acme, api, dark, fits, look, open, phone, story } from './world.mjs'

await story(async () => {
  const theme = (page) => page.evaluate(() => document.documentElement.dataset.bsTheme)
  const system = await open(acme, acme.end_user, { colorScheme: 'dark' })
  await system.goto('/requests/new')
  assert.equal(await theme(system), 'dark')
  await look(system)

  const ben = await open(acme, acme.agent)
  await ben.goto('/agent')
  assert.equal(await theme(ben), 'light')
  await dark(ben)
  const { tickets } = await api(acme, 'GET', '/tickets')
  const shared = tickets.find((t) => t.sharing_agreement_ids.length)
  await ben.goto(`/agent/tickets/${shared.id}`)
  await scripted(ben)
  assert.equal(await theme(ben), 'dark')
  await write(ben, 'In the dark', 'Internal note')
  await look(ben)
  await ben.locator('[data-macros]').click()
  await ben.locator('[data-macro]').first().hover()
  await ben.locator('[data-macro-preview] h3').waitFor()
  await look(ben)
  await ben.keyboard.press('Escape')
  await ben.locator('.submit-more').click()
  await look(ben)
  await ben.keyboard.press('Control+k')
  await ben.getByRole('dialog').getByRole('combobox').waitFor()
  await look(ben)
  await ben.keyboard.press('Escape')
  await ben.setViewportSize(phone)
  await fits(ben)
})
