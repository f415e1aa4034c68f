/** Which finding accounts for which others of the same target. Data; docs/findings.md shows the same table. */

export interface Accounts {
  /** It is the cause of these and takes on the worst severity among them. */
  explains?: readonly string[]
  /** Shows that these are not as bad as they look: they become notes, and nothing is taken on. */
  settles?: readonly string[]
}

const LOSS = ['P-LOSS', 'P-LOSS-BURST'] as const
/** Connections that loss makes fail, or wait for a second SYN. */
const OF_LOSS = ['R-FLAKY', 'R-SLOW'] as const
/** No connection comes to be. */
const SHUT = ['R-FILTERED', 'R-UNREACH'] as const
/** Nothing is answered that could be judged. */
const NO_ANSWER = ['D-SERVFAIL', 'D-SLOW', 'D-OS-DIFF'] as const

export const ACCOUNTS = {
  'P-LOSS-ONSET': { explains: [...LOSS, ...OF_LOSS] },
  'P-LOSS-FIRST': { explains: [...LOSS, ...OF_LOSS] },
  'P-LOSS': { explains: OF_LOSS },
  /** While nearly all of the loss is in bursts. */
  'P-LOSS-BURST': { explains: ['P-LOSS'] },
  'P-LOOP': { explains: [...LOSS, 'P-LOSS-ONSET', 'P-LOSS-FIRST', 'P-UNREACH-AT', 'P-NO-REPLY', 'P-CODE', 'P-V6-BROKEN', ...SHUT] },
  /** Only while the target is not reached. */
  'P-CODE': { explains: ['P-UNREACH-AT', 'P-NO-REPLY', 'P-LOSS'] },
  'P-NOROUTE': { explains: ['P-UNREACH-AT', 'P-NO-REPLY', 'P-CODE', 'P-LOSS', ...SHUT] },
  'P-CANTPROBE': { explains: ['P-UNREACH-AT', 'P-NO-REPLY'] },
  'P-UNREACH-AT': { explains: ['P-NO-REPLY'] },
  /** With a path change at the same moment; else only what it settles. */
  'P-LAT-SHIFT': { explains: ['P-PATH-CHANGE', 'P-LOSS-BURST'], settles: ['P-TTL-CHANGE'] },
  'P-PATH-CHANGE': { explains: ['P-LOSS-BURST'], settles: ['P-TTL-CHANGE'] },
  'P-BLOAT': { explains: ['P-LAT-SHIFT', 'P-JITTER', 'P-LATE'] },
  'P-ECMP': { settles: ['P-UNEQUAL', 'P-TTL-CHANGE'] },
  'P-ICMP-FILTERED': { settles: ['P-NO-REPLY', 'P-UNREACH-AT', 'P-CODE'] },
  'P-V6-BROKEN': { explains: ['D-AAAA-UNREACH'], settles: ['P-NO-REPLY', 'P-UNREACH-AT', 'P-CODE', 'P-NOROUTE'] },
  /** The whole is told once: why a resolver gives up, and what programs get in place of an answer. */
  'D-DNSSEC': { explains: [...NO_ANSWER, 'D-AAAA-BROKEN'] },
  /** Only where no server of the zone speaks for it. */
  'D-LAME': { explains: NO_ANSWER },
  /** Of a circle. */
  'D-CNAME': { explains: [...NO_ANSWER, 'D-NODATA', 'D-NXDOMAIN'] },
  /** SERVFAIL only where a server is silent that resolvers ask; what programs get, only where it is one of the host's own. */
  'D-TIMEOUT': { explains: NO_ANSWER },
  'D-SERVFAIL': { explains: ['D-SLOW', 'D-OS-DIFF'] },
  'D-AAAA-BROKEN': { explains: ['D-SLOW', 'D-OS-DIFF'] },
  'D-OS-DIFF': { explains: ['D-NXDOMAIN', 'D-NODATA'] },
  'D-SEARCH': { explains: ['D-NXDOMAIN', 'D-OS-DIFF'] },
  /** The connection only where the wrong address is the one that does not accept it. */
  'D-DISAGREE': { explains: ['D-LAG', 'R-PARTIAL', 'R-REFUSED', 'R-FILTERED', 'R-UNREACH'] },
  'R-UNREACH': { explains: ['P-CODE', 'P-UNREACH-AT', 'P-NO-REPLY'] },
  /** Only while all that is shut is IPv6. */
  'R-PARTIAL': { explains: ['D-AAAA-UNREACH', 'P-V6-BROKEN'] },
  'R-TLS-EXPIRED': { explains: ['R-HTTP-ERROR'] },
  'R-TLS-NAME': { explains: ['R-HTTP-ERROR'] },
  'R-TLS-UNTRUSTED': { explains: ['R-HTTP-ERROR'] },
  'R-TLS-BROKEN': { explains: ['R-HTTP-ERROR'] },
} as const satisfies Record<string, Accounts>

/** Rules about a moment rather than a state: they belong to a cause only if they happened at its time. */
export const EVENT_RULES: ReadonlySet<string> = new Set(['P-LAT-SHIFT', 'P-LOSS-BURST', 'P-TTL-CHANGE', 'P-PATH-CHANGE'])

/** Of these at most one holds for a run: when the evidence tips from one to another, the verdict was revised and nothing has ended. */
export const REVISIONS: readonly ReadonlySet<string>[] = [new Set(['P-LOSS-ONSET', 'P-LOSS-FIRST', 'P-LOSS-TARGET-LIMIT']), new Set(['R-REFUSED', 'R-REJECT'])]
