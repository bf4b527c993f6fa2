// The tick box by which a person turns single-key shortcuts off, in this browser.
import { keysOn } from '../shell/keys'

export function mount(element: HTMLElement) {
  const box = element as HTMLInputElement
  box.disabled = false
  box.checked = keysOn()
  box.addEventListener('change', () => {
    if (box.checked) localStorage.removeItem('keys')
    else localStorage.setItem('keys', 'off')
  })
}
