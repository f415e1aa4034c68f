/** Keeps one session from sending the same probes twice: pressing "run again" while it runs, twice at once, or in two windows. */
import type { SessionId } from '#lib/protocol/ids.ts'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import { addressOrHost, type PinnedTarget } from '#lib/protocol/target.ts'
import { TOOLS } from '#lib/tools/index.ts'
import type { RunRegistry } from './registry.ts'
import { probesOf, type ProbingRun } from './same-run.ts'

export interface Claims {
  /**
   * Takes the right to start these runs in a session that exists; to be given back once they are in the registry, or were not started.
   * Fails with `conflict` while one of them is live there, waits there, or is being started by somebody else.
   */
  take(sessionId: SessionId, wanted: { target: PinnedTarget; runs: readonly Omit<ProbingRun, 'target'>[] }): Result<() => void>
}

export function createClaims(registry: Pick<RunRegistry, 'ofSession'>): Claims {
  const starting = new Map<SessionId, Set<string>>()
  return {
    take(sessionId, { target, runs }) {
      const keys = runs.map((run) => probesOf({ ...run, target }))
      const taken = new Set([...(starting.get(sessionId) ?? []), ...registry.ofSession(sessionId).map(probesOf)])
      const twin = runs[keys.findIndex((key) => taken.has(key))]
      if (twin !== undefined) {
        return fail({ code: 'conflict', message: `This session already runs exactly this: ${TOOLS[twin.tool].label} to ${addressOrHost(target)} with the same options. It would send the same twice. Watch the run that is live, or stop it first.` })
      }
      starting.set(sessionId, new Set([...(starting.get(sessionId) ?? []), ...keys]))
      return ok(() => {
        const left = [...(starting.get(sessionId) ?? [])].filter((key) => !keys.includes(key))
        if (left.length === 0) starting.delete(sessionId)
        else starting.set(sessionId, new Set(left))
      })
    },
  }
}
