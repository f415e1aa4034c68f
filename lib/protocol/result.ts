/** Expected failure as a value. Only bugs are thrown. */

/** What a person is told when something is refused: which field, why, what to do. Never holds a secret or a stack. */
export interface Problem {
  /** Stable machine word, kebab-case: `target-refused`, `not-signed-in`, `rate-limited`. */
  code: ProblemCode
  /** One or two plain sentences: what, why, what to do next. */
  message: string
  /** The input field at fault, as the caller named it (`target`, `options.count`). */
  field?: string
  /** The policy rule that refused, e.g. `rule 2: 169.254.0.0/16`. */
  rule?: string
  /** Seconds after which trying again makes sense (rate limits). */
  retryAfterS?: number
}

/** Each code has one HTTP status: see `server/web/http`. */
export type ProblemCode =
  | 'invalid' // input does not decode: 400
  | 'target-invalid' // the target grammar refuses: 400
  | 'target-unresolved' // the name does not resolve: 422
  | 'target-refused' // policy refuses: 403
  | 'setup-needed' // no account exists yet: 503
  | 'not-signed-in' // 401
  | 'not-allowed' // role too low: 403
  | 'not-found' // absent, or not visible to the caller: 404
  | 'conflict' // 409
  | 'rate-limited' // 429
  | 'busy' // limit of concurrent runs: 429
  | 'vantage-offline' // the runner is not connected: 503
  | 'tool-unavailable' // missing binary or privilege: 503
  | 'storage-full' // 507
  | 'audit-unavailable' // 503
  | 'internal' // a bug of ours: 500

export type Result<T> = { ok: true; value: T } | { ok: false; error: Problem }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
export const fail = (error: Problem): Result<never> => ({ ok: false, error })
