// A select that is searched by typing. data-create lets new values in; data-load names an address that answers a query
// (?q=) with [{"value","text"}]. On a text input it holds several values, data-delimiter between them.
// data-empty="hint" says that the empty option is no choice.
import TomSelect from 'tom-select/dist/esm/tom-select.complete.js'

export function mount(element: HTMLElement) {
  const select = element as HTMLSelectElement
  const words = element instanceof HTMLInputElement
  const address = select.dataset.load
  const picker = new TomSelect(select, {
    plugins: select.multiple || words ? { remove_button: {} } : {},
    delimiter: select.dataset.delimiter ?? ',',
    create: select.hasAttribute('data-create'),
    createOnBlur: select.hasAttribute('data-create'),
    splitOn: words ? /[\s,]+/ : undefined,
    persist: !words,
    maxOptions: 200,
    // Nothing typed into an input is nothing, not an empty entry; so is an empty option that is only a hint.
    allowEmptyOption: !words && select.dataset.empty !== 'hint',
    placeholder: select.dataset.placeholder,
    hidePlaceholder: true, // where something is chosen
    load: address
      ? (query: string, done: (options?: { value: string; text: string }[]) => void) => {
          const url = new URL(address, location.href)
          url.searchParams.set('q', query)
          fetch(url, { headers: { Accept: 'application/json' } })
            .then((answer) => answer.json())
            .then(done, () => done())
        }
      : undefined,
    shouldLoad: (query: string) => query.length > 0,
    onChange: () => select.dispatchEvent(new Event('picked', { bubbles: true })),
  })
  picker.on('item_add', () => picker.setTextboxValue('')) // what was typed to find it is not one more
  select.setAttribute('aria-hidden', 'true') // its label speaks of what took its place
}
