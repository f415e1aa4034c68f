/** What a name server says in a PTR record is the word of whoever owns the address: only what can be a host name is believed to be one (A5). */

const NAME_MAX = 253
const LABEL = /^[a-z0-9_-]{1,63}$/

/** The name in lower case without its last dot; null for everything else, also for what looks like an address. */
export function hostNameOf(text: string): string | null {
  if (text.length > NAME_MAX + 1) return null
  const name = text.toLowerCase().replace(/\.$/, '')
  const labels = name.split('.')
  if (name.length > NAME_MAX || !labels.every((label) => LABEL.test(label))) return null
  return /^[0-9]+$/.test(labels.at(-1) ?? '') ? null : name
}
