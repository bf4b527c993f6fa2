// Folds the column of views away, and has the server remember it by a cookie, so that the next page comes folded.
export function fold(root: HTMLElement) {
  const buttons = root.querySelectorAll<HTMLElement>('[data-fold]')
  const told = () => {
    const open = !root.classList.contains('queue-folded')
    for (const button of buttons) button.setAttribute('aria-expanded', String(open))
  }
  for (const button of buttons) {
    button.hidden = false
    button.addEventListener('click', () => {
      const folded = root.classList.toggle('queue-folded')
      document.cookie = `interdesk_views=${folded ? 'folded' : 'open'}; path=/agent; max-age=31536000; samesite=lax`
      told()
      for (const other of buttons) if (other !== button) other.focus()
    })
  }
  told()
}
