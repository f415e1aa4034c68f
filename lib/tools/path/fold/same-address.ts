/** Are two spellings the same address? Tools print what inet_ntop makes; what was pinned may be spelt otherwise or carry a zone. */

/** One spelling for each address: lower case, no zone, IPv6 in eight groups, a wrapped IPv4 address alone. What is no address stays as it is. */
export function canonical(address: string): string {
  const text = address.toLowerCase().split('%', 1)[0] ?? ''
  if (!text.includes(':')) return text
  const [head = '', tail] = text.split('::', 2)
  const front = groups(head)
  const back = tail === undefined ? [] : groups(tail)
  const missing = 8 - front.length - back.length
  if (missing < 0) return text
  const all = [...front, ...Array.from({ length: missing }, () => 0), ...back]
  const [high = 0, low = 0] = all.slice(6)
  const isWrapped = all.slice(0, 5).every((group) => group === 0) && all[5] === 0xffff
  return isWrapped ? [high >> 8, high & 255, low >> 8, low & 255].join('.') : all.map((group) => group.toString(16)).join(':')
}

function groups(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number)
    return [a * 256 + b, c * 256 + d]
  })
}
