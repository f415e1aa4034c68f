/** Small numbers as words, for sentences. */

const WORDS = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'] as const

/** `none`, `two`, `ten`, `11`. */
export const countWord = (n: number): string => WORDS[n] ?? String(n)

/** The same at the start of a sentence: `Two`. */
export function countWordFirst(n: number): string {
  const word = countWord(n)
  return word.charAt(0).toUpperCase() + word.slice(1)
}
