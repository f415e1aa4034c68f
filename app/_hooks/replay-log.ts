/** Fetches a session's log for a replay, page by page and packed: soon when somebody waits for it, slowly when nobody does. */
import { fromBase64 } from '#lib/protocol/base64.ts'
import { DamagedBytes } from '#lib/protocol/bytes.ts'
import type { EventsPage } from '#lib/protocol/api.ts'
import type { SessionId } from '#lib/protocol/ids.ts'
import { fail, ok, type Problem, type Result } from '#lib/protocol/result.ts'
import type { PackedLog } from '#lib/replay/packed-log.ts'
import { call } from '../_lib/api.ts'
import { unhurried } from './unhurried.ts'

/** Events asked for at a time. */
const PAGE = 10_000
/** Between two pages that nobody waits for; less while somebody is on the way to a moment. */
const SLOW_MS = 250
const SOON_MS = 10
const ANSWER_WITHIN_MS = 30_000

/** Said of a part of the log that cannot be read; asking again fetches it again. */
export const DAMAGED: Problem = { code: 'internal', message: 'A part of the log arrived damaged. Press Play to fetch it again.' }
const NO_ANSWER: Problem = { code: 'internal', message: 'The console did not answer. Check the connection to it and try again.' }
const ENDS_EARLY: Problem = { code: 'not-found', message: 'The console holds less of this session than this page shows. Reload the page.' }

interface Wanted { sessionId: SessionId; log: PackedLog; untilSeq: number }
interface Waiting { promise: Promise<Result<null>>; tell: (result: Result<null>) => void }

export class ReplayLog {
  readonly #wanted: Wanted
  /** Somebody is on the way to a moment: pages follow each other without a rest. */
  hurry = false
  #waiting: Waiting | null = null
  #rest: { timer: ReturnType<typeof setTimeout>; end: () => void } | null = null
  /** Null while nothing is being fetched. */
  #running: AbortController | null = null

  constructor(wanted: Wanted) {
    this.#wanted = wanted
  }

  /** Resolves when the log holds more than now, or with why it does not; never while everything is here or after `close`. */
  more(urgent: boolean): Promise<Result<null>> {
    this.#waiting ??= newWaiting()
    const { promise } = this.#waiting
    if (this.#running === null) void this.#run(urgent)
    else if (urgent) this.#rest?.end()
    return promise
  }

  /** Gives up what is under way; `more` begins again. */
  close(): void {
    this.#running?.abort()
    this.#running = null
    this.#waiting = null
    this.#rest?.end()
  }

  async #run(urgent: boolean): Promise<void> {
    const mine = new AbortController()
    this.#running = mine
    const { log, untilSeq } = this.#wanted
    for (let first = urgent; log.lastSeq < untilSeq; first = false) {
      if (!first) await this.#pause(this.hurry ? SOON_MS : SLOW_MS)
      if (mine.signal.aborted) return
      const got = await this.#fetch(mine.signal)
      if (mine.signal.aborted) return
      if (!got.ok || log.lastSeq >= untilSeq) this.#running = null
      this.#waiting?.tell(got)
      this.#waiting = null
      if (!got.ok) return
    }
    if (this.#running === mine) this.#running = null
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        this.#rest = null
        resolve()
      }
      const timer = setTimeout(end, ms)
      this.#rest = { timer, end }
    })
  }

  async #fetch(signal: AbortSignal): Promise<Result<null>> {
    const { sessionId, log } = this.#wanted
    const before = log.lastSeq
    try {
      const page = await call('event.read', { sessionId, after: before, limit: PAGE, packed: true }, AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]))
      if (!page.ok) return page
      await unhurried(unpack(page.value, log))
    } catch (cause) {
      return fail(cause instanceof DamagedBytes ? DAMAGED : NO_ANSWER)
    }
    return log.lastSeq > before ? ok(null) : fail(ENDS_EARLY)
  }
}

function newWaiting(): Waiting {
  let tell: Waiting['tell'] = () => {}
  const promise = new Promise<Result<null>>((resolve) => { tell = resolve })
  return { promise, tell }
}

/** Adds the batches of a page, one a step. */
function* unpack({ packed = [] }: EventsPage, log: PackedLog): Generator<number, void> {
  for (const batch of packed) {
    log.add(fromBase64(batch))
    yield log.lastSeq
  }
}
