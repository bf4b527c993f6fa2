// Runs before the page is painted: the reader's choice of dark or light, else the system's.
const choice = localStorage.getItem('theme')
const dark = choice ? choice === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
document.documentElement.dataset.bsTheme = dark ? 'dark' : 'light'
