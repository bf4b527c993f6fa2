// What strangers write runs nowhere and calls nobody: script, handlers, pictures from elsewhere and styles in every text
// that a page shows, to agents, to the partner's agents and to customers.
import assert from 'node:assert/strict'
import http from 'node:http'
import { scripted } from './hands.mjs'
import { acme, api, kongen, look, open, story, until } from './world.mjs'

const spy = http.createServer((request, answer) => {
  called.push(request.url)
  answer.writeHead(200, { 'content-type': 'image/svg+xml' }).end('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
})
const called = []
await new Promise((ready) => spy.listen(0, '127.0.0.1', ready))
const away = `http://127.0.0.1:${spy.address().port}`

const evil = (where) => `<script>window.hacked='${where}'</script><img src=x onerror="window.hacked='${where}'">'"><svg onload=window.hacked='${where}'> ${where}`
const mail = `<style>body{background:url(${away}/style)}</style><script>parent.window.hacked='mail'</script>
<img src="${away}/pixel.png" onerror="parent.window.hacked='mail'" onload="parent.window.hacked='mail'"><table background="${away}/table"><tr><td style="background:url(${away}/cell);position:fixed;top:0;left:0">Cell</td></tr></table>
<a href="javascript:window.top.hacked='link'">press</a><form action="${away}/form"><button>Sign in again</button></form>
<iframe src="${away}/frame"></iframe><object data="${away}/object"></object><meta http-equiv="refresh" content="0;url=${away}/refresh"><base href="${away}/"><link rel="stylesheet" href="${away}/sheet">
<p onclick="window.hacked=1">Words of the mail</p>`

await story(async () => {
  const agreement = (await api(acme, 'GET', '/sharing_agreements')).sharing_agreements.find((a) => a.type === 'outbound')
  const { user } = await api(acme, 'POST', '/users', { user: { name: evil('name'), email: 'evil@customer.example', role: 'end-user' } })
  const { organization } = await api(acme, 'POST', '/organizations', { organization: { name: evil('organization') } })
  const { group } = await api(acme, 'POST', '/groups', { group: { name: evil('group') } })
  const { trigger } = await api(acme, 'POST', '/triggers', { trigger: { title: evil('trigger'), all: [{ field: 'update_type', operator: 'is', value: 'Create' }],
    actions: [{ field: 'current_tags', value: 'seen' }] } })
  const { macro } = await api(acme, 'POST', '/macros', { macro: { title: evil('macro'), actions: [{ field: 'comment_value_html', value: mail }] } })
  const { view } = await api(acme, 'POST', '/views', { view: { title: evil('view'), all: [{ field: 'status', operator: 'less_than', value: 'closed' }],
    output: { columns: ['description', 'requester', 'organization', 'group'] } } })
  const { ticket } = await api(acme, 'POST', '/tickets', { ticket: { subject: evil('subject'), requester_id: user.id,
    organization_id: organization.id, group_id: group.id, comment: { html_body: mail, public: true } } })
  await api(acme, 'PUT', `/tickets/${ticket.id}`, { ticket: { sharing_agreement_ids: [agreement.id], comment: { body: evil('comment'), public: true } } })
  const there = await until(async () => {
    const found = (await api(kongen, 'GET', '/tickets')).tickets.find((t) => t.subject.includes('subject') && t.subject.includes('<script>'))
    assert.ok(found)
    return found
  })

  const ada = await open(acme, acme.admin)
  const kari = await open(kongen, kongen.admin)
  const harmless = async (page, ...paths) => {
    for (const path of paths) {
      await page.goto(path)
      assert.equal(await page.evaluate(() => window.hacked), undefined, `${path} ran something`)
    }
  }
  await harmless(ada, `/agent/views/${view.id}`, `/agent/users/${user.id}`, `/agent/organizations/${organization.id}`, `/agent/search?q=${encodeURIComponent(evil('asked'))}`,
    '/agent/customers', `/admin/groups/${group.id}`, `/admin/users/${user.id}`, `/admin/organizations/${organization.id}`, '/admin/triggers', `/admin/triggers/${trigger.id}`,
    `/admin/triggers/${trigger.id}/revisions`, `/admin/macros/${macro.id}`, `/admin/views/${view.id}`, '/reports', `/requests/${ticket.id}`)
  for (const [page, id] of [[ada, ticket.id], [kari, there.id]]) {
    await harmless(page, `/agent/tickets/${id}?events=1`, `/agent/tickets/${id}`)
    await scripted(page)
    const frame = page.frameLocator('.mail-frame').first()
    await frame.getByText('Words of the mail').click()
    await frame.getByText('press').waitFor()
    assert.equal(await frame.locator('script, iframe, object, form, meta[http-equiv=refresh], base[href], link[href^="http"]').count(), 0)
    assert.equal(await page.evaluate(() => window.hacked), undefined)
    await look(page)
  }
  await ada.locator('[data-macros]').click()
  await ada.locator('[data-macro]', { hasText: 'macro' }).first().hover()
  await ada.locator('[data-macro-preview] h3').waitFor()
  assert.equal(await ada.evaluate(() => window.hacked), undefined)
  assert.deepEqual(called, [], 'nobody elsewhere was asked for anything')

  const carla = await open(acme, acme.end_user)
  await carla.goto('/requests/new')
  await carla.getByLabel('Subject').fill('With a file')
  await carla.getByLabel('Description').fill('Please open it.')
  await carla.locator('input[type=file]').setInputFiles({ name: "<img src=x onerror=hacked=1>.html", mimeType: 'text/html', buffer: Buffer.from('<script>opener.hacked = 1</script>') })
  await carla.getByRole('button', { name: 'Send' }).click()
  const number = (await carla.getByRole('heading', { name: /We have your request/ }).textContent()).match(/#(\d+)/)[1]
  await harmless(carla, `/requests/${number}`)
  await harmless(ada, `/agent/tickets/${number}`)
  const saved = ada.waitForEvent('download')
  await ada.locator('.said-file').click()
  assert.match((await saved).suggestedFilename(), /html$/, 'a file is saved, not shown')

  await ada.goto(`/agent/tickets/${ticket.id}`)
  await ada.getByRole('link', { name: 'Show remote images' }).first().click()
  await until(() => assert.ok(called.includes('/pixel.png')))
  assert.deepEqual(called.filter((path) => path !== '/pixel.png' && !/style|table|cell/.test(path)), [], 'only pictures are loaded')
  assert.equal(await ada.evaluate(() => window.hacked), undefined)
}, /violates the following Content Security Policy directive: "img-src/)
