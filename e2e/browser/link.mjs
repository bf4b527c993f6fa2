// How two admins link their desks both ways in one go.
import { kongen, until } from './world.mjs'

// link has ada invite kari's desk and kari accept and invite back; look is told of the pages on the way.
export async function link(ada, kari, look = async () => {}) {
  await ada.goto('/admin/sharing/new')
  await look(ada)
  await ada.getByLabel('Address of their help desk').fill(`${kongen.url}/sharing`)
  await ada.getByRole('button', { name: 'Continue' }).click()
  await ada.getByLabel('What you call this partner').fill('Kongen Image Sensors')
  await look(ada)
  await ada.getByRole('button', { name: 'Send the invitation' }).click()
  await ada.getByRole('heading', { name: 'Kongen Image Sensors' }).waitFor()
  await look(ada)

  await until(async () => {
    await kari.goto('/admin/sharing')
    await kari.getByRole('article', { name: /^Invitation from acme/ }).waitFor({ timeout: 500 })
  })
  await look(kari)
  await kari.getByRole('button', { name: 'Accept, and invite them too' }).click()
  await kari.getByText('Accepted, and they are invited too.').waitFor()
  for (const page of [ada, kari]) {
    await until(async () => {
      await page.goto('/admin/sharing')
      await page.getByRole('row').getByText('in force').nth(1).waitFor({ timeout: 500 })
    })
  }
}
