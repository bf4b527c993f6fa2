// What is typed while the input that it is meant for is still on its way is kept, and handed to it in its order.

// hold keeps what is typed from now on; the function that it gives ends that, with the input or without any.
export function hold(): (input?: HTMLInputElement | null) => void {
  let typed = ''
  const keep = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) return
    if (event.key.length === 1) typed += event.key
    else if (event.key === 'Backspace') typed = typed.slice(0, -1)
    else return
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  window.addEventListener('keydown', keep, true)
  return (input) => {
    window.removeEventListener('keydown', keep, true)
    if (!input || typed === '') return
    input.value += typed
    input.dispatchEvent(new Event('input', { bubbles: true }))
  }
}
