// A ticket is found and answered on a phone.
import { scripted, submit, write } from './hands.mjs'
import { acme, api, fits, look, open, phone, story } from './world.mjs'

await story(async () => {
  const { ticket } = await api(acme, 'POST', '/tickets', { ticket: { subject: 'A question from the road, with a subject that is rather long for a phone', comment: { body: 'May I use it in rain?' } } })
  const ben = await open(acme, acme.agent, { viewport: phone, hasTouch: true, isMobile: true })
  await ben.goto('/agent')
  await fits(ben)
  await look(ben)
  await ben.locator('.q-menu summary').click()
  await ben.locator('.q-menu').getByRole('link', { name: /Unassigned tickets/ }).click()
  await fits(ben)
  await ben.getByRole('link', { name: /A question from the road/ }).click()
  await ben.getByText('May I use it in rain?').waitFor()
  await scripted(ben)
  await fits(ben)
  await look(ben)
  await write(ben, 'Yes, if the cap is on.')
  await fits(ben)
  await submit(ben, 'Pending')
  await ben.locator('#thread').getByText('Yes, if the cap is on.').waitFor()
  for (const pane of ['Properties', 'Context', 'Conversation']) {
    await ben.locator('.ticket-panes label', { hasText: pane }).click()
    await fits(ben)
    await look(ben)
  }
  await ben.goto(`/agent/tickets/${ticket.id}?events=1`)
  await fits(ben)
})
