/** Initials of a person's name. */

/** First letters of the first and last word, upper case, two at most. */
export function initialsOf(display: string): string {
  const words = display.trim().split(/\s+/u).filter(Boolean)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  const joined = letters.map((word) => [...(word ?? '')][0] ?? '').join('')
  return (words.length > 1 ? joined : [...(words[0] ?? '?')].slice(0, 2).join('')).toUpperCase()
}
