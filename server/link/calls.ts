/** Web's questions that wait for a runner's answer: numbered, bounded, each with its own time limit. */
import type { LinkReply } from '#lib/protocol/link.ts'
import { fail, type Problem, type Result } from '#lib/protocol/result.ts'

/** More questions than this at once are refused rather than queued. */
const PENDING_MAX = 256

type Facts = Extract<LinkReply, { type: 'facts' }>
/** An answer to a numbered question; facts also come unasked, without a number. */
export type Answer = Extract<LinkReply, { call: number }> | (Facts & { call: number })

export interface Calls {
  /** Sends a question under a fresh number and waits for its answer. */
  ask(options: { send: (call: number) => boolean; timeoutMs: number; what: string }): Promise<Result<Answer>>
  /** Hands an answer to its question. False: no question waits under that number (it timed out). */
  settle(answer: Answer): boolean
  /** The link went away: every question fails with `vantage-offline`. */
  failAll(): void
}

/** An empty set of pending questions. */
export function createCalls(): Calls {
  const pending = new Map<number, (result: Result<Answer>) => void>()
  let last = 0
  const offline = (message: string): Result<never> => fail({ code: 'vantage-offline', message })

  return {
    ask({ send, timeoutMs, what }) {
      if (pending.size >= PENDING_MAX) return Promise.resolve(fail({ code: 'busy', message: `The vantage has ${PENDING_MAX} questions waiting already. Try again in a few seconds.`, retryAfterS: 5 }))
      const call = ++last
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle(offline(`The vantage did not answer within ${timeoutMs / 1000} s (${what}). Try again; if it stays so, restart Hopscope.`)), timeoutMs)
        const settle = (result: Result<Answer>): void => {
          clearTimeout(timer)
          pending.delete(call)
          resolve(result)
        }
        pending.set(call, settle)
        if (!send(call)) settle(offline(OFFLINE))
      })
    },
    settle(answer) {
      const waiting = pending.get(answer.call)
      if (waiting === undefined) return false
      waiting(answer.type === 'problem' ? { ok: false, error: problemOf(answer) } : { ok: true, value: answer })
      return true
    },
    failAll() {
      for (const settle of pending.values()) settle(offline('The vantage went offline before it answered. Try again once it is back.'))
    },
  }
}

/** What a person reads when nothing is connected. */
export const OFFLINE = 'The vantage is offline: its runner is not connected. No packet was sent; try again once it is back.'

const CODES: ReadonlySet<string> = new Set<Problem['code']>([
  'invalid', 'target-invalid', 'target-unresolved', 'target-refused', 'not-found', 'conflict', 'rate-limited', 'busy', 'vantage-offline', 'tool-unavailable', 'internal',
])

function problemOf(answer: Extract<LinkReply, { type: 'problem' }>): Problem {
  return {
    code: isCode(answer.code) ? answer.code : 'internal',
    message: answer.message,
    ...(answer.field === undefined ? {} : { field: answer.field }),
    ...(answer.rule === undefined ? {} : { rule: answer.rule }),
  }
}

function isCode(code: string): code is Problem['code'] { return CODES.has(code) }
