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
import { aaaaBroken } from './dns/aaaa-broken.ts'
import { aaaaUnreach } from './dns/aaaa-unreach.ts'
import { cname } from './dns/cname.ts'
import { disagree } from './dns/disagree.ts'
import { dnssec } from './dns/dnssec.ts'
import { lag } from './dns/lag.ts'
import { lame } from './dns/lame.ts'
import { nodata } from './dns/nodata.ts'
import { nsMismatch } from './dns/ns-mismatch.ts'
import { nxdomain } from './dns/nxdomain.ts'
import { osDiff } from './dns/os-diff.ts'
import { ptr } from './dns/ptr.ts'
import { refused as dnsRefused } from './dns/refused.ts'
import { search } from './dns/search.ts'
import { servfail } from './dns/servfail.ts'
import { slow as dnsSlow } from './dns/slow.ts'
import { timeout } from './dns/timeout.ts'
import { truncated } from './dns/truncated.ts'
import { ttl } from './dns/ttl.ts'
import { nslookupAnswers } from './nslookup/answers.ts'
import { filtered } from './reach/filtered.ts'
import { flaky } from './reach/flaky.ts'
import { httpError } from './reach/http-error.ts'
import { reachIcmpFiltered } from './reach/icmp-filtered.ts'
import { partial } from './reach/partial.ts'
import { redirect } from './reach/redirect.ts'
import { refused } from './reach/refused.ts'
import { reject } from './reach/reject.ts'
import { slow } from './reach/slow.ts'
import { tlsBroken } from './reach/tls-broken.ts'
import { tlsDiffers } from './reach/tls-differs.ts'
import { tlsExpired, tlsExpires } from './reach/tls-expiry.ts'
import { tlsName } from './reach/tls-name.ts'
import { tlsUntrusted } from './reach/tls-untrusted.ts'
import { unreach } from './reach/unreach.ts'
import { reachVantage } from './reach/vantage.ts'
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

export const DNS_RULES: readonly DnsRule[] = [
  nxdomain, nodata, servfail, dnsRefused, timeout, disagree, osDiff, search, aaaaBroken, aaaaUnreach,
  lame, nsMismatch, lag, dnssec, ttl, cname, ptr, truncated, dnsSlow,
]

export const NSLOOKUP_RULES: readonly NslookupRule[] = [nslookupAnswers]

export const REACH_RULES: readonly ReachRule[] = [
  refused, filtered, unreach, reject, partial, tlsExpired, tlsExpires, tlsName, tlsUntrusted, tlsBroken, tlsDiffers,
  httpError, redirect, flaky, slow, reachVantage, reachIcmpFiltered,
]
