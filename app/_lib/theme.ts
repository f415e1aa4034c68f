/** Theme choice: a cookie the server reads, so that the first paint is already right. */

export type ThemeChoice = 'dark' | 'light' | 'system'
export const THEME_COOKIE = 'hopscope-theme'

/** A cookie value as a choice; anything else means "as the system says". */
export function themeChoice(value: string | undefined): ThemeChoice {
  return value === 'dark' || value === 'light' ? value : 'system'
}

/** Runs before the first paint when the system decides, and follows the system while the page is open. */
export const THEME_SCRIPT = `(function(){var r=document.documentElement,q=matchMedia('(prefers-color-scheme: light)');function f(){if(r.dataset.themeChoice==='system')r.dataset.theme=q.matches?'light':'dark'}f();q.addEventListener('change',f)})()`

/** Applies a choice now and keeps it for a year. */
export function applyTheme(choice: ThemeChoice): void {
  const root = document.documentElement
  root.dataset.themeChoice = choice
  root.dataset.theme = choice === 'system' ? (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark') : choice
  document.cookie = `${THEME_COOKIE}=${choice}; Path=/; Max-Age=31536000; SameSite=Lax`
}

/** Dark to light and back, from what is on screen now. */
export function toggleTheme(): ThemeChoice {
  const next: ThemeChoice = document.documentElement.dataset.theme === 'light' ? 'dark' : 'light'
  applyTheme(next)
  return next
}
