/** Composition root of web: builds every part once, joins them, listens, and takes everything down in order. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Policy } from '#lib/policy/policy.ts'
import type { Config } from '../config.ts'
import type { Vantage } from '../link/vantage.ts'
import { openAccess, type Access } from './access/access.ts'
import { systemClock } from './access/clock.ts'
import type { Clock, Hasher, SetupToken } from './access/types.ts'
import { noteInAudit } from './audit-by.ts'
import { createAudit } from './audit/audit.ts'
import type { Audit } from './audit/types.ts'
import { bindProblem } from './bind-rule.ts'
import type { Web } from './context.ts'
import { createGateway, type Gateway } from './gateway/gateway.ts'
import { createGuestViews } from './guest-views.ts'
import type { Pages } from './http/next.ts'
import { createHttp } from './http/server.ts'
import { limitsOf } from './limits-of.ts'
import type { Log } from './log.ts'
import { newId } from './new-ids.ts'
import { createRunControl } from './runs/control.ts'
import { fold } from './sessions/session-fold.ts'
import { SqliteSessionStore } from './sessions/store.ts'
import type { SessionStore } from './sessions/types.ts'
import { createSetupAnnouncer } from './setup-announcer.ts'
import { createSignal } from './signal.ts'

const RETAIN_EVERY_MS = 3_600_000
/** Runs get this long to end when the server stops; the launcher waits a second more. */
const STOP_RUNS_MS = 4_500

export interface StartParts {
  config: Config
  version: string
  policy: Policy
  vantage: Vantage
  log: Log
  /** A line for the person who started the server: the address, the setup link. */
  announce(line: string): void
  /** Makes what draws pages; null: no pages (tests of the API). */
  pages: ((config: Config) => Promise<Pages>) | null
  /** Injected by tests. */
  clock?: Clock
  hasher?: Hasher
  store?: SessionStore
  audit?: Audit
}

export interface RunningWeb {
  web: Web
  gateway: Gateway
  /** Where this machine reaches it. */
  url: string
  /** The setup token, while no account exists. */
  setupToken(): string | null
  /** Viewers are told, runs stopped and marked, everything closed; under 10 s. */
  stop(): Promise<void>
}

/** Thrown when starting again would fail the same way; the message is for people. */
export class CannotStart extends Error {}

export async function startWeb(parts: StartParts): Promise<RunningWeb> {
  const setup = createSetupAnnouncer(parts.announce)
  const { web, access } = await build(parts, setup.token)
  const problem = bindProblem(parts.config, web.accounts.setupNeeded())
  if (problem !== null) {
    await closeParts(web, access)
    throw new CannotStart(problem)
  }
  await web.runs.recover()
  await noteInAudit(web, { userId: null, name: null, address: null }, { action: 'config', setting: 'policy', value: `${web.policy.id} (${web.policy.source})` })
  const pages = parts.pages === null ? null : await parts.pages(parts.config)
  const gateway = createGateway(web, pages?.development ?? null)
  const loopDelay = monitorEventLoopDelay({ resolution: 20 })
  loopDelay.enable()
  const runner = { lagMs: null as number | null }
  web.vantage.on('pulse', (pulse) => { runner.lagMs = pulse.loopLagMs })
  const server = createHttp(web, { draw: pages?.draw ?? null, metrics: { sockets: gateway.figures, loopDelay, runnerLagMs: () => runner.lagMs } })
  server.on('upgrade', (request, socket, head) => gateway.upgrade(request, socket, head))
  server.listen(parts.config.port, parts.config.host)
  await once(server, 'listening').catch((error: Error) => {
    throw new CannotStart(`Hopscope cannot listen on ${parts.config.host} port ${parts.config.port}: ${error.message}. Stop what listens there, or choose another HOPSCOPE_PORT.`)
  })
  web.config = { ...parts.config, port: (server.address() as AddressInfo).port }
  const stopRetaining = keepWithinBounds(web)
  const url = `http://${parts.config.host.includes(':') ? `[${parts.config.host}]` : parts.config.host}:${web.config.port}`
  parts.announce(`Hopscope is ready at ${parts.config.publicUrl ?? url}`)
  setup.ready(parts.config.publicUrl ?? url)
  const stop = async (): Promise<void> => {
    gateway.announceRestart()
    server.close()
    stopRetaining()
    await web.runs.shutdown(STOP_RUNS_MS)
    await gateway.close()
    server.closeAllConnections()
    loopDelay.disable()
    await pages?.close()
    await closeParts(web, access)
  }
  return { web, gateway, url, setupToken: () => (web.accounts.setupNeeded() ? setup.current() : null), stop: onlyOnce(stop) }
}

async function build(parts: StartParts, announceSetup: (token: SetupToken) => void): Promise<{ web: Web; access: Access }> {
  const { config, log, policy, vantage, clock = systemClock } = parts
  const access = openAccess({ config, announceSetup, ...(parts.clock && { clock: parts.clock }), ...(parts.hasher && { hasher: parts.hasher }) })
  const audit = parts.audit ?? createAudit({ dir: join(config.dataDir, 'audit'), clock })
  const store = parts.store ?? await SqliteSessionStore.open({
    dataDir: config.dataDir, fold, retentionDays: config.retentionDays, maxBytes: config.maxBytes, nowMs: clock.nowMs, log,
  })
  const runs = createRunControl({ store, vantage, clock, log })
  const { accounts, webSessions, tokens, shares, principals, events } = access
  store.on('deleted', (sessionId) => void shares.dropSession(sessionId))
  const web: Web = {
    config, version: parts.version, clock, log, newId, policy, store, vantage, runs, audit,
    accounts, webSessions, tokens, shares, principals, accessEvents: events, limits: limitsOf(clock, policy), guestViews: createGuestViews(clock), rotations: createSignal<string>(),
  }
  return { web, access }
}

/** Old sessions go at the start and every hour. */
function keepWithinBounds(web: Web): () => void {
  const retain = (): void => {
    web.store.retain().catch((error: unknown) => web.log.error('old sessions could not be removed', error))
  }
  retain()
  const timer = setInterval(retain, RETAIN_EVERY_MS).unref()
  return () => clearInterval(timer)
}

async function closeParts(web: Web, access: Access): Promise<void> {
  await web.vantage.close()
  await web.store.close()
  access.close()
  await web.audit.close()
}

function onlyOnce(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null
  return () => (done ??= work())
}
