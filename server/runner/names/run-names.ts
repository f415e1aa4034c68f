/** Names and AS numbers of the addresses that a run meets: each asked once, told as events of the run when they are known, delaying nothing. */
import type { Observed } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { Origins } from './as-origin.ts'
import type { Lookups } from './lookups.ts'
import type { Named } from './reverse-dns.ts'

/** A run that meets more is not a path any more; whoever answers for it could make up addresses without end. */
const ADDRESSES_MAX = 1024

export interface RunNames {
  /** Takes the run's events as they go out. The first that tells of a path begins with the target's own address. */
  saw(events: readonly Observed[]): void
  /** Something is still being asked. */
  waiting(): boolean
  /** Resolves once nothing is being asked any more, `withinMs` at most. */
  settled(withinMs: number): Promise<void>
  /** Nothing is told from now on. */
  end(): void
}

/** Who says what an address is called; null: that is switched off. */
export interface NameSources { reverse: Lookups<Named> | null; origins: Origins | null }

export function createRunNames(sources: NameSources, run: { runId: RunId; target: PinnedTarget }, tell: (event: Observed) => void): RunNames {
  const { runId, target } = run
  const met = new Set<string>()
  let asking = 0
  let over = false
  let idle: () => void = () => undefined

  const ask = <T>(lookups: Lookups<T> | null, address: string, event: (found: T) => Observed): void => {
    if (lookups === null) return
    asking += 1
    lookups.look(address, (found) => {
      asking -= 1
      // What nobody could say stays unknown: that is not the same as having no name.
      if (!over && found !== null) tell(event(found))
      if (asking === 0) idle()
    })
  }
  const meet = (address: string): void => {
    if (met.has(address) || met.size >= ADDRESSES_MAX) return
    met.add(address)
    ask(sources.reverse, address, ({ name }) => ({ kind: 'path.name', runId, address, name, source: 'dns', atMs: Date.now() }))
    const { origins } = sources
    ask(origins, address, ({ asn, asName }) => ({ kind: 'path.as', runId, address, asn, asName, source: origins?.source ?? 'dns', atMs: Date.now() }))
  }
  return {
    saw(events) {
      for (const event of events) {
        if (!event.kind.startsWith('path.')) continue
        meet(target.address)
        if (event.kind === 'path.reply' && event.from !== null) meet(event.from)
      }
    },
    waiting: () => asking > 0,
    async settled(withinMs) {
      if (asking === 0) return
      const { promise, resolve } = Promise.withResolvers<void>()
      idle = resolve
      const timer = setTimeout(resolve, withinMs)
      await promise
      clearTimeout(timer)
    },
    end() { over = true },
  }
}
