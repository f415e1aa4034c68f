/** What a share link lets its holder see of its session, ready to apply: where it ends, and how private things are replaced (S46, S47). */
import type { SessionSummary, Severity } from '#lib/protocol/api.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { SessionView } from '#lib/session/view.ts'
import type { Web } from './context.ts'
import type { Guest, Person } from './guard.ts'
import { createRedactor, type Redactor } from './shares/redact.ts'
import { toldIn } from './shares/told.ts'

export interface ReadingScope {
  /** Last seq shown; absent: the session as it grows. */
  untilSeq?: number
  /** Raw output may be read. */
  transcript: boolean
  /** Every event is shown as it is: batches and snapshots need no work. */
  whole: boolean
  event(event: SessionEvent): SessionEvent
  summary(session: SessionSummary, shown: { headSeq: number; view: SessionView }): SessionSummary
}

type Parts = Pick<Web, 'shares' | 'store' | 'vantage' | 'config'>

/** Null for people: they see everything of a session that they see at all. */
export async function scopeFor(web: Parts, principal: Person | Guest): Promise<ReadingScope | null> {
  if (principal.kind === 'user') return null
  const { transcript, hidePrivate, time } = principal.scope
  const redactor = hidePrivate ? await redactorFor(web, principal) : null
  const frozen = time.mode === 'frozen' ? { untilSeq: time.untilSeq } : {}
  return {
    ...frozen,
    transcript: transcript && !hidePrivate,
    whole: redactor === null && time.mode === 'live',
    event: (event) => redactor?.event(event) ?? event,
    summary(session, shown) {
      const cut = time.mode === 'frozen' ? frozenSummary(session, shown) : session
      const plain: SessionSummary = { ...cut, ownerId: null }
      return redactor?.value(plain) ?? plain
    },
  }
}

/** Knows every target and every name that was told up to now beforehand, so that a viewer who joins late sees the same pseudonyms as one who saw it all. */
async function redactorFor(web: Parts, guest: Guest): Promise<Redactor> {
  const key = web.shares.redactionKey(guest.shareId)
  if (key === null) throw new Error('a link that ended a moment ago has no redaction key')
  const session = await web.store.summary(asSession(guest))
  const view = await web.store.view(asSession(guest))
  const facts = web.vantage.facts()
  const names = [web.config.vantageName, session?.vantage, facts?.name, facts?.hostname].filter((name) => name !== undefined)
  return createRedactor({ key, include: { targets: view.runs.map((run) => run.target), names, told: toldIn(view) } })
}

const WORST: readonly Severity[] = ['crit', 'warn', 'info', 'ok']

/** Nothing that came after the end of the link may show: the list's figures are taken from the events shown, or left out. */
function frozenSummary(session: SessionSummary, { headSeq, view }: { headSeq: number; view: SessionView }): SessionSummary {
  const findings = view.findings.toSorted((a, b) => WORST.indexOf(a.severity) - WORST.indexOf(b.severity))
  const worst = findings[0]
  return {
    ...session, lastSeq: headSeq, live: false, endedAtMs: view.atMs, interrupted: view.runs.some((run) => run.state === 'interrupted'),
    worst: worst === undefined ? null : { severity: worst.severity, title: worst.title }, spark: { medianMs: [], lost: [] }, bytes: 0,
  }
}

/** Guarantee: the share service puts session ids, and only those, into `sessionId`. */
function asSession(guest: Guest): SessionSummary['sessionId'] {
  return guest.sessionId as SessionSummary['sessionId']
}
