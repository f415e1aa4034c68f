/** Characters that no target may hold: those that cannot be seen, that steer terminals, or that turn the reading direction. */

/** One refused character: where it stands (1-based, in characters) and what it is. */
export interface BadCharacter { at: number; codePoint: number; what: string }

const CLASSES: readonly (readonly [RegExp, string])[] = [
  [/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u, 'turns the reading direction'],
  [/\p{Cc}/u, 'is a control character'],
  [/\ufffd/u, 'stands for text that was damaged on its way'],
  [/[\p{Cs}\p{Cn}]/u, 'is not a character'],
  [/\p{Co}/u, 'has no agreed meaning'],
  [/[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u, 'is invisible'],
  [/[\p{Zl}\p{Zp}]/u, 'is a line break'],
  [/(?! )\p{Zs}/u, 'is a space that is not the ordinary one'],
]
const ANY = new RegExp(CLASSES.map(([pattern]) => pattern.source).join('|'), 'u')

/** The first refused character of a text, or null. One pass. */
export function findBadCharacter(text: string): BadCharacter | null {
  const hit = ANY.exec(text)
  const codePoint = hit?.[0].codePointAt(0)
  if (!hit || codePoint === undefined) return null
  const what = CLASSES.find(([pattern]) => pattern.test(hit[0]))?.[1] ?? 'is not allowed'
  return { at: Array.from(text.slice(0, hit.index)).length + 1, codePoint, what }
}

/** `U+202E`, the way standards write a character. */
export const codePointName = (codePoint: number): string => `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`

/** A piece of the caller's text for a message: quoted, at most 60 characters. */
export function quote(text: string): string {
  const characters = Array.from(text.slice(0, 200))
  return characters.length > 60 ? `"${characters.slice(0, 59).join('')}…"` : `"${characters.join('')}"`
}
