// The tickets that were opened last, by number, per person and in this browser only.

const kept = 8

function name(): string {
  return `tickets-${document.body.dataset.user ?? ''}`
}

export function recentTickets(): number[] {
  try {
    const all: unknown = JSON.parse(localStorage.getItem(name()) ?? '[]')
    return Array.isArray(all) ? all.filter((one) => Number.isSafeInteger(one)) : []
  } catch {
    return []
  }
}

export function recent() {
  const opened = /^\/agent\/tickets\/(\d{1,15})$/.exec(location.pathname)
  if (!opened) return
  const id = Number(opened[1])
  localStorage.setItem(name(), JSON.stringify([id, ...recentTickets().filter((one) => one !== id)].slice(0, kept)))
}
