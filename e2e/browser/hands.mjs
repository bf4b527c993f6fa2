// What hands do on pages in several steps: pick in a searchable list, write in the rich editor, submit.

// pickTags types tags into a searchable input within an element.
export async function pickTags(within, ...tags) {
  const input = within.locator('.ts-control input')
  for (const tag of tags) {
    await input.pressSequentially(tag)
    await input.press('Enter')
    await within.locator('.ts-control .item', { hasText: tag }).waitFor()
  }
  await input.press('Escape')
}

// begin puts the cursor where an answer is written, and gives the rich editor.
export async function begin(page, kind = 'Public reply') {
  await page.locator('.composer-tabs label', { hasText: kind }).click()
  const editor = page.locator('.composer .editor')
  await editor.waitFor()
  return editor
}

// write types into the rich editor as hands do.
export async function write(page, words, kind) {
  const editor = await begin(page, kind)
  await editor.click()
  await editor.pressSequentially(words)
  return editor
}

// submit sends what is written and set, as it is or as another status, and waits for the page that comes of it.
export async function submit(page, status) {
  const sent = page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame())
  if (status) {
    await page.locator('.submit-more').click()
    await page.getByRole('button', { name: `Submit as ${status}` }).click()
  } else await page.locator('[data-submit]').click()
  await sent
  await page.waitForLoadState()
}

// sure answers the question whether one really wants that.
export async function sure(page, name) {
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
}

// scripted waits until the script of a ticket's page has taken over, so that keys and live updates are heard.
export async function scripted(page) {
  await page.locator('.composer-scripted').waitFor()
}

// anew does what has a part of the page fetched anew, and waits for the new one.
export async function anew(part, act) {
  await part.evaluate((element) => (element.dataset.old = ''))
  await act()
  await part.and(part.page().locator(':not([data-old])')).waitFor()
}
