/** The reach view as JSON and back. */
import { fields, isCount, isNumber, isText, isWhole, listOf, maybe, nullOr, oneOf } from '#lib/protocol/shape.ts'
import { decodePing, encodePing } from '../../ping/fold/snapshot.ts'
import type { ParserContext } from '../../tool.ts'
import type { ReachOptions } from '../options.ts'
import { copyRow, isRow } from './row.ts'
import { newReach, seriesContext, AddressState, type ReachState } from './state.ts'

const VERSION = 1

const isFlag = (value: unknown): value is boolean => typeof value === 'boolean'
const isAnything = (value: unknown): value is unknown => value !== undefined
const text = nullOr(isText)
const number = nullOr(isNumber)
const state = oneOf('open', 'refused', 'timeout', 'unreachable', 'denied', 'error')
const told = { line: isWhole, atMs: isNumber }
const to = { address: isText, port: isWhole }

const certificate = fields({
  subject: isText, issuer: isText, names: listOf(isText), namesCut: maybe(isCount), notBeforeMs: isNumber, notAfterMs: isNumber, serial: isText, sha256: isText, key: isText, selfIssued: isFlag,
})
const blame = fields({ ...told, ...to, by: text, how: oneOf('syn-ack', 'rst', 'icmp', 'silence', 'local', 'unknown'), icmp: text, ms: number })
const tls = fields({ ...told, ...to, hop: maybe(isCount), serverName: text, shaken: isFlag, ms: number, version: text, cipher: text, alpn: text, reason: text, reasonText: text, chain: listOf(certificate) })
const http = fields({
  ...told, ...to, hop: isCount, begins: maybe(listOf(isText)), url: isText, status: nullOr(isWhole), location: text, server: text,
  phases: fields({ dnsMs: number, connectMs: number, tlsMs: number, firstByteMs: number }), problem: text, tlsReason: maybe(text),
})
const redirect = fields({
  ...told, hop: isCount, url: isText, verdict: oneOf('followed', 'refused', 'unresolved', 'not-http', 'too-many', 'invalid'), address: text, reason: text, begins: maybe(listOf(isText)),
})

const isSnapshot = fields({
  version: oneOf(VERSION),
  addresses: listOf(fields({
    address: isText, last: nullOr(fields({ state, ms: number, code: text, ...told })),
    counts: fields({ sent: isCount, open: isCount, refused: isCount, timeout: isCount, unreachable: isCount, denied: isCount, error: isCount }),
    series: isAnything, blame: nullOr(blame), tls: nullOr(tls), http: listOf(http), redirects: listOf(redirect), row: isRow, highest: isCount,
  })),
  checked: isFlag, fatal: nullOr(fields({ error: isText, text: isText, atMs: isNumber })), ended: isFlag, revision: isCount,
})

/** JSON-safe; shares only what is never changed. */
export function encodeReach({ addresses, checked, fatal, ended, revision }: ReachState): object {
  return {
    version: VERSION, checked, fatal, ended, revision,
    addresses: addresses.map(({ address, last, counts, series, blame: by, tls: shaken, http: chain, redirects, row, highest }) =>
      ({ address, last, counts: { ...counts }, series: encodePing(series), blame: by, tls: shaken, http: chain, redirects, row: copyRow(row), highest })),
  }
}

/** Throws for what `encodeReach` of this version did not make. */
export function decodeReach(snapshot: unknown, context: ParserContext<ReachOptions>): ReachState {
  if (!isSnapshot(snapshot)) throw new Error('not a reach snapshot of this form')
  const view = newReach(context)
  const { checked, fatal, ended, revision } = snapshot
  const addresses = snapshot.addresses.map(({ address, series, ...rest }) =>
    Object.assign(new AddressState(address, view.port, decodePing(series, seriesContext(context, address))), rest))
  return Object.assign(view, { addresses, checked, fatal, ended, revision })
}
