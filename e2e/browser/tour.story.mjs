// The way through the demo that the README shows in pictures: make tour takes them.
import { pickTags, scripted, write } from './hands.mjs'
import { acme, api, dark, kongen, open, picture, story } from './world.mjs'

await story(async () => {
  const ticketOf = async (desk, subject) => (await api(desk, 'GET', '/tickets')).tickets.find((t) => t.subject === subject)
  const viewOf = async (desk, title) => (await api(desk, 'GET', '/views')).views.find((v) => v.title === title)
  const { sharing_agreements: agreements } = await api(acme, 'GET', '/sharing_agreements')
  const outbound = agreements.find((a) => a.type === 'outbound')

  const carla = await open(acme, acme.end_user)
  await carla.goto('/requests/new')
  await carla.getByLabel('Subject').fill('A line across every picture')
  await carla.getByLabel('Description').fill('Since yesterday all pictures of our AC-200 have one dark line, always at the same height. Restarting does not help.')
  await carla.getByLabel('Problem type').selectOption('Image sensor')
  await carla.getByLabel('Serial number').fill('AC200431')
  await picture(carla, 'portal')

  const ben = await open(acme, acme.agent)
  await ben.goto(`/agent/views/${(await viewOf(acme, 'Shared with Kongen')).id}`)
  await ben.locator('.q-row').first().waitFor()
  await picture(ben, 'list')

  const stripes = await ticketOf(acme, 'Stripes in every picture')
  await ben.goto(`/agent/tickets/${stripes.id}`)
  await scripted(ben)
  await write(ben, 'The other two cameras are from the same lot. ', 'Internal note')
  await ben.locator('#share-chips').getByText('in step').waitFor()
  await picture(ben, 'ticket')

  const fog = await ticketOf(acme, 'Fog between the lens elements')
  await ben.goto(`/agent/tickets/${fog.id}/share?agreement=${outbound.id}`)
  await ben.getByRole('heading', { name: 'What Kongen Image Sensors will see' }).waitFor()
  await picture(ben, 'preview')

  const ada = await open(acme, acme.admin)
  await ada.goto('/admin/triggers/new')
  await ada.getByLabel('Title').fill('Share image sensor problems with Kongen')
  const when = ada.locator('#lines-all .rule-line').first()
  await when.locator('.rule-field select').selectOption({ label: 'Tags' })
  await when.locator('.rule-operator select').waitFor()
  await pickTags(when, 'image_sensor')
  const act = ada.locator('#lines-do .rule-line')
  await act.first().locator('.rule-field select').selectOption({ label: 'Share ticket with' })
  await act.first().locator('.rule-value select').selectOption({ label: kongen.name })
  await ada.getByRole('button', { name: 'Add action' }).click()
  await act.nth(1).locator('.rule-field select').selectOption({ label: 'Add tags' })
  await pickTags(act.nth(1), 'shared_kongen')
  await ada.locator('#gist').getByText(/Kongen.*shared_kongen/).waitFor()
  await ada.getByRole('button', { name: 'Try it' }).click()
  await ada.locator('#trial .trial-table tbody tr').first().waitFor()
  await picture(ada, 'trigger')

  await ada.goto(`/admin/sharing/${outbound.id}`)
  await ada.getByRole('heading', { name: 'Who has to do what' }).waitFor()
  await picture(ada, 'partner')

  await ada.goto('/reports')
  await ada.locator('svg').first().waitFor()
  await picture(ada, 'reports')

  const leif = await open(kongen, kongen.agent)
  await leif.goto(`/agent/tickets/${(await ticketOf(kongen, 'Stripes in every picture')).id}`)
  await dark(leif)
  await scripted(leif)
  await leif.locator('#share-chips').getByText('in step').waitFor()
  await picture(leif, 'dark')
})
