// An admin builds the trigger of the seed in the builder, from nothing: tried first, then turned on, then it shares.
import assert from 'node:assert/strict'
import { anew, pickTags } from './hands.mjs'
import { acme, api, fits, kongen, look, open, phone, story, until } from './world.mjs'

await story(async () => {
  const { triggers } = await api(acme, 'GET', '/triggers')
  for (const t of triggers) await api(acme, 'PUT', `/triggers/${t.id}`, { trigger: { active: false } })

  const ada = await open(acme, acme.admin)
  await ada.goto('/admin/triggers')
  await ada.getByRole('link', { name: 'New trigger' }).first().click()
  await ada.getByLabel('Title').fill('Sensors go to Kongen')
  const all = ada.locator('#lines-all .rule-line').first()
  await anew(all, () => all.locator('.rule-field select').selectOption({ label: 'Tags' }))
  await anew(all, () => all.locator('.rule-operator select').selectOption('includes'))
  await pickTags(all, 'image_sensor')
  const act = ada.locator('#lines-do .rule-line')
  await anew(act.first(), () => act.first().locator('.rule-field select').selectOption({ label: 'Share ticket with' }))
  await act.first().locator('.rule-value select').selectOption({ label: kongen.name })
  await ada.getByRole('button', { name: 'Add action' }).click()
  await anew(act.nth(1), () => act.nth(1).locator('.rule-field select').selectOption({ label: 'Add tags' }))
  await pickTags(act.nth(1), 'shared_kongen')
  await ada.locator('#rule-summary').getByText(/image_sensor.*Kongen.*shared_kongen/).waitFor()
  await look(ada)

  await ada.getByRole('button', { name: 'Try it' }).click()
  await ada.locator('#trial').getByText(/\d+ tickets? would have matched/).waitFor()
  await ada.locator('#trial .trial-table tbody tr').first().waitFor()
  await look(ada)
  await ada.getByRole('button', { name: 'Save and turn on' }).click()
  await ada.getByRole('heading', { name: 'Turn on “Sensors go to Kongen”?' }).waitFor()
  await ada.getByText(/would have matched/).waitFor()
  await look(ada)
  await ada.getByRole('button', { name: 'Turn on' }).click()
  await ada.getByText('The trigger is on.').waitFor()
  const made = (await api(acme, 'GET', '/triggers')).triggers.find((t) => t.title === 'Sensors go to Kongen')
  assert.ok(made.active)

  await ada.goto('/')
  await ada.goto('/requests/new')
  await ada.getByLabel('Subject').fill('Green shimmer')
  await ada.getByLabel('Description').fill('In every picture.')
  await ada.getByLabel('Problem type').selectOption('Image sensor')
  await ada.getByRole('button', { name: 'Send' }).click()
  await ada.getByRole('heading', { name: 'We have your request' }).waitFor()
  await until(async () => {
    const { tickets } = await api(kongen, 'GET', '/tickets?sort=-id')
    assert.ok(tickets.some((t) => t.subject === 'Green shimmer' && t.tags.includes('shared_kongen')))
  })

  await ada.goto(`/admin/triggers/${made.id}/revisions`)
  await ada.getByText('Revision 1').waitFor()
  await look(ada)
  await ada.setViewportSize(phone)
  await ada.goto(`/admin/triggers/${made.id}`)
  await fits(ada)
})
