// A comment's HTML in its sandboxed frame: as high as what it shows, in the theme of the page. No script runs in it.
export function mount(element: HTMLElement) {
  const frame = element.querySelector('iframe')
  if (!frame) return
  let watch: ResizeObserver | undefined

  const fit = () => {
    const page = frame.contentDocument
    if (!page?.body) return
    const theme = document.documentElement.dataset.bsTheme
    if (theme && page.documentElement.dataset.bsTheme !== theme) page.documentElement.dataset.bsTheme = theme
    const across = page.documentElement.scrollWidth > page.documentElement.clientWidth ? 16 : 0 // room for its scrollbar
    frame.style.height = `${Math.min(4000, Math.max(24, Math.ceil(page.body.scrollHeight) + 2 + across))}px`
  }
  const ready = () => {
    watch?.disconnect()
    const body = frame.contentDocument?.body
    if (!body || frame.contentDocument?.URL === 'about:blank') return
    watch = new ResizeObserver(fit)
    watch.observe(body)
    fit()
  }
  frame.addEventListener('load', ready)
  if (frame.contentDocument?.readyState === 'complete') ready()
  new MutationObserver(fit).observe(document.documentElement, { attributeFilter: ['data-bs-theme'] })

  element.querySelector<HTMLAnchorElement>('[data-images]')?.addEventListener('click', (event) => {
    event.preventDefault()
    const link = event.currentTarget as HTMLAnchorElement
    frame.src = link.dataset.images!
    link.closest('.mail-held')?.remove()
  })
}
