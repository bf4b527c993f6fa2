// A sentence that counts, in the forms that the page's language has; the page brings the texts.
export function counted(element: HTMLElement, name: string, n: number): string {
  const form = new Intl.PluralRules(document.documentElement.lang).select(n)
  const suffix = form === 'one' ? 'One' : 'Other'
  const text = element.dataset[`text${name}${suffix}`] ?? '{0}'
  return text.replace('{0}', String(n))
}
