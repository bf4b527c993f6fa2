// A select that is searched by typing. data-create lets new values in; data-load names an address that answers a query
// (?q=) with [{"value","text"}]. On a text input it holds several values, data-delimiter between them.
// data-empty="hint" says that the empty option is no choice.
import TomSelect from 'tom-select/dist/esm/tom-select.complete.js'

type Picker = InstanceType<typeof TomSelect>

const pause = 120 // between the last keystroke and the question, in ms

export function mount(element: HTMLElement) {
  const select = element as HTMLSelectElement
  const words = element instanceof HTMLInputElement
  const address = select.dataset.load
  const focused = document.activeElement === element // somebody was quicker than this script
  const begun = focused && words ? unfinished(element) : ''
  const picker = new TomSelect(select, {
    plugins: select.multiple || words ? { remove_button: {} } : {},
    delimiter: select.dataset.delimiter ?? ',',
    create: select.hasAttribute('data-create'),
    createOnBlur: select.hasAttribute('data-create'),
    splitOn: words ? /[\s,]+/ : undefined,
    persist: !words,
    maxOptions: 200,
    refreshThrottle: 0,
    loadThrottle: 0, // see asking
    // Nothing typed into an input is nothing, not an empty entry; so is an empty option that is only a hint.
    allowEmptyOption: !words && select.dataset.empty !== 'hint',
    placeholder: select.dataset.placeholder,
    hidePlaceholder: true, // where something is chosen
    load: address ? asking(address) : undefined,
    shouldLoad: (query: string) => query.length > 0,
    onChange: () => select.dispatchEvent(new Event('picked', { bubbles: true })),
  })
  picker.on('item_add', () => picker.setTextboxValue('')) // what was typed to find it is not one more
  select.setAttribute('aria-hidden', 'true') // its label speaks of what took its place
  takeTyped(picker)
  if (focused) {
    picker.focus()
    picker.setTextboxValue(begun)
  }
}

// asking asks an address once the hands rest. What is typed counts as asked for from its first letter on.
function asking(address: string) {
  let timer = 0
  let drop = () => {}
  return (query: string, done: (options?: { value: string; text: string }[]) => void) => {
    clearTimeout(timer)
    drop()
    drop = () => done()
    timer = window.setTimeout(() => {
      drop = () => {}
      const url = new URL(address, location.href)
      url.searchParams.set('q', query)
      fetch(url, { headers: { Accept: 'application/json' } })
        .then((answer) => answer.json())
        .then(done, () => done())
    }, pause)
  }
}

// unfinished takes the word that is being typed out of an input.
function unfinished(input: HTMLInputElement): string {
  const word = /[^\s,]*$/.exec(input.value)![0]
  input.value = input.value.slice(0, input.value.length - word.length)
  return word
}

// takeTyped: Enter and Tab mean what is typed, also while its choices are still on their way.
function takeTyped(picker: Picker) {
  picker.control_input.addEventListener(
    'keydown',
    (event) => {
      const text = picker.inputValue()
      if (event.isComposing || text === '' || !(event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey))) return
      const early = picker.loading > 0
      if (picker.settings.create) {
        if (event.key === 'Tab' || !early) return // what is typed is made a value
        stop(event)
        picker.createItem()
        return
      }
      if (event.key === 'Enter') {
        if (!early) return
        stop(event)
      }
      const take = () => {
        if (picker.loading > 0) return
        picker.off('load', take)
        const here = document.activeElement === picker.control_input
        const best = (here && picker.activeOption?.dataset.value) || picker.search(text).items[0]?.id
        if (best) picker.addItem(String(best))
        if (here) picker.close()
      }
      if (early) picker.on('load', take)
      else take()
    },
    true,
  )
}

function stop(event: Event) {
  event.preventDefault()
  event.stopImmediatePropagation()
}
