/** Snapshots of folded sessions, made in the database thread so that neither folding nor packing them ever stops web. */
import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { crc32, deflateRaw, inflateRawSync } from 'node:zlib'
import type { SessionView } from '#lib/session/view.ts'
import type { SessionFold } from '../options.ts'
import { eventsOf, type EventLog } from './event-log.ts'
import { bytesOf, numberOf } from './rows.ts'
import { inTransaction } from './schema.ts'

const deflate = promisify(deflateRaw)

/** A session has a new snapshot after this many events, or one for every 64 bytes of its last snapshot if that is more … */
export const SNAPSHOT_EVENTS = 2000
/** A path of 30 hops has a snapshot of a megabyte and 30 events a second: rewriting it every minute would be most of what is ever written. */
const SNAPSHOT_BYTES_PER_EVENT = 64
/** … or after this long, where the last one was small. */
const SNAPSHOT_EVERY_MS = 60_000
const SMALL_SNAPSHOT_BYTES = 64 * 1024
/** A shorter log is folded from its start: its snapshot would be larger than itself. */
const EVENTS_MIN = 256
/** Bytes of events folded in one turn, so that commits wait for milliseconds only. */
const TURN_BYTES = 8 * 1024
const VIEWS_KEPT = 8

const eventsDue = (lastSize: number): number => Math.max(SNAPSHOT_EVENTS, Math.ceil(lastSize / SNAPSHOT_BYTES_PER_EVENT))

function prepare(db: DatabaseSync) {
  return {
    head: db.prepare('select seq, size from snapshot where session = ? and mark = ?'),
    load: db.prepare('select seq, body from snapshot where session = ? and mark = ?'),
    old: db.prepare('select length(body) as held from snapshot where session = ?'),
    store: db.prepare('insert into snapshot (session, seq, mark, size, body) values (?, ?, ?, ?, ?) on conflict (session) do update set seq = excluded.seq, mark = excluded.mark, size = excluded.size, body = excluded.body'),
    grow: db.prepare('update session set bytes = bytes + ? where no = ? and deleted = 0'),
  }
}

export class Snapshots {
  readonly #db: DatabaseSync
  readonly #log: EventLog
  readonly #fold: SessionFold
  readonly #sql: ReturnType<typeof prepare>
  /** Changes with the form of the fold: snapshots of another form are not used. */
  readonly #mark: string
  /** Views as of the newest snapshot of sessions that go on growing, oldest use first. */
  readonly #views = new Map<number, SessionView>()
  /** Wall time of the last snapshot this thread made, for the 60 s rule. */
  readonly #madeMs = new Map<number, number>()
  #chain: Promise<unknown> = Promise.resolve()

  constructor(parts: { db: DatabaseSync; log: EventLog; fold: SessionFold }) {
    this.#db = parts.db
    this.#log = parts.log
    this.#fold = parts.fold
    this.#sql = prepare(parts.db)
    const empty = JSON.stringify(parts.fold.encodeSession(parts.fold.emptySession()))
    this.#mark = crc32(empty).toString(16)
  }

  /** Is a new snapshot worth making? `over`: no run of the session is open any more. */
  isDue(no: number, now: { lastSeq: number; over: boolean; nowMs: number }): boolean {
    const head = this.#sql.head.get(no, this.#mark)
    const behind = now.lastSeq - (head ? numberOf(head, 'seq') : 0)
    if (now.lastSeq < EVENTS_MIN || behind === 0) return false
    const size = head ? numberOf(head, 'size') : 0
    if (now.over || behind >= eventsDue(size)) return true
    const madeMs = this.#madeMs.get(no) ?? 0
    return now.nowMs - madeMs >= SNAPSHOT_EVERY_MS && size <= SMALL_SNAPSHOT_BYTES
  }

  /** The newest snapshot; one is made first when the events behind it have become many. */
  async base(no: number): Promise<{ seq: number; json: string } | null> {
    const lastSeq = this.#log.place(no)?.lastSeq ?? 0
    const head = this.#sql.head.get(no, this.#mark)
    if (lastSeq - (head ? numberOf(head, 'seq') : 0) > 2 * eventsDue(head ? numberOf(head, 'size') : 0)) await this.make(no, { keep: false, nowMs: 0 })
    return this.#load(no)
  }

  #load(no: number): { seq: number; json: string } | null {
    const row = this.#sql.load.get(no, this.#mark)
    return row ? { seq: numberOf(row, 'seq'), json: inflateRawSync(bytesOf(row, 'body')).toString('utf8') } : null
  }

  /** Folds what is new since the last snapshot and stores the result. One at a time, in small turns. */
  make(no: number, options: { keep: boolean; nowMs: number }): Promise<void> {
    const work = this.#chain.then(() => this.#make(no, options))
    this.#chain = work.catch(() => undefined)
    return work
  }

  async #make(no: number, options: { keep: boolean; nowMs: number }): Promise<void> {
    const view = this.#views.get(no) ?? this.#decode(no) ?? this.#fold.emptySession()
    this.#views.delete(no)
    await this.#catchUp(no, view)
    if (view.seq === 0) return
    const json = JSON.stringify(this.#fold.encodeSession(view))
    const seq = view.seq
    const body = await deflate(json, { level: 3 })
    if (!this.#log.place(no)) return
    inTransaction(this.#db, () => {
      const old = this.#sql.old.get(no)
      this.#sql.store.run(no, seq, this.#mark, json.length, body)
      this.#sql.grow.run(body.length - (old ? numberOf(old, 'held') : 0), no)
    })
    this.#madeMs.set(no, options.nowMs)
    if (options.keep) this.#keep(no, view)
  }

  async #catchUp(no: number, view: SessionView): Promise<void> {
    for (;;) {
      const rows = this.#log.read(no, view.seq, TURN_BYTES)
      if (rows.length === 0) return
      for (const row of rows) for (const event of eventsOf(row)) if (event.seq > view.seq) this.#fold.applyEvent(view, event)
      if (view.seq < (rows.at(-1)?.lastSeq ?? 0)) throw new Error(`the fold did not take over the seq of the events it was given (at ${view.seq})`)
      await nextTurn()
    }
  }

  #decode(no: number): SessionView | null {
    const stored = this.#load(no)
    if (!stored) return null
    try {
      return this.#fold.decodeSession(JSON.parse(stored.json))
    } catch {
      // A snapshot is a copy: whatever is wrong with it, the log has it all.
      return null
    }
  }

  #keep(no: number, view: SessionView): void {
    this.#views.set(no, view)
    const oldest = this.#views.keys().next()
    if (this.#views.size > VIEWS_KEPT && !oldest.done) this.#views.delete(oldest.value)
  }

  /** The session was deleted, or is over. */
  forget(no: number): void {
    this.#views.delete(no)
    this.#madeMs.delete(no)
  }
}
