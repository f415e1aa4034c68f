/** The audit log: chained, escaped, free of secrets, and any edit is found (S50, S51, S52). */
import { readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GENESIS, openLine, sealLine } from '#server/web/audit/chain.ts'
import { AuditUnavailable } from '#server/web/audit/types.ts'
import { verifyAudit } from '#server/web/audit/verify.ts'
import { by, bytesOf, clock, entry, first, folder, linesOf, opened, written } from './helpers.ts'

describe('writing', () => {
  it('one line an entry, chained from zero, in files of mode 0600', async () => {
    const dir = folder()
    const audit = opened(dir)
    await audit.write({ by, action: 'run-start', sessionId: 'S', runId: 'R', tool: 'ping', target: 'db1', pinned: '10.0.0.5', argv: ['/usr/bin/ping', '-n', '--', '10.0.0.5'] })
    await audit.write({ by, action: 'sign-out', webSessionId: null })
    const [one, two] = linesOf(dir).map((line): Record<string, unknown> => JSON.parse(line))
    expect(one).toEqual({
      n: 1, at: '2027-01-15T08:00:00.000Z', action: 'run-start', by, sessionId: 'S', runId: 'R', tool: 'ping', target: 'db1', pinned: '10.0.0.5',
      argv: ['/usr/bin/ping', '-n', '--', '10.0.0.5'], prev: '0'.repeat(64), hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(two).toMatchObject({ n: 2, action: 'sign-out', webSessionId: null, prev: one?.['hash'] })
    expect(await audit.verify()).toEqual({ ok: true, value: { entries: 2 } })
    expect(readdirSync(dir).map((name) => statSync(join(dir, name)).mode & 0o777)).toEqual([0o600, 0o600])
    expect(statSync(dir).mode & 0o777).toBe(0o700)
  })

  it('each entry is one write', async () => {
    const writes: string[] = []
    const audit = opened(folder(), { write: async (handle, bytes) => {
      writes.push(Buffer.from(bytes).toString())
      return (await handle.write(bytes)).bytesWritten
    } })
    await Promise.all(Array.from({ length: 50 }, (_, n) => audit.write(entry(n))))
    expect(writes).toHaveLength(50)
    expect(writes.every((text) => text.endsWith('}\n') && text.indexOf('\n') === text.length - 1)).toBe(true)
    expect((await audit.tail(3)).map((record) => record.runId)).toEqual(['run-47', 'run-48', 'run-49'])
  })

  it('controls, bidi marks and line separators are escapes, whatever was typed', async () => {
    const dir = folder()
    const audit = opened(dir)
    const nasty = 'a\u0000\u001b[31m\r\n\u0085\u2028\u202e\u200b\ufeff\u{e0001}\ud800"\\'
    await audit.write({ by: { ...by, name: nasty }, action: 'sign-in-failed', account: nasty, reason: 'password' })
    const [text = ''] = linesOf(dir)
    expect(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text)).toBe(false)
    expect(JSON.parse(text)).toMatchObject({ account: nasty })
    expect(await audit.verify()).toMatchObject({ ok: true })
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary' }), async (account) => {
      await audit.write({ by, action: 'sign-in-failed', account, reason: 'password' })
      expect((await audit.tail(1))[0]).toMatchObject({ action: 'sign-in-failed' })
    }), { numRuns: 50 })
    expect(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(bytesOf(dir).toString().replaceAll('\n', ''))).toBe(false)
    expect(await audit.verify()).toMatchObject({ ok: true })
  })

  it('keeps no secret: neither an unknown field nor one that was pasted somewhere', async () => {
    const dir = folder()
    const audit = opened(dir)
    const secret = `hss_${'Ab-_'.repeat(8)}`
    const token = `hsa_${'Cd09'.repeat(8)}`
    const sneaky = { by: { userId: null, name: 'ada', address: null, password: 'hunter2hunter2' }, action: 'run-refused', tool: 'ping', target: `https://h/s/x#${secret}`, rule: token, code: 'x', cookie: 'hunter2hunter2' } as const
    await audit.write(sneaky)
    const text = bytesOf(dir).toString()
    for (const word of ['hunter2', secret.slice(4), token.slice(4), 'cookie', 'password']) expect(text).not.toContain(word)
    expect(text).toContain('hss_(removed)')
  })

  it('caps what one entry may hold', async () => {
    const dir = folder()
    const audit = opened(dir)
    await audit.write({ by, action: 'run-start', sessionId: 'S', runId: 'R', tool: 'ping', target: 'x'.repeat(100_000), pinned: '\u0001'.repeat(100_000), argv: Array.from({ length: 10_000 }, () => 'y'.repeat(10_000)) })
    expect(bytesOf(dir).length).toBeLessThan(64 * 1024)
  })

  it('goes on in a new file beyond its size, one chain through all of them', async () => {
    const dir = await written(30, { fileBytes: 2000 })
    const files = readdirSync(dir).filter((name) => name.endsWith('.ndjson'))
    expect(files.length).toBeGreaterThan(3)
    expect(files.every((name) => statSync(join(dir, name)).size <= 2000)).toBe(true)
    expect(await verifyAudit(dir)).toEqual({ ok: true, value: { entries: 30 } })
    const audit = opened(dir, { fileBytes: 2000 })
    await audit.write(entry(31))
    expect(await audit.verify()).toEqual({ ok: true, value: { entries: 31 } })
    expect((await audit.tail(31)).map((record) => record.n)).toEqual(Array.from({ length: 31 }, (_, i) => i + 1))
    expect(await audit.tail(0)).toEqual([])
  })
})

