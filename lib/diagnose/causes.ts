/** Which finding accounts for which others of the same target. Data; docs/findings.md shows the same table. */

export interface Accounts {
  /** It is the cause of these and takes on the worst severity among them. */
  explains?: readonly string[]
  /** Shows that these are not as bad as they look: they become notes, and nothing is taken on. */
  settles?: readonly string[]
}

const LOSS = ['P-LOSS', 'P-LOSS-BURST'] as const

export const ACCOUNTS = {
  'P-LOSS-ONSET': { explains: LOSS },
  'P-LOSS-FIRST': { explains: LOSS },
  /** While nearly all of the loss is in bursts. */
  'P-LOSS-BURST': { explains: ['P-LOSS'] },
  'P-LOOP': { explains: [...LOSS, 'P-LOSS-ONSET', 'P-LOSS-FIRST', 'P-UNREACH-AT', 'P-NO-REPLY', 'P-CODE', 'P-V6-BROKEN'] },
  /** Only while the target is not reached. */
  'P-CODE': { explains: ['P-UNREACH-AT', 'P-NO-REPLY', 'P-LOSS'] },
  'P-NOROUTE': { explains: ['P-UNREACH-AT', 'P-NO-REPLY', 'P-CODE', 'P-LOSS'] },
  'P-CANTPROBE': { explains: ['P-UNREACH-AT', 'P-NO-REPLY'] },
  'P-UNREACH-AT': { explains: ['P-NO-REPLY'] },
  /** With a path change at the same moment; else only what it settles. */
  'P-LAT-SHIFT': { explains: ['P-PATH-CHANGE', 'P-LOSS-BURST'], settles: ['P-TTL-CHANGE'] },
  'P-PATH-CHANGE': { explains: ['P-LOSS-BURST'], settles: ['P-TTL-CHANGE'] },
  'P-BLOAT': { explains: ['P-LAT-SHIFT', 'P-JITTER', 'P-LATE'] },
  'P-ECMP': { settles: ['P-UNEQUAL', 'P-TTL-CHANGE'] },
  'P-ICMP-FILTERED': { settles: ['P-NO-REPLY', 'P-UNREACH-AT', 'P-CODE'] },
  'P-V6-BROKEN': { settles: ['P-NO-REPLY', 'P-UNREACH-AT', 'P-CODE', 'P-NOROUTE'] },
} as const satisfies Record<string, Accounts>

/** Rules about a moment rather than a state: they belong to a cause only if they happened at its time. */
export const EVENT_RULES: ReadonlySet<string> = new Set(['P-LAT-SHIFT', 'P-LOSS-BURST', 'P-TTL-CHANGE', 'P-PATH-CHANGE'])

/** Of these at most one holds for a run: when the evidence tips from one to another, the verdict was revised and nothing has ended. */
export const REVISIONS: readonly ReadonlySet<string>[] = [new Set(['P-LOSS-ONSET', 'P-LOSS-FIRST', 'P-LOSS-TARGET-LIMIT'])]
