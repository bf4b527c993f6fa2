// Keeps relative times true while a page stays open. The words are those of the page's language.
const steps: [number, Intl.RelativeTimeFormatUnit][] = [[60, 'minute'], [3600, 'hour'], [86400, 'day']]

export function ago() {
  left()
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

// left counts down what is promised, past nothing once it is broken, and up for how long somebody else has the ball.
function left() {
  const units = steps.map(([size, unit]) => [size, new Intl.NumberFormat(document.documentElement.lang, { style: 'unit', unit, unitDisplay: 'narrow' })] as const)
  setInterval(() => {
    if (document.hidden) return
    for (const element of document.querySelectorAll<HTMLTimeElement>('time[data-left], time[data-since]')) {
      const ahead = (Date.parse(element.dateTime) - Date.now()) / 1000
      const seconds = element.dataset.left ? ahead : -ahead
      const [size, format] = units.findLast(([least]) => Math.abs(seconds) >= least) ?? units[0]!
      const text = format.format(Math.trunc(seconds / size) + 0)
      if (element.textContent !== text) element.textContent = text
      if (!element.dataset.left) continue
      const badge = element.closest('.sla')!.classList
      badge.toggle('sla-late', seconds <= 0)
      badge.toggle('sla-soon', seconds > 0 && Date.now() >= Date.parse(element.dataset.left))
      badge.toggle('sla-calm', Date.now() < Date.parse(element.dataset.left))
    }
  }, 20_000)
}
