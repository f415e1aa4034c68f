/** Names that PTR records of addresses have. */
export const reverse4 = (address: string): string => `${address.split('.').toReversed().join('.')}.in-addr.arpa`

export function reverse6(address: string): string {
  const [left = '', right = ''] = address.split('::')
  const groups = [...left.split(':'), ...Array.from({ length: 8 - left.split(':').length - right.split(':').length }, () => '0'), ...right.split(':')]
  return `${[...groups.map((group) => group.padStart(4, '0')).join('')].toReversed().join('.')}.ip6.arpa`
}
