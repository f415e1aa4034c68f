/** The rules, one line each. Order does not matter: findings are sorted by severity and time. */
import type { DnsRule, NslookupRule, PathRule, PingRule, PmtuRule, ReachRule } from './rule.ts'
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
import { asymmetry } from './path/asym.ts'
import { ecmp, unequal } from './path/balanced.ts'
import { bloat } from './path/bloat.ts'
import { pathCodes } from './path/code.ts'
import { icmpFiltered } from './path/icmp-filtered.ts'
import { latLocal } from './path/lat-local.ts'
import { pathLatencyShift } from './path/lat-shift.ts'
import { latStep } from './path/lat-step.ts'
import { loop } from './path/loop.ts'
import { lossCosmetic } from './path/loss-cosmetic.ts'
import { lossOnset } from './path/loss-onset.ts'
import { lossSelf } from './path/loss-self.ts'
import { pathChange } from './path/path-change.ts'
import { pathRefusal } from './path/refusal.ts'
import { silentHop } from './path/silent-hop.ts'
import { unreachAt } from './path/unreach-at.ts'
import { pathMtu } from './pmtu/path-mtu.ts'
import { pmtuRefusal } from './pmtu/refusal.ts'
import { v6Broken } from './v6-broken.ts'

export const PING_RULES: readonly PingRule[] = [
  loss, noReply, lossBurst, latencyShift, ttlChange, jitter,
  duplicates, reordered, late, corrupt, clock, otherSource, icmpErrors, localTrouble, v6Broken,
]

export const PATH_RULES: readonly PathRule[] = [
  lossOnset, lossCosmetic, lossSelf, latStep, latLocal, pathLatencyShift, bloat, unreachAt, silentHop, asymmetry, loop,
  ecmp, unequal, pathChange, pathCodes, pathRefusal, icmpFiltered, v6Broken,
]

export const PMTU_RULES: readonly PmtuRule[] = [pathMtu, pmtuRefusal]

export const DNS_RULES: readonly DnsRule[] = []
export const NSLOOKUP_RULES: readonly NslookupRule[] = []
export const REACH_RULES: readonly ReachRule[] = []
