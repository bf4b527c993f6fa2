// Keeps relative times true while a page stays open. The words are those of the page's language.
const steps: [number, Intl.RelativeTimeFormatUnit][] = [[60, 'minute'], [3600, 'hour'], [86400, 'day']]

export function ago() {
  const format = (style: 'long' | 'narrow') => new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: 'always', style })
  const long = format('long')
  const narrow = format('narrow')
  setInterval(() => {
    if (document.hidden) return
    for (const element of document.querySelectorAll<HTMLTimeElement>('time[data-ago]')) {
      const seconds = (Date.now() - Date.parse(element.dateTime)) / 1000
      if (seconds < 60 || seconds > 28 * 86400) continue
      const [size, unit] = steps.findLast(([least]) => seconds >= least)!
      const text = (element.dataset.ago === 'short' ? narrow : long).format(-Math.floor(seconds / size), unit)
      if (element.textContent !== text) element.textContent = text
    }
  }, 20_000)
}
