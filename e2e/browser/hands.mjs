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
