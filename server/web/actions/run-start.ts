/** Start runs, in a new session or in one that exists. Order matters: understood, allowed, within limits, audited, logged, and only then started. */
import type { SessionSummary, Started } from '#lib/protocol/api.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import { StartRequest } from '#lib/protocol/requests.ts'
import { fail, ok, type Problem, type Result } from '#lib/protocol/result.ts'
import { addressOrHost, type PinnedTarget } from '#lib/protocol/target.ts'
import { auditBy, noteInAudit } from '../audit-by.ts'
import type { Web } from '../context.ts'
import { defineAction, type Caller, type Person } from '../guard.ts'
import { asRunId, asSessionId } from '../new-ids.ts'
import { propose, runProblem, takesUnresolved, type WantedRun } from '../proposals.ts'
import { takePlaces, type Places } from '../runs/places.ts'
import { understand } from '../targets.ts'

interface Starting { web: Web; caller: Caller; principal: Person }
interface PlannedRun { runId: RunId; tool: WantedRun['tool']; options: Record<string, unknown>; command: readonly string[] }

export const runStart = defineAction({
  name: 'run.start', verb: 'run:start', decode: StartRequest,
  async run({ web, caller, principal, session }, request) {
    const starting: Starting = { web, caller, principal }
    const unready = notReady(web)
    if (unready !== null) return fail(unready)
    const { target, problem } = await understand(web, { ...request, by: principal.userId })
    if (target === null || (problem !== null && !request.runs.every(takesUnresolved))) return refuse(starting, request, problem)
    const planned = plan(starting, request.runs, target)
    if (!planned.ok) return refuse(starting, request, planned.error)
    const claim = session === null ? ok(() => undefined) : web.runs.claims.take(session.sessionId, { target, runs: planned.value })
    if (!claim.ok) return refuse(starting, request, claim.error)
    try {
      const places = takePlaces(web.limits, { userId: principal.userId, target: addressOrHost(target), runs: planned.value.length })
      if (!places.ok) return await refuse(starting, request, places.error)
      return ok(await carryOut(starting, request, { session, target, runs: planned.value, places: places.value }))
    } finally {
      claim.value()
    }
  },
})

/** Audit, session, start: in this order. The places are given back when one of the first two fails. */
async function carryOut(starting: Starting, request: StartRequest, order: Omit<Order, 'sessionId'> & { session: SessionSummary | null; places: Places }): Promise<Started> {
  const { session, target, places } = order
  const sessionId = session?.sessionId ?? asSessionId(starting.web.newId())
  try {
    await auditStarts(starting, { ...order, sessionId })
    if (session === null) await createSession(starting, { sessionId, target, request })
  } catch (error) {
    places.releaseAll()
    throw error
  }
  return startAll(starting, { ...order, sessionId })
}

/** What would make every start fail, whatever is asked for. */
function notReady(web: Web): Problem | null {
  const storage = web.store.state()
  if (!storage.ok) return { code: 'storage-full', message: `Nothing was started, because it could not be kept: ${storage.message}` }
  if (!web.runs.accepting()) return { code: 'vantage-offline', message: 'Hopscope is being stopped or restarted, so nothing new is started. Try again in a moment.' }
  if (!web.vantage.online()) return { code: 'vantage-offline', message: 'The vantage is not connected, so nothing can be started. It reconnects by itself; try again in a moment.' }
  return null
}

/** A refusal is audited with its rule; no session is made for it. */
async function refuse({ web, caller, principal }: Starting, request: StartRequest, problem: Problem | null): Promise<Result<never>> {
  const error: Problem = problem ?? { code: 'internal', message: 'The target was neither allowed nor refused.' }
  await noteInAudit(web, auditBy(principal, caller), {
    action: 'run-refused', tool: request.runs.map((run) => run.tool).join(' '), target: request.target, rule: error.rule ?? '', code: error.code,
  })
  return fail(error)
}

function plan({ web, principal }: Starting, wanted: readonly WantedRun[], target: PinnedTarget): Result<PlannedRun[]> {
  const planned: PlannedRun[] = []
  for (const one of wanted) {
    const proposal = propose(one, { target, facts: web.vantage.facts(), policy: web.policy, role: principal.role })
    if (!proposal.ok) return proposal
    const { tool, options, command } = proposal.value
    const problem = runProblem(proposal.value, target)
    if (problem !== null) return fail(problem)
    planned.push({ runId: asRunId(web.newId()), tool, options, command })
  }
  return ok(planned)
}

interface Order { sessionId: SessionId; target: PinnedTarget; runs: readonly PlannedRun[] }

/** No audit, no run (S51): rejects with AuditUnavailable, which the guard turns into its problem. */
async function auditStarts({ web, caller, principal }: Starting, { sessionId, target, runs }: Order): Promise<void> {
  for (const { runId, tool, command } of runs) {
    await web.audit.write({
      by: auditBy(principal, caller), action: 'run-start', sessionId, runId, tool, target: target.host, pinned: target.address, argv: command, policyId: web.policy.id,
    })
  }
}

async function createSession({ web, principal }: Starting, { sessionId, target, request }: { sessionId: SessionId; target: PinnedTarget; request: StartRequest }): Promise<void> {
  const where = target.port === undefined ? target.host : hostAndPort(target.host, target.port)
  await web.store.create({
    sessionId, title: request.title?.trim() || where, target: where, vantage: web.vantage.facts()?.name ?? web.config.vantageName,
    by: principal.display, ownerId: principal.userId, visibility: request.visibility ?? 'team',
  }, web.clock.nowMs())
}

async function startAll({ web, principal }: Starting, { sessionId, target, runs, places }: Order & { places: Places }): Promise<Started> {
  for (const { runId, tool, options } of runs) {
    await web.runs.start({
      request: { runId, sessionId, tool, target, options },
      by: principal.display, userId: principal.userId, policyId: web.policy.id, release: places.one(),
    })
  }
  return { sessionId, runIds: runs.map((run) => run.runId) }
}

function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
