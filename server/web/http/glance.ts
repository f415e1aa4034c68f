/** What the first paint of a session's page shows, for those who may see the session. Everybody else gets the same empty shell (S45). */
import type { RunFigures, SessionGlance } from '#lib/protocol/api.ts'
import { SessionId } from '#lib/protocol/ids.ts'
import { orderFindings } from '#lib/diagnose/order.ts'
import { homePane } from '#lib/session/panes.ts'
import { mainRun, shownRuns } from '#lib/session/runs.ts'
import { addressOrHost } from '#lib/protocol/target.ts'
import type { SessionView } from '#lib/session/view.ts'
import { hopAsPing } from '#lib/timeline/hop-chart.ts'
import { currentTtl, lossOf } from '#lib/timeline/moment.ts'
import { outOf } from '#lib/timeline/way-out.ts'
import type { PathView } from '#lib/tools/path/view.ts'
import type { PingView } from '#lib/tools/ping/view.ts'
import { windowStats } from '#lib/tools/ping/window.ts'
import type { Credentials } from '../access/types.ts'
import { allowedPrincipals, sees, type Guest, type Person } from '../guard.ts'
import type { Web } from '../context.ts'
import { openReading } from '../reading.ts'

const FINDINGS = 6
/** A link that hides or ends something is folded event by event: beyond this the page opens sooner without a glance. */
const MOST_EVENTS_REFOLDED = 5_000

/** Null for an id that is absent, hidden, malformed, or not given. */
export async function glanceFor(web: Web, { credentials, sessionId }: { credentials: Credentials; sessionId: string | undefined }): Promise<SessionGlance | null> {
  const id = SessionId.safeParse(sessionId)
  if (!id.success || web.accounts.setupNeeded()) return null
  const allowed = allowedPrincipals(web, 'session:read', credentials)
  if (!allowed.ok) return null
  const session = await web.store.summary(id.data)
  const principal = allowed.value.find((one): one is Person | Guest => session !== null && one.kind !== 'nobody' && sees(one, session))
  if (session === null || principal === undefined) return null
  const narrowed = principal.kind === 'share' && (principal.scope.hidePrivate || principal.scope.time.mode === 'frozen')
  if (narrowed && session.lastSeq > MOST_EVENTS_REFOLDED) return null
  const reading = await openReading(web, { principal, session })
  const { target, vantage, live, endedAtMs } = await reading.summary()
  return glanceOf(await reading.view(), { sessionId: id.data, target, vantage, live, endedAtMs })
}

function glanceOf(view: SessionView, session: Pick<SessionGlance, 'sessionId' | 'target' | 'vantage' | 'live' | 'endedAtMs'>): SessionGlance {
  const findings = orderFindings(view.findings)
  return {
    ...session, title: view.title, atMs: view.atMs,
    findings: findings.slice(0, FINDINGS), moreFindings: Math.max(0, findings.length - FINDINGS), fine: view.fine, home: homePane(view.runs),
    run: shownRun(view),
  }
}

/** The readout of the first of these that there is: round trips of a ping, of a path's target, of a TCP ping; else how many questions were answered. */
function shownRun(view: SessionView): SessionGlance['run'] {
  const { ping, path, reach, dns, nslookup } = shownRuns(view, mainRun(view))
  const probed = ping ?? path
  if (probed !== null) return { address: probed.target.address, figures: figuresOf(ping?.view ?? (path === null ? null : hopAsPing(path.view)), path?.view ?? null) }
  const [first] = reach?.view.addresses ?? []
  if (reach !== null) return { address: first?.address ?? reach.target.address, figures: figuresOf(first?.series ?? null, null) }
  if (dns !== null) return { address: addressOrHost(dns.target), figures: { ...figuresOf(null, null), lost: dns.view.counts.noReply, of: dns.view.counts.asked } }
  if (nslookup === null) return null
  const { attempts, replies } = nslookup.view
  return { address: addressOrHost(nslookup.target), figures: { ...figuresOf(null, null), lost: attempts.length, of: attempts.length + replies.length } }
}

/** The readout of the whole run. */
function figuresOf(view: PingView | null, path: PathView | null): RunFigures {
  if (view === null) return { p50Ms: null, p90Ms: null, p99Ms: null, jitterMs: null, lost: 0, of: 0, ttl: null, wasTtl: null, ...outOf(path) }
  const stats = windowStats(view, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
  const { ttl = null, was = null } = currentTtl(view, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY) ?? {}
  return { p50Ms: known(stats.p50Ms), p90Ms: known(stats.p90Ms), p99Ms: known(stats.p99Ms), jitterMs: known(stats.jitterMs), ...lossOf(stats), ttl, wasTtl: was, ...outOf(path) }
}

const known = (ms: number): number | null => (Number.isFinite(ms) ? ms : null)
