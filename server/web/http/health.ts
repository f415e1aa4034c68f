/** `/healthz`: is this process alive, can it write, is its vantage there, which tools work. No addresses, no names, no secrets. */
import type { Web } from '../context.ts'

export interface Health {
  status: 'ok' | 'degraded' | 'setup-needed'
  version: string
  storage: { ok: boolean }
  audit: { ok: boolean }
  vantage: { online: boolean; tools: { tool: string; state: string }[] }
}

/** 200 also when degraded: a supervisor that restarts us cannot mend a full disk or a missing tool. */
export function healthOf(web: Web): Health {
  const storage = { ok: web.store.state().ok }
  const audit = { ok: web.audit.available() }
  const online = web.vantage.online()
  const tools = (web.vantage.facts()?.tools ?? []).map(({ tool, state }) => ({ tool, state }))
  const fine = storage.ok && audit.ok && online && tools.every(({ state }) => state === 'ready' || state === 'untried')
  const status = web.accounts.setupNeeded() ? 'setup-needed' : fine ? 'ok' : 'degraded'
  return { status, version: web.version, storage, audit, vantage: { online, tools } }
}
