// What every browser story begins with: the two desks, people who sign in, and the demand that nothing goes wrong unseen.
// A story is a program: story(async (world) => { … }). It fails when it throws, when a page reports an error (a script that
// broke, something the content policy refused), or when axe finds a serious barrier on a page that was handed to look().
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import http from 'node:http'
import assert from 'node:assert/strict'

const require = createRequire(new URL('../../web/asset/package.json', import.meta.url))
const { chromium } = require('playwright-core')
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

const about = JSON.parse(process.env.INTERDESK_WORLD)
export const { acme, kongen, patterns } = about

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync']

export const desktop = { width: 1280, height: 800 }
export const phone = { width: 390, height: 800 }

const pages = []
const wrong = []
const sessions = new Map()
let browser

// open gives a page in a browser of its own, signed in as somebody of a desk; nobody without a person. Who has signed in
// before in this story has the same session again.
export async function open(desk, person, options = {}) {
  const who = person && `${person.email} ${desk.url}`
  const context = await browser.newContext({ viewport: desktop, baseURL: desk.url, storageState: sessions.get(who), ...options })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  pages.push(page)
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (4\d\d|503)/.test(message.text())) wrong.push(`${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => wrong.push(`${page.url()}: ${error.message}`))
  if (person && !sessions.has(who)) {
    await page.goto('/signin')
    await page.fill('[name=email]', person.email)
    await page.fill('[name=password]', person.password)
    await page.click('form[action="/signin"] button')
    await page.waitForURL((url) => url.pathname !== '/signin')
    sessions.set(who, await context.storageState())
  }
  return page
}

// look demands that a page has no serious barrier for people who cannot see or point; of all rules, or of some by name.
export async function look(page, ...rules) {
  await page.waitForLoadState() // what is being put into a page meanwhile cannot be judged
  await page.evaluate(axe)
  const barriers = await page.evaluate(async (rules) => {
    await Promise.allSettled(document.getAnimations().filter((a) => a.effect.getTiming().iterations !== Infinity).map((a) => a.finished))
    const { violations } = await axe.run(document, { resultTypes: ['violations'], iframes: false, ...(rules.length && { runOnly: rules }) })
    return violations.filter((v) => ['serious', 'critical'].includes(v.impact))
      .map((v) => `${v.id} (${v.help}): ${v.nodes.slice(0, 5).map((n) => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`).join('; ')}`)
  }, rules)
  assert.deepEqual(barriers, [], `barriers on ${page.url()}`)
}

// fits demands that a page can be read without moving it sideways, as wide as it is shown.
export async function fits(page) {
  const sticking = await page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return []
    const out = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
    return [`${document.documentElement.scrollWidth} px wide`, ...out.slice(0, 8).map((e) => `${e.tagName}.${e.className}`)]
  })
  assert.deepEqual(sticking, [], `${page.url()} overflows sideways`)
}

// dark shows a page in the dark from now on, as its reader would choose it.
export async function dark(page) {
  await page.evaluate(() => localStorage.setItem('theme', 'dark'))
  await page.reload()
  assert.equal(await page.evaluate(() => document.documentElement.dataset.bsTheme), 'dark')
}

// stays marks a page and gives a function that demands that nobody has loaded it anew since.
export async function stays(page) {
  await page.evaluate(() => (window.stayed = true))
  return async () => assert.ok(await page.evaluate(() => window.stayed), `${page.url()} was loaded anew`)
}

// picture leaves a screenshot for the README's tour, when one is asked for; so many pixels high.
export async function picture(page, name, height = desktop.height) {
  if (!about.tour) return
  await page.setViewportSize({ ...desktop, height })
  await page.mouse.move(0, 0)
  await page.screenshot({ path: `${about.tour}/${name}.png`, animations: 'disabled', caret: 'hide' })
  await page.setViewportSize(desktop)
}

// api calls a desk as its admin, or as somebody else, for what a story needs to be there and is not about. Node's fetch does not know that
// *.localhost is this machine (RFC 6761), hence the plain request.
export function api(desk, method, path, body, { email, token } = desk.admin) {
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

// control stops ("stop") or starts ("start") the process of the partner's desk, or puts in its place something that turns
// down whatever comes ("refuse").
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

// story tells one. What matches refused stands in the console of pages on purpose.
export async function story(tell, refused) {
  browser = await chromium.launch({ executablePath: about.chromium, args: flags })
  const name = basename(process.argv[1], '.story.mjs')
  let failed
  try {
    await tell()
    assert.deepEqual(wrong.filter((words) => !refused?.test(words)), [], 'errors on pages')
  } catch (error) {
    failed = error
    for (const [i, page] of pages.entries()) await page.screenshot({ path: `${about.artifacts}/${name}-${i}.png` }).catch(() => {})
    console.error(error, wrong, pages.map((p) => p.url()))
  } finally {
    await browser.close()
  }
  process.exit(failed ? 1 : 0)
}
