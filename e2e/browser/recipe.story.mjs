// An admin makes the triggers of a recipe by keyboard, reads them in words first, and the ticket is handed over by a tag.
import assert from 'node:assert/strict'
import { acme, api, fits, kongen, look, open, phone, story, until } from './world.mjs'

await story(async () => {
  const { triggers } = await api(acme, 'GET', '/triggers')
  for (const t of triggers) await api(acme, 'PUT', `/triggers/${t.id}`, { trigger: { active: false } })

  const ada = await open(acme, acme.admin)
  await ada.goto('/admin/triggers/new')
  await ada.getByRole('link', { name: 'Share and wait' }).waitFor()
  await ada.goto('/admin/trigger-recipes')
  await look(ada)
  await ada.getByRole('link', { name: 'Use this recipe: Share and wait' }).focus()
  await ada.keyboard.press('Enter')
  await ada.getByRole('heading', { name: 'Share and wait', exact: true }).waitFor()
  await ada.getByLabel('Partner').selectOption({ label: kongen.name })
  await ada.getByLabel('Tag').fill('ask_kongen')
  await ada.locator('#recipe').getByText(/tags contain any of ask_kongen.*share ticket with Kongen/).waitFor()
  await look(ada)
  await ada.setViewportSize(phone)
  await fits(ada)
  await ada.getByLabel('Tag').press('Enter')
  await ada.getByText('2 rules are made and on.').waitFor()
  await fits(ada)
  await ada.goto('/admin/trigger-recipes')
  await fits(ada)
  await look(ada)

  const { ticket } = await api(acme, 'POST', '/tickets', { ticket: { subject: 'Flicker', tags: ['ask_kongen'], comment: { body: 'In every picture.' } } })
  await until(async () => {
    const { tickets } = await api(kongen, 'GET', '/tickets?sort=-id')
    assert.ok(tickets.some((t) => t.subject === 'Flicker'))
  })
  assert.equal((await api(acme, 'GET', `/tickets/${ticket.id}`)).ticket.status, 'hold')
})
