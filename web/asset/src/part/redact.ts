// What is selected in a comment is added to the words to redact, and the comment shows what will be left.
const black = '▇'

export function mount(root: HTMLElement) {
  const said = root.querySelector<HTMLTextAreaElement>('[data-said]')!
  const words = root.querySelector<HTMLTextAreaElement>('[name=words]')!
  const pick = root.querySelector<HTMLButtonElement>('[data-pick]')!
  const whole = said.value

  const pieces = () => words.value.split('\n').map((line) => line.trim()).filter((line) => line !== '')
  const show = () => {
    const { selectionStart, selectionEnd } = said
    const left = whole.split('')
    for (const piece of pieces())
      for (let at = whole.indexOf(piece); at >= 0; at = whole.indexOf(piece, at + piece.length)) left.fill(black, at, at + piece.length)
    said.value = left.join('')
    said.setSelectionRange(selectionStart, selectionEnd)
  }
  const selected = () => whole.slice(said.selectionStart, said.selectionEnd)

  const look = () => (pick.disabled = selected().trim() === '')
  pick.hidden = false
  document.addEventListener('selectionchange', look)
  pick.addEventListener('click', () => {
    const added = selected().split('\n').map((line) => line.trim()).filter((line) => line !== '')
    words.value = [...new Set([...pieces(), ...added])].join('\n')
    show()
    said.setSelectionRange(said.selectionEnd, said.selectionEnd)
    said.focus()
  })
  words.addEventListener('input', show)
  show()
  look() // somebody may have been quicker than this script
}