describe('verify finds', () => {
  it('any changed byte, anywhere', async () => {
    const dir = await written(6)
    const good = bytesOf(dir)
    const change = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }))
    await fc.assert(fc.asyncProperty(change, async ([at, by256]) => {
      const bad = Buffer.from(good)
      bad[at] = ((bad[at] ?? 0) + by256) % 256
      writeFileSync(join(dir, first), bad)
      expect(await verifyAudit(dir)).toMatchObject({ ok: false, error: { code: 'invalid' } })
    }), { numRuns: 400 })
    for (const at of [0, good.indexOf(10), good.length - 1, good.length - 2]) {
      const bad = Buffer.from(good)
      bad[at] = 0x20
      writeFileSync(join(dir, first), bad)
      expect((await verifyAudit(dir)).ok).toBe(false)
    }
    writeFileSync(join(dir, first), good)
    expect(await verifyAudit(dir)).toEqual({ ok: true, value: { entries: 6 } })
  })

  it('a line removed, repeated, swapped or made up, and names it', async () => {
    const dir = await written(5)
    const lines = linesOf(dir)
    const swapped = [lines[0], lines[2], lines[1], ...lines.slice(3)]
    const forged = [...lines.slice(0, 2), (lines[2] ?? '').replace('run-3', 'run-X'), ...lines.slice(3)]
    const cases = [[lines.toSpliced(2, 1), 3], [lines.toSpliced(2, 0, lines[1] ?? ''), 3], [swapped, 2], [forged, 3], [lines.toSpliced(1, 0, '{}'), 2], [lines.toSpliced(1, 0, ''), 2]] as const
    for (const [bad, where] of cases) {
      writeFileSync(join(dir, first), `${bad.join('\n')}\n`)
      const found = await verifyAudit(dir)
      expect(found.ok ? '' : found.error.message).toContain(`${first} line ${where}:`)
    }
  })

  it('an entry that was rewritten with a right hash of its own: the next one does not follow it', async () => {
    const dir = await written(5)
    const lines = linesOf(dir)
    const before = openLine(Buffer.from(lines[1] ?? ''))?.link ?? GENESIS
    const forged = sealLine(before, clock.nowMs(), { action: 'run-stop', by: null, sessionId: 'S', runId: 'run-X' }).bytes.toString().trimEnd()
    writeFileSync(join(dir, first), `${lines.toSpliced(2, 1, forged).join('\n')}\n`)
    const found = await verifyAudit(dir)
    expect(found.ok ? '' : found.error.message).toContain(`${first} line 4:`)
  })

  it('entries cut off the end, a file that is missing, a lost head', async () => {
    const dir = await written(5)
    const lines = linesOf(dir)
    writeFileSync(join(dir, first), `${lines.slice(0, 3).join('\n')}\n`)
    const cut = await verifyAudit(dir)
    expect(cut.ok ? '' : cut.error.message).toContain('entries up to 5 were removed')
    const rotated = await written(30, { fileBytes: 2000 })
    rmSync(join(rotated, 'audit-000002.ndjson'))
    const gap = await verifyAudit(rotated)
    expect(gap.ok ? '' : gap.error.message).toContain('audit-000002.ndjson')
    const headless = await written(2)
    rmSync(join(headless, 'audit-head'))
    expect((await verifyAudit(headless)).ok).toBe(false)
  })

  it('a cut also after the server went on writing', async () => {
    const dir = await written(5)
    writeFileSync(join(dir, first), `${linesOf(dir).slice(0, 3).join('\n')}\n`)
    const audit = opened(dir)
    for (let n = 0; n < 5; n++) await audit.write(entry(n))
    const found = await audit.verify()
    expect(found.ok ? '' : found.error.message).toContain('entries up to 5 had been removed before the server started')
  })

  it('an edit under a running server', async () => {
    const dir = folder()
    const audit = opened(dir)
    await audit.write(entry(1))
    await audit.write(entry(2))
    truncateSync(join(dir, first), (linesOf(dir)[0] ?? '').length + 1)
    rmSync(join(dir, 'audit-head'))
    expect((await audit.verify()).ok).toBe(false)
  })

  it('nothing wrong with a folder that is not there', async () => {
    expect(await verifyAudit(folder())).toEqual({ ok: true, value: { entries: 0 } })
  })
})

