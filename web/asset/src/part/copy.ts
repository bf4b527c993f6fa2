// A field beside a button that copies it. Without script the field can be marked and copied by hand.
export function mount(element: HTMLElement) {
  const field = element.querySelector('input')!
  const button = element.querySelector('button')!
  field.addEventListener('focus', () => field.select())
  if (!navigator.clipboard) return
  button.hidden = false
  button.addEventListener('click', () => {
    void navigator.clipboard.writeText(field.value).then(() => {
      const words = button.querySelector('span')!
      words.textContent = element.dataset.textCopied ?? words.textContent
    })
  })
}
