// A choice that sends its form at once.
export function mount(element: HTMLElement) {
  element.addEventListener('change', () => (element as HTMLSelectElement).form?.requestSubmit())
}