describe('when it cannot write (S51)', () => {
  it('rejects, says so, leaves no half line, and works again after', async () => {
    const dir = folder()
    let fault: 'none' | 'short' | 'throw' = 'none'
    const audit = opened(dir, { write: async (handle, bytes) => {
      if (fault === 'throw') throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      return (await handle.write(fault === 'short' ? bytes.subarray(0, 76) : bytes)).bytesWritten
    } })
    await audit.write(entry(1))
    for (const kind of ['short', 'throw'] as const) {
      fault = kind
      await expect(audit.write(entry(2))).rejects.toBeInstanceOf(AuditUnavailable)
      expect(audit.available()).toBe(false)
      expect(linesOf(dir)).toHaveLength(1)
    }
    fault = 'none'
    await audit.write(entry(2))
    expect(audit.available()).toBe(true)
    expect(await audit.verify()).toEqual({ ok: true, value: { entries: 2 } })
  })

  it('in a batch, what was written before the fault is acknowledged, the rest is not', async () => {
    const dir = folder()
    let writes = 0
    const audit = opened(dir, { write: async (handle, bytes) => {
      if (++writes > 3) throw new Error('disk full')
      return (await handle.write(bytes)).bytesWritten
    } })
    const results = await Promise.allSettled(Array.from({ length: 6 }, (_, n) => audit.write(entry(n))))
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected', 'rejected'])
    expect(await audit.verify()).toEqual({ ok: true, value: { entries: 3 } })
  })

  it('rejects while its folder cannot be made, and works once it can', async () => {
    const dir = folder()
    writeFileSync(dir, 'a file where the folder should be')
    const audit = opened(dir)
    await expect(audit.write(entry(1))).rejects.toBeInstanceOf(AuditUnavailable)
    rmSync(dir)
    await audit.write(entry(1))
    expect(await audit.verify()).toEqual({ ok: true, value: { entries: 1 } })
  })

  it('a file of junk is not overwritten: it says to move the folder aside', async () => {
    const dir = await written(1)
    writeFileSync(join(dir, first), Buffer.alloc(2 * 1024 * 1024, 'x'))
    const audit = opened(dir)
    await expect(audit.write(entry(1))).rejects.toThrow(/move the folder aside/)
    expect(bytesOf(dir)).toHaveLength(2 * 1024 * 1024)
  })

  it('a thousand entries may wait, no more', async () => {
    const gate = Promise.withResolvers<void>()
    const audit = opened(folder(), { write: async (handle, bytes) => {
      await gate.promise
      return (await handle.write(bytes)).bytesWritten
    } })
    const all = Array.from({ length: 1500 }, (_, n) => audit.write(entry(n)).then(() => 'kept', () => 'refused'))
    gate.resolve()
    const results = await Promise.all(all)
    expect(results.filter((result) => result === 'refused')).toHaveLength(500)
    expect(await audit.verify()).toEqual({ ok: true, value: { entries: 1000 } })
  })
})
