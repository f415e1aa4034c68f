/** Password hashing: real argon2id once, and the bounds on how much of it runs (S15). */
import { describe, expect, it } from 'vitest'
import { argon2id, createHasher, TODAYS_COST } from '#server/web/access/hasher.ts'
import { codeOf, countingDerive, value } from './helpers.ts'

describe('argon2id', () => {
  it('gives the published answer for a known input', async () => {
    // argon2id, v=19, t=2, m=64 MiB, p=1, "password", salt "somesalt": the reference implementation's own test vector.
    const key = await argon2id({ password: 'password', salt: Buffer.from('somesalt'), cost: { memoryKib: 65_536, passes: 2, lanes: 1 } })
    expect(Buffer.from(key).toString('hex')).toBe('09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7')
  })

  it('stores its parameters, salts each password, and tells right from wrong', async () => {
    const hasher = createHasher()
    const first = value(await hasher.hash('correct horse battery'))
    const second = value(await hasher.hash('correct horse battery'))
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9_-]{22}\$[A-Za-z0-9_-]{43}$/)
    expect(second).not.toBe(first)
    expect(value(await hasher.verify('correct horse battery', first))).toEqual({ match: true, weak: false })
    expect(value(await hasher.verify('correct horse batterz', first))).toEqual({ match: false, weak: false })
  })

  it('takes both spellings of an accented letter for the same password', async () => {
    const hasher = createHasher({ derive: countingDerive().derive })
    const stored = value(await hasher.hash('cafe\u0301 au lait'))
    expect(value(await hasher.verify('caf\u00e9 au lait', stored)).match).toBe(true)
  })

  it('never matches when there is no account or the stored text is not ours', async () => {
    const hasher = createHasher({ derive: countingDerive().derive })
    for (const stored of [null, '', '$argon2id$', '$argon2id$v=19$m=1,t=1,p=1$$', 'plain']) {
      expect(value(await hasher.verify('', stored)).match).toBe(false)
    }
  })
})

describe('bounds', () => {
  it('works on two at once, lets twenty wait, and turns the rest away with a time to come back', async () => {
    const gate = Promise.withResolvers<void>()
    let running = 0
    let most = 0
    const hasher = createHasher({ derive: async () => {
      most = Math.max(most, ++running)
      await gate.promise
      running--
      return new Uint8Array(32)
    } })
    const all = Array.from({ length: 200 }, () => hasher.hash('x'))
    const refused = await Promise.all(all.slice(22))
    expect(refused.every((result) => codeOf(result) === 'rate-limited' && !result.ok && (result.error.retryAfterS ?? 0) > 0)).toBe(true)
    gate.resolve()
    expect((await Promise.all(all.slice(0, 22))).every((result) => result.ok)).toBe(true)
    expect(most).toBe(2)
    expect((await hasher.hash('x')).ok).toBe(true)
  })

  it('frees its place when hashing throws', async () => {
    let calls = 0
    const hasher = createHasher({ derive: () => (++calls <= 5 ? Promise.reject(new Error('out of memory')) : Promise.resolve(new Uint8Array(32))) })
    const failed = await Promise.allSettled(Array.from({ length: 5 }, () => hasher.hash('x')))
    expect(failed.every((result) => result.status === 'rejected')).toBe(true)
    expect((await hasher.hash('x')).ok).toBe(true)
  })

  it('does the same work for an unknown account as for a known one', async () => {
    const { derive, calls } = countingDerive()
    const hasher = createHasher({ derive })
    const stored = value(await hasher.hash('x'))
    calls.costs.length = 0
    await hasher.verify('guess', stored)
    await hasher.verify('guess', null)
    const { memoryKib, passes, lanes } = TODAYS_COST
    expect(calls.costs).toEqual([`${memoryKib}/${passes}/${lanes}`, `${memoryKib}/${passes}/${lanes}`])
  })
})
