// What every browser story begins with: the two desks, people who sign in, and the demand that nothing goes wrong unseen.
// A story is a program: story(async (world) => { … }). It fails when it throws, when a page reports an error (a script that
// broke, something the content policy refused), or when axe finds a serious barrier on a page that was handed to look().
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import assert from 'node:assert/strict'

const require = createRequire(new URL('../../web/asset/package.json', import.meta.url))
const { chromium } = require('playwright-core')
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

const about = JSON.parse(process.env.INTERDESK_WORLD)
export const { acme, kongen } = about

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync']

const pages = []
const wrong = []
let browser

// open gives a page in a browser of its own, signed in as somebody of a desk; nobody without a person.
export async function open(desk, person, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: desk.url, ...options })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  pages.push(page)
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (4\d\d|503)/.test(message.text())) wrong.push(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => wrong.push(`${page.url()}: ${error.message}`))
  if (person) {
    await page.goto('/signin')
    await page.fill('[name=email]', person.email)
    await page.fill('[name=password]', person.password)
    await page.click('form[action="/signin"] button')
    await page.waitForURL((url) => url.pathname !== '/signin')
  }
  return page
}

// look demands that a page has no serious barrier for people who cannot see or point.
export async function look(page, what = page.url()) {
  await page.evaluate(axe)
  const barriers = await page.evaluate(async () => {
    const { violations } = await axe.run(document, { resultTypes: ['violations'] })
    return violations.filter((v) => ['serious', 'critical'].includes(v.impact))
      .map((v) => `${v.id} (${v.help}): ${v.nodes.slice(0, 5).map((n) => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`).join('; ')}`)
  })
  assert.deepEqual(barriers, [], `barriers on ${what}`)
}

// picture leaves a screenshot for the README's tour, when one is asked for.
export async function picture(page, name) {
  if (!about.tour) return
  await page.mouse.move(0, 0)
  await page.screenshot({ path: `${about.tour}/${name}.png`, animations: 'disabled', caret: 'hide' })
}

// api calls a desk as its admin, for what a story needs to be there and is not about. Node's fetch does not know that
// *.localhost is this machine (RFC 6761), hence the plain request.
export function api(desk, method, path, body) {
  const { email, token } = desk.admin
  const { port, host } = new URL(desk.url)
  return new Promise((good, bad) => {
    const request = http.request({ host: '127.0.0.1', port, method, path: `/api/v2${path}`, headers: {
      host, authorization: 'Basic ' + btoa(`${email}/token:${token}`), 'content-type': 'application/json' } }, async (answer) => {
      let text = ''
      for await (const part of answer) text += part
      if (answer.statusCode >= 300) bad(new Error(`${method} ${path}: ${answer.statusCode} ${text}`))
      else good(text ? JSON.parse(text) : undefined)
    })
    request.on('error', bad)
    request.end(body && JSON.stringify(body))
  })
}

// control stops ("stop") or starts ("start") the process of the partner's desk.
export async function control(act) {
  const answer = await fetch(`${about.control}/kongen/${act}`, { method: 'POST' })
  assert.ok(answer.ok, await answer.text())
}

// until asks again and again until something holds; what it threw last is the failure.
export async function until(holds, limit = 15_000) {
  for (const end = Date.now() + limit; ;) {
    try {
      return await holds()
    } catch (error) {
      if (Date.now() > end) throw error
    }
    await new Promise((go) => setTimeout(go, 100))
  }
}

export async function story(tell) {
  browser = await chromium.launch({ executablePath: about.chromium, args: flags })
  let failed
  try {
    await tell()
    assert.deepEqual(wrong, [], 'errors on pages')
  } catch (error) {
    failed = error
    for (const [i, page] of pages.entries()) await page.screenshot({ path: `${about.artifacts}/failed-${i}.png` }).catch(() => {})
    console.error(error, wrong, pages.map((p) => p.url()))
  } finally {
    await browser.close()
  }
  process.exit(failed ? 1 : 0)
}
