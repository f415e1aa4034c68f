/**
 * A session as one reader may see it: all of it for people, the scope of their link for guests. The one place that applies a link's scope
 * to what is read over HTTP; `gateway/viewer.ts` applies the same scope to what is pushed.
 */
import type { SessionSummary, TranscriptPage } from '#lib/protocol/api.ts'
import { encodeEvents } from '#lib/protocol/codec.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import { fail, ok, type Problem, type Result } from '#lib/protocol/result.ts'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import type { SessionView } from '#lib/session/view.ts'
import type { Web } from './context.ts'
import type { Guest, Person } from './guard.ts'
import { scopeFor, type ReadingScope } from './share-scope.ts'

/** Events read from the log at a time. */
const PAGE = 2_000
/** Packed events read at a time: a day of pings in two pieces. */
const PACKED_BYTES = 256 * 1024
/** Lines of a transcript read at a time for a frozen link. */
const LINES = 1_000

export interface Reading {
  /** Last seq this reader may see. */
  headSeq: number
  events(after: number, limit: number): Promise<SessionEvent[]>
  /** The same, packed and in base64; may begin with events before and hold more than `limit`. As it lies on disk where nothing is hidden. */
  packed(after: number, limit: number): Promise<string[]>
  /** All of them, in order, page by page. */
  pages(): AsyncGenerator<SessionEvent[]>
  /** Folded up to `headSeq`. Do not mutate. */
  view(): Promise<SessionView>
  summary(): Promise<SessionSummary>
  /** Fails with `not-allowed` when the link does not include raw output. */
  transcript(page: { runId: RunId; fromLine: number; count: number }): Promise<Result<TranscriptPage>>
  transcriptBytes(runId: RunId): Promise<Result<AsyncIterable<string | Uint8Array>>>
}

type Store = Pick<Web['store'], 'read' | 'readPacked' | 'view' | 'transcript' | 'transcriptBytes'>
interface Parts { store: Store; session: SessionSummary; scope: ReadingScope | null }

const NO_OUTPUT: Problem = { code: 'not-allowed', message: 'This link does not include the raw output of the tools. Ask whoever sent it for one that does.' }

export async function openReading(web: Pick<Web, 'store' | 'shares' | 'vantage' | 'config' | 'guestViews'>, who: { principal: Person | Guest; session: SessionSummary }): Promise<Reading> {
  const scope = await scopeFor(web, who.principal)
  const parts: Parts = { store: web.store, session: who.session, scope }
  const headSeq = Math.min(who.session.lastSeq, scope?.untilSeq ?? Number.MAX_SAFE_INTEGER)
  const events = async (after: number, limit: number): Promise<SessionEvent[]> => {
    const wanted = Math.min(limit, headSeq - after)
    if (wanted <= 0) return []
    const read = await web.store.read(who.session.sessionId, after, wanted)
    return scope === null ? read : read.map(scope.event)
  }
  const packed = async (after: number, limit: number): Promise<string[]> => {
    if (after >= headSeq) return []
    if (scope === null || scope.whole) return (await web.store.readPacked(who.session.sessionId, after, PACKED_BYTES)).map(({ bytes }) => base64Of(bytes))
    const shown = await events(after, limit)
    return shown.length === 0 ? [] : [base64Of(encodeEvents(shown))]
  }
  const pages = async function* (): AsyncGenerator<SessionEvent[]> {
    for (let after = 0; after < headSeq;) {
      const page = await events(after, PAGE)
      const last = page.at(-1)
      if (last === undefined) return
      yield page
      after = last.seq
    }
  }
  const view = (): Promise<SessionView> => {
    const { principal, session } = who
    if (scope === null || scope.whole || principal.kind !== 'share') return web.store.view(session.sessionId)
    return web.guestViews.of(principal.shareId, () => foldPages(pages()))
  }
  return {
    headSeq, events, packed, pages, view,
    summary: async () => (scope === null ? who.session : scope.summary(who.session, { headSeq, view: await view() })),
    transcript: (page) => transcriptPage(parts, page),
    transcriptBytes: (runId) => transcriptFile(parts, runId),
  }
}

const base64Of = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

/** A guest whose link hides or ends something sees the fold of exactly the events they may see. */
async function foldPages(pages: AsyncIterable<SessionEvent[]>): Promise<SessionView> {
  const view = emptySession()
  for await (const page of pages) for (const event of page) applyEvent(view, event)
  return view
}

async function transcriptPage({ store, session, scope }: Parts, page: { runId: RunId; fromLine: number; count: number }): Promise<Result<TranscriptPage>> {
  if (scope !== null && !scope.transcript) return fail(NO_OUTPUT)
  const read = await store.transcript(session.sessionId, page.runId, page.fromLine, page.count)
  if (scope?.untilSeq === undefined) return ok(read)
  const untilMs = await endOf(store, session, scope.untilSeq)
  const lines = read.lines.filter((line) => line.atMs <= untilMs)
  const totalLines = lines.length === read.lines.length ? read.totalLines : (lines.at(-1)?.line ?? page.fromLine - 1)
  return ok({ ...read, lines, totalLines })
}

async function transcriptFile(parts: Parts, runId: RunId): Promise<Result<AsyncIterable<string | Uint8Array>>> {
  const { store, session, scope } = parts
  if (scope !== null && !scope.transcript) return fail(NO_OUTPUT)
  if (scope?.untilSeq !== undefined) return ok(frozenLines(parts, runId))
  const bytes = await store.transcriptBytes(session.sessionId, runId)
  return ok(once(bytes))
}

async function* frozenLines(parts: Parts, runId: RunId): AsyncGenerator<string> {
  for (let fromLine = 1; ;) {
    const page = await transcriptPage(parts, { runId, fromLine, count: LINES })
    if (!page.ok || page.value.lines.length === 0) return
    yield page.value.lines.map((line) => `${line.text}\n`).join('')
    fromLine += page.value.lines.length
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** When the last event of a frozen link was observed. */
async function endOf(store: Store, session: SessionSummary, untilSeq: number): Promise<number> {
  const [last] = await store.read(session.sessionId, untilSeq - 1, 1)
  return last?.atMs ?? 0
}
