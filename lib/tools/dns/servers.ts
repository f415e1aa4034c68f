/** A list of name servers as a person types it: literal addresses only, so that each can be judged before anything is sent. */
import { formatAddress, parseAddress } from '#lib/policy/address.ts'

/** Canonical addresses, comma between; '' stays ''. Null: something in it is no address, or there are more than `most`. */
export function canonicalServers(text: string, most: number): string | null {
  if (text.trim() === '') return ''
  const addresses = text.split(',').map((part) => parseAddress(part.trim()))
  if (addresses.length > most || !addresses.every((address) => address !== null)) return null
  return [...new Set(addresses.map(formatAddress))].join(',')
}

export const serverList = (server: string): readonly string[] => (server === '' ? [] : server.split(','))
