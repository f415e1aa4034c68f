/** Names of key presses and when single keys must stay silent (WCAG 2.1.4). */

export interface Press { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; shiftKey: boolean; repeat?: boolean }

/** `mod+k` for Ctrl or Command, the bare key otherwise; null for presses that no shortcut uses. Shift is part of the character (`?`). */
export function keyName(press: Press): string | null {
  if (press.altKey) return null
  if (press.ctrlKey || press.metaKey) return `mod+${press.key.toLowerCase()}`
  if (press.key === ' ') return 'Space'
  return press.key.length === 1 && press.shiftKey && /[A-Z]/u.test(press.key) ? null : press.key
}

/** True where characters are being typed, or where a widget uses keys itself. */
export function isTyping(element: { tagName: string; type?: string; isContentEditable?: boolean } | null): boolean {
  if (!element) return false
  if (element.isContentEditable === true) return true
  if (element.tagName === 'INPUT') return !['checkbox', 'radio', 'button', 'submit', 'range'].includes(element.type ?? 'text')
  return element.tagName === 'TEXTAREA' || element.tagName === 'SELECT'
}

export const KEYS_SETTING = 'hopscope-single-keys'

/** Single keys are on unless this browser switched them off. */
export function singleKeysOn(storage: Pick<Storage, 'getItem'>): boolean {
  return storage.getItem(KEYS_SETTING) !== 'off'
}
