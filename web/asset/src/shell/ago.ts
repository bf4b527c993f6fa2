// Keeps relative times true while a page stays open. The words are those of the page's language.
const steps: [number, Intl.RelativeTimeFormatUnit][] = [[60, 'minute'], [3600, 'hour'], [86400, 'day']]

export function ago() {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: 'always' })
  setInterval(() => {
    if (document.hidden) return
    for (const element of document.querySelectorAll<HTMLTimeElement>('time[data-ago]')) {
      const seconds = (Date.now() - Date.parse(element.dateTime)) / 1000
      if (seconds < 60 || seconds > 28 * 86400) continue
      const [size, unit] = steps.findLast(([least]) => seconds >= least)!
      const text = words.format(-Math.floor(seconds / size), unit)
      if (element.textContent !== text) element.textContent = text
    }
  }, 20_000)
}
