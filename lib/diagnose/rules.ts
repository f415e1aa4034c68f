/** The rules, one line each. Order does not matter: findings are sorted by severity and time. */
import type { PathRule, PingRule, PmtuRule } from './rule.ts'
import { icmpErrors } from './ping/icmp-error.ts'
import { jitter } from './ping/jitter.ts'
import { latencyShift } from './ping/latency-shift.ts'
import { localTrouble } from './ping/local.ts'
import { loss } from './ping/loss.ts'
import { lossBurst } from './ping/loss-burst.ts'
import { noReply } from './ping/no-reply.ts'
import { otherSource } from './ping/other-source.ts'
import { clock, corrupt, duplicates, late, reordered } from './ping/tallies.ts'
import { ttlChange } from './ping/ttl-change.ts'

export const PING_RULES: readonly PingRule[] = [
  loss, noReply, lossBurst, latencyShift, ttlChange, jitter,
  duplicates, reordered, late, corrupt, clock, otherSource, icmpErrors, localTrouble,
]

export const PATH_RULES: readonly PathRule[] = []

export const PMTU_RULES: readonly PmtuRule[] = []
