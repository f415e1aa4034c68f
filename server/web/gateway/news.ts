/** What sockets hear besides their sessions' events: vantage, storage, the list of sessions, deleted and hidden sessions. */
import type { SessionId } from '#lib/protocol/ids.ts'
import type { Web } from '../context.ts'
import { sees } from '../guard.ts'
import { endWatch, personOf, type Visitor, type Watch } from './visitor.ts'

const NOT_STORED = 'What is measured now cannot be stored at this moment. Tell whoever sent you this link.'
/** Changes of the list are told at most this often. */
const LIST_EVERY_MS = 1_000

export interface NewsParts {
  visitors(): Iterable<Visitor>
  viewersOf(sessionId: SessionId): { visitor: Visitor; watch: Watch }[]
  presenceChanged(sessionId: SessionId): void
}

export interface News {
  /** Tells a new socket how things stand. */
  greet(visitor: Visitor): void
  stop(): void
}

export function createNews(web: Web, parts: NewsParts): News {
  const changed = new Set<SessionId>()
  let timer: NodeJS.Timeout | null = null
  const gone = (sessionId: SessionId, reason: 'deleted' | 'revoked', which: (watch: Watch) => boolean): void => {
    const leaving = parts.viewersOf(sessionId).filter(({ watch }) => which(watch))
    for (const { visitor } of leaving) {
      endWatch(visitor, sessionId)
      visitor.outbox.latest(`gone ${sessionId}`, 'session:gone', { sessionId, reason })
    }
    if (leaving.length > 0) parts.presenceChanged(sessionId)
  }
  const recheck = async (sessionId: SessionId): Promise<void> => {
    if (parts.viewersOf(sessionId).length === 0) return
    const session = await web.store.summary(sessionId)
    if (session !== null) gone(sessionId, 'revoked', ({ principal }) => !sees(principal, session))
  }
  const tellList = (): void => {
    timer = null
    const sessions = [...changed]
    changed.clear()
    for (const visitor of parts.visitors()) if (personOf(visitor) !== null) visitor.outbox.latest('list', 'sessions:changed')
    for (const sessionId of sessions) recheck(sessionId).catch((error: unknown) => web.log.error('a changed session could not be checked', error))
  }
  const listChanged = (sessionId: SessionId): void => {
    changed.add(sessionId)
    timer ??= setTimeout(tellList, LIST_EVERY_MS).unref()
  }
  web.store.on('changed', listChanged)
  web.store.on('deleted', (sessionId) => {
    gone(sessionId, 'deleted', () => true)
    listChanged(sessionId)
  })
  web.store.on('state', () => {
    for (const visitor of parts.visitors()) tellStorage(web, visitor)
  })
  web.vantage.on('state', () => {
    for (const visitor of parts.visitors()) tellVantage(web, visitor)
  })
  return {
    greet(visitor) {
      tellVantage(web, visitor)
      if (!web.store.state().ok) tellStorage(web, visitor)
    },
    stop() {
      if (timer !== null) clearTimeout(timer)
    },
  }
}

/** Guests learn whether it is there, not what it is: its facts hold addresses and accounts. */
function tellVantage(web: Web, visitor: Visitor): void {
  visitor.outbox.latest('vantage', 'vantage', { online: web.vantage.online(), facts: personOf(visitor) === null ? null : web.vantage.facts() })
}

function tellStorage(web: Web, visitor: Visitor): void {
  const state = web.store.state()
  visitor.outbox.latest('storage', 'storage', state.ok
    ? { ok: true, message: 'Everything is being stored.', notStoredFromMs: null }
    // What exactly ails the disk is for the team; guests learn that something does.
    : { ok: false, message: personOf(visitor) === null ? NOT_STORED : state.message, notStoredFromMs: state.notStoredFromMs })
}
