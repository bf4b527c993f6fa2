// What a share shows is true: a ticket that never left is withdrawn, one that was refused is shared again, and what the
// partner's desk has no option for is said and asked for.
import assert from 'node:assert/strict'
import { scripted, submit } from './hands.mjs'
import { link } from './link.mjs'
import { acme, api, control, fits, kongen, look, open, phone, story, until } from './world.mjs'

await story(async () => {
  const ada = await open(acme, acme.admin)
  await link(ada, await open(kongen, kongen.admin))
  const agreement = (await api(acme, 'GET', '/sharing_agreements')).sharing_agreements.find((a) => a.type === 'outbound')
  const field = (desk, ...options) => api(desk, 'POST', '/ticket_fields', { ticket_field: { type: 'tagger', title: 'Problem type',
    custom_field_options: options.map((name) => ({ name, value: name.toLowerCase() })) } })
  const { ticket_field } = await field(acme, 'Lens', 'Strap')
  await field(kongen, 'Lens')
  const there = async (subject) => (await api(kongen, 'GET', '/tickets')).tickets.find((t) => t.subject === subject)
  const chip = ada.locator('#share-chips'), panel = ada.locator('#share-panel')
  const share = async (subject, more) => {
    const { ticket } = await api(acme, 'POST', '/tickets', { ticket: { subject, comment: { body: 'Look at this' }, sharing_agreement_ids: [agreement.id], ...more } })
    await ada.goto(`/agent/tickets/${ticket.id}`)
    await scripted(ada)
    return ticket
  }

  await control('stop')
  await share('Never mind')
  await chip.getByText('not there yet: not reachable').waitFor()
  await panel.getByText('Kongen Image Sensors does not have the ticket yet.').waitFor()
  await look(ada)
  await panel.getByRole('link', { name: 'Stop sharing' }).focus()
  await ada.keyboard.press('Enter')
  await ada.getByRole('heading', { name: 'Send, then stop' }).waitFor()
  await look(ada)
  await ada.setViewportSize(phone)
  await fits(ada)
  await ada.getByRole('button', { name: 'Withdraw' }).press('Enter')
  await ada.getByText('Withdrawn. Kongen Image Sensors never got the ticket.').waitFor()
  await ada.setViewportSize({ width: 1280, height: 800 })
  await chip.getByText('ended').waitFor()

  await control('start')
  await control('refuse') // something before the partner's desk turns everything down
  await share('Green tint')
  await chip.getByText('refused').waitFor()
  await panel.getByText('Kongen Image Sensors never took the ticket.').waitFor()
  await look(ada)
  await control('start')
  await panel.getByRole('button', { name: 'Share again' }).click()
  await chip.getByText('in step').waitFor()
  assert.ok(await there('Green tint'))
  assert.equal(await there('Never mind'), undefined, 'what was withdrawn never left')

  await share('The strap tore', { custom_fields: [{ id: ticket_field.id, value: 'strap' }] })
  await panel.getByText('Kongen Image Sensors has no option Strap.').waitFor()
  await look(ada)
  await panel.getByRole('link', { name: 'Ask them to add it' }).click()
  await until(async () => assert.match(await ada.locator('#in-comment').inputValue(), /please add the option “Strap”/))
  await submit(ada)
  await until(async () => {
    const { comments } = await api(kongen, 'GET', `/tickets/${(await there('The strap tore')).id}/comments`)
    assert.ok(comments.some((c) => !c.public && c.body.includes('“Strap” to your field “Problem type”')))
  })
  await chip.getByRole('link').click()
  await ada.getByRole('heading', { name: 'Timeline' }).waitFor()
  await look(ada)
})
