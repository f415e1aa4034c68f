/** Password hashing: argon2id, two at once and twenty waiting, so that a flood of sign-ins can take neither memory nor the CPU (S15). */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import type { Hasher } from './types.ts'

/** argon2id cost: memory in KiB, passes, lanes. */
export interface HashCost { memoryKib: number; passes: number; lanes: number }

/** OWASP's floor for argon2id: 19 MiB, two passes, one lane; about 50 ms here. */
export const TODAYS_COST: HashCost = { memoryKib: 19 * 1024, passes: 2, lanes: 1 }

const KEY_BYTES = 32
const SALT_BYTES = 16
const AT_ONCE = 2
const WAITING = 20
const STORED = /^\$argon2id\$v=19\$m=([0-9]{1,7}),t=([0-9]{1,3}),p=([0-9]{1,2})\$([A-Za-z0-9_-]{16,64})\$([A-Za-z0-9_-]{43})$/

export type Derive = (input: { password: string; salt: Uint8Array; cost: HashCost }) => Promise<Uint8Array>

const argon2Async = promisify(argon2)

/** Node's own argon2id, which works in a thread of the pool. Passwords are NFC-normalised, so that keyboards do not matter. */
export const argon2id: Derive = ({ password, salt, cost }) => argon2Async('argon2id', {
  message: password.normalize('NFC'), nonce: salt, parallelism: cost.lanes, tagLength: KEY_BYTES, memory: cost.memoryKib, passes: cost.passes,
})

interface Parsed { cost: HashCost; salt: Uint8Array; key: Uint8Array }

function parseStored(stored: string): Parsed | null {
  const match = STORED.exec(stored)
  if (match === null) return null
  const [, memory = '', passes = '', lanes = '', salt = '', key = ''] = match
  return {
    cost: { memoryKib: Number(memory), passes: Number(passes), lanes: Number(lanes) },
    salt: Buffer.from(salt, 'base64url'), key: Buffer.from(key, 'base64url'),
  }
}

const isWeaker = (cost: HashCost, than: HashCost): boolean => cost.memoryKib < than.memoryKib || cost.passes < than.passes

/** Runs at most `atOnce` jobs, lets `waiting` more wait, and turns the rest away. */
function createQueue(atOnce: number, waiting: number): <T>(job: () => Promise<T>) => Promise<Result<T>> {
  let running = 0
  const line: (() => void)[] = []
  return async (job) => {
    if (running >= atOnce) {
      if (line.length >= waiting) {
        return fail({ code: 'rate-limited', message: 'Too many people are signing in at this moment. Try again in a few seconds.', retryAfterS: 3 })
      }
      await new Promise<void>((resolve) => line.push(resolve))
    } else running++
    try {
      return ok(await job())
    } finally {
      const next = line.shift()
      if (next === undefined) running--
      else next()
    }
  }
}

/** `derive` and `cost` are given by tests only; a test counts calls of `derive` to compare the work of two answers. */
export function createHasher(parts: { derive?: Derive; cost?: HashCost } = {}): Hasher {
  const { derive = argon2id, cost = TODAYS_COST } = parts
  const queued = createQueue(AT_ONCE, WAITING)
  const nobody: Parsed = { cost, salt: randomBytes(SALT_BYTES), key: randomBytes(KEY_BYTES) }
  return {
    hash: (password) => queued(async () => {
      const salt = randomBytes(SALT_BYTES)
      const key = await derive({ password, salt, cost })
      const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
      return `$argon2id$v=19$m=${cost.memoryKib},t=${cost.passes},p=${cost.lanes}$${text(salt)}$${text(key)}`
    }),
    verify: (password, stored) => queued(async () => {
      const known = stored === null ? null : parseStored(stored)
      const against = known ?? nobody
      const key = await derive({ password, salt: against.salt, cost: against.cost })
      const same = key.length === against.key.length && timingSafeEqual(key, against.key)
      return { match: same && known !== null, weak: isWeaker(against.cost, cost) }
    }),
  }
}
