// The conditions of a form: an element with data-when holds an input that is shown while another one says something, and may
// be required then. With data-unsent on the part, what is hidden is not sent.
type Condition = { input: string; value: string; required: boolean }

export function mount(place: HTMLElement) {
  const decide = () => {
    const rows = [...place.querySelectorAll<HTMLElement>('[data-when]')]
    const hidden = new Map(rows.map((row) => [row.dataset.input!, row]))
    const needed = new Set<HTMLElement>()
    let waiting = rows.flatMap((row) => (JSON.parse(row.dataset.when!) as Condition[]).map((one) => ({ row, ...one })))
    for (let before = -1; before !== waiting.length; ) {
      before = waiting.length
      waiting = waiting.filter((one) => {
        if (hidden.has(one.input) || !says(place, one.input, one.value)) return true
        hidden.delete(one.row.dataset.input!)
        if (one.required) needed.add(one.row)
        return false
      })
    }
    for (const row of rows) show(row, !hidden.has(row.dataset.input!), needed.has(row), 'unsent' in place.dataset)
  }
  place.addEventListener('input', decide)
  place.addEventListener('change', decide)
  place.addEventListener('htmx:afterSettle', decide)
  decide()
}

function says(place: HTMLElement, name: string, value: string): boolean {
  const values: string[] = []
  for (const input of place.querySelectorAll<HTMLInputElement | HTMLSelectElement>(`[name="${CSS.escape(name)}"]`)) {
    if (input instanceof HTMLSelectElement) values.push(...[...input.selectedOptions].map((option) => option.value))
    else if (input.type !== 'hidden' && (input.type !== 'checkbox' || input.checked)) values.push(input.value)
  }
  return values.includes(value) || (value === 'false' && !values.includes('true'))
}

function show(row: HTMLElement, shown: boolean, needed: boolean, unsent: boolean) {
  row.toggleAttribute('data-unasked', !shown)
  row.toggleAttribute('data-needed', needed)
  if (!unsent) return
  const inputs = row.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>('input, select, textarea')
  for (const input of inputs) {
    input.disabled = !shown
    if (input.type !== 'hidden' && inputs.length < 3) input.required = needed
  }
}
