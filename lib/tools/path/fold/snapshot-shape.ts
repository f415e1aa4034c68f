/** What a snapshot of a path view looks like. */
import { fields, isCount, isNumber, isText, isWhole, listOf, nullOr, oneOf, type Shape, type Shaped } from '#lib/protocol/shape.ts'
import { ICMP_ERROR_KINDS } from '../../ping/icmp-kinds.ts'
import { HOP_PROBES_KEPT } from '../view.ts'

/** Raise when a snapshot of before means something else: it is then refused, and the log folded from its start. */
export const VERSION = 1

/** JSON has no NaN. */
const num = nullOr(isNumber)
const isFlag: Shape<boolean> = (value) => typeof value === 'boolean'
const isLength: Shape<number> = (value): value is number => isCount(value) && value <= HOP_PROBES_KEPT

const counts = fields({ sent: isCount, judged: isCount, answered: isCount, lost: isCount, late: isCount, awaited: isCount })
const welford = fields({ n: isCount, mean: num, m2: isNumber, min: num, max: num, last: num })

const responder = fields({
  address: isText, role: oneOf(0, 1, 2), seen: isCount, answered: isCount, rtt: welford, firstMs: num, lastMs: num, untilMs: num,
  flags: listOf(fields({ flag: isText, error: nullOr(oneOf(...ICMP_ERROR_KINDS)), mtu: nullOr(isWhole), count: isCount, firstMs: isNumber, lastMs: isNumber })),
  labels: listOf(fields({ label: isWhole, tc: isWhole, bottom: isWhole, ttl: isWhole })),
  toolAsns: listOf(isText),
})

const hop = fields({
  counts, total: counts, epochFrom: isCount, stageFrom: isCount, pendingFrom: isCount, targetAnswers: isCount, otherAnswers: isCount,
  rtt: welford,
  arrivals: fields({ n: isCount, lastMs: num, logSum: isNumber, differenceMs: num, sumMs: isNumber, maxMs: num, smoothedMs: isNumber }),
  pairs: fields({ n: isCount, sumMs: isNumber, maxMs: num }),
  watch: fields({ settled: isCount, lastProbe: isCount, streak: isCount, firstProbe: isCount, sender: isWhole }),
  table: listOf(responder),
  series: fields({ first: isCount, start: isCount, length: isLength, sentAtMs: isText, rttMs: isText, state: isText, responder: isText, lineMs: nullOr(isText), refusal: nullOr(isText) }),
  sealed: listOf(listOf(isText)),
})

const epoch = fields({
  n: isCount, sinceMs: isNumber, untilMs: num, sets: listOf(listOf(isText)), changedTtls: listOf(isCount), targetTtl: nullOr(isCount),
})

export const isPathSnapshot = fields({
  version: oneOf(VERSION),
  hops: listOf(hop),
  targetTtl: nullOr(isCount),
  closed: listOf(epoch),
  epoch: fields({ n: isCount, sinceMs: num, changedTtls: listOf(isCount), top: isCount }),
  names: listOf(fields({ address: isText, name: nullOr(isText), asn: num, asName: nullOr(isText) })),
  stage: nullOr(fields({ stage: oneOf('trace', 'statistics'), sinceMs: isNumber, hops: num, probesPerHop: num, expectedMs: num, done: isCount })),
  notices: listOf(fields({ notice: isText, text: isText, count: isCount, firstMs: isNumber, lastMs: isNumber })),
  fatal: nullOr(fields({ error: isText, text: isText, atMs: isNumber })),
  ended: isFlag,
  nextDeadlineMs: num, firstSentMs: num, lastSentMs: num, revision: isCount,
})

export type PathSnapshot = Shaped<typeof isPathSnapshot>
export type HopSnapshot = Shaped<typeof hop>
export type ResponderSnapshot = Shaped<typeof responder>
export type WelfordSnapshot = Shaped<typeof welford>
