// An input for files that also takes what is dropped on it, lists what is chosen and tells at once what is too much.
export function mount(zone: HTMLElement) {
  const input = zone.querySelector<HTMLInputElement>('input[type=file]')!
  const words = zone.dataset
  const form = input.form!
  const hint = document.createElement('span')
  hint.className = 'file-hint'
  hint.textContent = words.textDrop ?? ''
  const list = document.createElement('ul')
  list.className = 'file-kept'
  const fault = document.createElement('div')
  fault.className = 'invalid-feedback d-block'
  fault.setAttribute('role', 'alert')
  zone.append(hint, list, fault)
  let chosen: File[] = []

  const complaint = () => {
    const large = chosen.find((file) => file.size > Number(words.maxFile))
    if (large) return (words.textLarge ?? '').replace('{0}', large.name)
    if (chosen.length > Number(words.maxFiles)) return words.textMany ?? ''
    if (chosen.reduce((sum, file) => sum + file.size, 0) > Number(words.maxTotal)) return words.textTotal ?? ''
    return ''
  }
  const show = () => {
    const holder = new DataTransfer()
    for (const file of chosen) holder.items.add(file)
    input.files = holder.files
    fault.textContent = complaint()
    input.setCustomValidity(fault.textContent)
    list.replaceChildren(...chosen.map(line))
  }
  const line = (file: File) => {
    const item = document.createElement('li')
    const name = document.createElement('span')
    name.className = 'file-name'
    name.textContent = file.name
    const size = document.createElement('small')
    size.textContent = file.size < 1e6 ? `${Math.ceil(file.size / 1e3)} kB` : `${(file.size / 1e6).toFixed(1)} MB`
    const remove = document.createElement('button')
    remove.type = 'button'
    remove.className = 'linklike'
    remove.textContent = words.textRemove ?? ''
    remove.setAttribute('aria-label', `${words.textRemove} ${file.name}`)
    remove.onclick = () => {
      chosen = chosen.filter((other) => other !== file)
      show()
      input.focus()
    }
    item.append(name, size, remove)
    return item
  }
  const take = (files: Iterable<File>) => {
    for (const file of files) {
      if (!chosen.some((old) => old.name === file.name && old.size === file.size && old.lastModified === file.lastModified)) chosen.push(file)
    }
    show()
  }

  input.addEventListener('change', () => take([...(input.files ?? [])]))
  form.addEventListener('reset', () => {
    chosen = []
    setTimeout(show)
  })
  form.addEventListener('files', (event) => take((event as CustomEvent<File[]>).detail))
  form.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])]
    if (files.length === 0 || event.clipboardData?.getData('text/plain').trim()) return
    event.preventDefault()
    take(files)
  })
  const over = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    form.classList.add('file-over')
  }
  document.addEventListener('dragover', over) // also beside the form: else the browser would leave the page for the file
  document.addEventListener('dragenter', over)
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) form.classList.remove('file-over')
  })
  document.addEventListener('drop', (event) => {
    form.classList.remove('file-over')
    if (!event.dataTransfer?.files.length) return
    event.preventDefault()
    take(event.dataTransfer.files)
  })
}
