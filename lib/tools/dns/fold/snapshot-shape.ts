/** What a snapshot of a names view looks like. */
import { fields, isCount, isNumber, isText, isWhole, listOf, maybe, nullOr, oneOf, type Shape } from '#lib/protocol/shape.ts'

/** Raise when a snapshot of before means something else: it is then refused, and the log folded from its start. */
export const VERSION = 1

const isFlag: Shape<boolean> = (value) => typeof value === 'boolean'
const texts = listOf(isText)

const record = fields({ name: isText, type: isText, ttl: nullOr(isWhole), value: isText, strings: maybe(texts) })
const reply = fields({
  status: isText, server: nullOr(fields({ address: isText, port: nullOr(isWhole) })), transport: nullOr(oneOf('udp', 'tcp')), flags: texts,
  authoritative: nullOr(isFlag), answers: listOf(record), authority: listOf(record), additional: listOf(record), cut: maybe(isWhole),
  queryMs: nullOr(isNumber), bytes: nullOr(isWhole), truncated: isFlag, ede: listOf(fields({ code: isWhole, text: isText })), text: maybe(isText),
})

const spans = listOf(fields({ sinceMs: isNumber, untilMs: isNumber, key: isText }))
const role = oneOf('own', 'upstream', 'chosen', 'public', 'authority')
const purpose = oneOf('matrix', 'cd', 'tcp', 'search', 'ptr', 'forward', 'zone')

const server = fields({
  server: isText, address: isText, port: isWhole, role, name: nullOr(isText), from: isText, refused: nullOr(isText),
  cells: listOf(fields({ type: isText, reply, line: isCount, atMs: isNumber, round: isWhole, key: isText, asked: isCount, noReply: isCount, inARow: isCount, spans })),
  times: listOf(fields({ atMs: isNumber, ms: isNumber, first: isFlag })),
  serial: nullOr(isText),
})

const setup = fields({
  atMs: isNumber, name: isText, types: texts, search: texts, ndots: isWhole, services: texts, servicesFrom: nullOr(isText),
  hosts: listOf(fields({ address: isText, names: texts, from: isText })),
})

const os = fields({
  atMs: isNumber, line: isCount, round: isWhole, name: isText, status: oneOf('found', 'not-found', 'timeout', 'error'), addresses: texts,
  ms: nullOr(isNumber), source: nullOr(isText), text: maybe(isText), key: isText, spans,
})

const port = fields({
  atMs: isNumber, line: isCount, round: isWhole, address: isText, port: isWhole,
  state: oneOf('open', 'refused', 'timeout', 'unreachable', 'error', 'denied'), ms: nullOr(isNumber), text: isText,
})

const delegation = fields({
  atMs: isNumber, line: nullOr(isCount), zone: isText, serverName: isText, address: nullOr(isText), reply: nullOr(reply),
  child: nullOr(fields({ zone: isText, ns: texts, glue: listOf(fields({ name: isText, address: isText })) })), refused: nullOr(isText),
})

export const isDnsSnapshot = fields({
  version: oneOf(VERSION),
  name: isText, types: texts, setup: nullOr(setup), servers: listOf(server), os: nullOr(os), ports: listOf(port), walk: listOf(delegation),
  asides: listOf(fields({ purpose, server: isText, name: isText, type: isText, reply, line: isCount, atMs: isNumber, round: isWhole })),
  rounds: isCount, roundAtMs: nullOr(isNumber), nextAtMs: nullOr(isNumber),
  counts: fields({ asked: isCount, answered: isCount, noReply: isCount }),
  fatal: nullOr(fields({ error: isText, text: isText, atMs: isNumber })), ended: isFlag, revision: isCount,
})
