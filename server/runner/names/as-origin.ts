/** The AS that originates an address: from the local table, or from Team Cymru's zones through the vantage's own resolver. Public addresses only. */
import { askInTurn } from '../resolve/query.ts'
import type { AsTable } from './as-table.ts'
import { createLookups, type Kept, type Lookups } from './lookups.ts'
import { GOOD_MS, NONE_MS, serversOf, type DnsOptions } from './reverse-dns.ts'
import { bareAddress, isPublic, reverseLabels } from './reverse-zone.ts'

/** `asn` null: nobody announces it, or it is not public. */
export interface Origin { asn: number | null; asName: string | null }
export interface Origins extends Lookups<Origin> { source: 'table' | 'dns' }

export const AS_NAME_MAX = 100
const ASN_MAX = 4_294_967_295
const TIMEOUT_MS = 2_000
const UNKNOWN: Origin = { asn: null, asName: null }

export function tableOrigins(table: AsTable): Origins {
  return {
    source: 'table',
    look(literal, done) {
      const address = bareAddress(literal)
      done(address !== null && isPublic(address) ? table.find(address) ?? UNKNOWN : UNKNOWN)
    },
  }
}

export function dnsOrigins(options: DnsOptions = {}): Origins {
  const text = async (name: string): Promise<string | null | undefined> => {
    const reply = await askInTurn(await serversOf(options), options.timeoutMs ?? TIMEOUT_MS, (resolver) => resolver.resolveTxt(name))
    if (reply === null) return undefined
    return reply.kind === 'answer' ? reply.value.map((parts) => parts.join('')).toSorted()[0] ?? null : null
  }
  const names = createLookups<{ asName: string | null }>({
    unknownForMs: NONE_MS,
    ask: async (asn) => {
      const said = await text(`AS${asn}.asn.cymru.com`)
      return said === undefined ? null : { value: { asName: said === null ? null : asNameIn(said) }, goodForMs: GOOD_MS }
    },
  })
  const ask = async (literal: string): Promise<Kept<Origin> | null> => {
    const address = bareAddress(literal)
    if (address === null || !isPublic(address)) return { value: UNKNOWN, goodForMs: GOOD_MS }
    const said = await text(`${reverseLabels(address)}.origin${address.family === 4 ? '' : '6'}.asn.cymru.com`)
    if (said === undefined) return null
    const asn = said === null ? null : asnIn(said)
    if (asn === null) return { value: UNKNOWN, goodForMs: NONE_MS }
    const { promise, resolve } = Promise.withResolvers<string | null>()
    names.look(String(asn), (named) => resolve(named?.asName ?? null))
    return { value: { asn, asName: await promise }, goodForMs: GOOD_MS }
  }
  return { source: 'dns', ...createLookups<Origin>({ unknownForMs: NONE_MS, ask }) }
}

/** `23028 | 216.90.108.0/24 | US | arin | 1998-09-25`; of several origins the first. */
export function asnIn(text: string): number | null {
  const digits = /^\s*([0-9]{1,10})(?=[\s|]|$)/.exec(text)?.[1]
  const asn = Number(digits)
  return digits !== undefined && asn >= 1 && asn <= ASN_MAX ? asn : null
}

/** `23028 | US | arin | 2002-01-04 | TEAM-CYMRU, US`: the last field, if it is plain text. */
function asNameIn(text: string): string | null {
  return plainName(text.split('|')[4] ?? '')
}

/** A name as anybody may have registered it: printable, on one line, cut at 100 characters; null for an empty one or one with controls. */
export function plainName(text: string): string | null {
  const name = text.trim()
  return name === '' || /[\p{C}\p{Zl}\p{Zp}]/u.test(name) ? null : [...name].slice(0, AS_NAME_MAX).join('')
}
