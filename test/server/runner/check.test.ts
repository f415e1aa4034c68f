/** What the runner checks again of a start: the host itself, a target without an address, the servers that options name. */
import { describe, expect, test } from 'vitest'
import { decodePolicy, type Policy } from '#lib/policy/policy.ts'
import { ok, type Result } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { Tool } from '#lib/tools/tool.ts'
import { checkStart, type Checked } from '#server/runner/runs/check.ts'
import { pinHost } from '#server/runner/runs/pins.ts'
import { fakeTool, FAKE, LOCALHOST, locateFake } from './support/fake.ts'
import { nextRunId, SESSION } from './support/rig.ts'

function policyOf(json: object): Policy {
  const decoded = decodePolicy(json, 'test')
  if (!decoded.ok) throw new Error(decoded.error.message)
  return decoded.value
}
const policy = policyOf({ denyAddresses: [{ match: '10.6.0.0/16', reason: 'it is not ours' }], denyNames: [{ match: '*.corp.test', reason: 'inner names stay inside' }] })
const plain = fakeTool('pipe')
const naming: Tool<object, unknown> = { ...plain, takesUnresolved: true, contacts: () => [] }
const check = (target: PinnedTarget, tool: Tool<object, unknown> = plain): Result<Checked> =>
  checkStart({ type: 'start', call: 1, runId: nextRunId(), sessionId: SESSION, tool: 'ping', target, options: { mode: [] } }, { tools: { ping: tool }, policy, locate: locateFake })
const named = (host: string): PinnedTarget => ({ host, address: '192.0.2.1', family: 4, addresses: ['192.0.2.1'] })
const unresolved = (host: string, more: Partial<PinnedTarget> = {}): PinnedTarget => ({ host, address: '', family: 4, addresses: [], unresolved: `${host} has no address.`, ...more })

describe('the host, which some tools hand to a program', () => {
  test('is a canonical name or address', () => {
    expect(check(named('www.example'))).toMatchObject({ ok: true, value: { program: { path: FAKE } } })
    expect(check({ ...LOCALHOST, host: '2001:db8::1' })).toMatchObject({ ok: true })
    for (const host of ['', '-f', '@10.0.0.1', '+trace', 'a b', 'A.example', 'a.example.', 'a.example:53', 'a\nb', 'https://a.example', 'curl a.example', '127.1', '2001:DB8::1']) {
      expect(check(named(host)), host).toMatchObject({ ok: false, error: { code: 'target-invalid', message: expect.stringContaining('No packet was sent') } })
    }
  })
  test('is one that policy allows, also where it has no address', () => {
    const refused = { ok: false, error: { code: 'target-refused', field: 'target', rule: expect.stringContaining('*.corp.test'), message: expect.stringContaining('inner names stay inside') } }
    expect(check(named('db.corp.test'))).toMatchObject(refused)
    expect(check(unresolved('db.corp.test'), naming)).toMatchObject(refused)
  })
})

describe('a target without an address', () => {
  test('starts what asks about names, and nothing else', () => {
    expect(check(unresolved('gone.example'), naming)).toMatchObject({ ok: true })
    expect(check(unresolved('gone.example'))).toEqual({ ok: false, error: { code: 'target-unresolved', field: 'target', message: 'gone.example has no address.' } })
  })
  test('is a name and has no address at all', () => {
    for (const target of [unresolved('gone.example', { address: '192.0.2.1' }), unresolved('gone.example', { addresses: ['192.0.2.1'] }), unresolved('192.0.2.1')]) {
      expect(check(target, naming)).toMatchObject({ ok: false, error: { code: 'target-invalid' } })
    }
    const { unresolved: _, ...silent } = unresolved('gone.example')
    expect(check(silent, naming)).toMatchObject({ ok: false, error: { code: 'target-invalid' } })
  })
})

describe('servers that the options name', () => {
  test('are judged as the target is', () => {
    const asking = (...servers: string[]): Result<Checked> => check(named('www.example'), { ...naming, contacts: () => servers })
    expect(asking('10.0.0.53', '2001:db8::53')).toMatchObject({ ok: true })
    expect(asking('10.0.0.53', '10.6.0.53')).toMatchObject({ ok: false, error: { code: 'target-refused', field: 'options.server', rule: expect.stringContaining('10.6.0.0/16'), message: expect.stringContaining('10.6.0.53') } })
    for (const server of ['169.254.169.254', '::ffff:169.254.169.254', '224.0.0.251', 'ns.example', '']) expect(asking(server), server).toMatchObject({ ok: false, error: { code: 'target-refused', field: 'options.server' } })
  })
})

describe('a host of a pin', () => {
  const asked: string[] = []
  const answers: Record<string, string[]> = { 'ns.example': ['192.0.2.53', '2001:db8::53'], 'mixed.example': ['192.0.2.53', '10.6.6.6'], 'meta.example': ['169.254.169.254'] }
  const resolve = async (host: string) => {
    asked.push(host)
    const addresses = answers[host]
    return addresses === undefined
      ? { ok: false as const, error: { code: 'target-unresolved' as const, message: `${host} does not resolve.` } }
      : ok({ host, addresses: addresses.map((address) => ({ address, family: address.includes(':') ? 6 as const : 4 as const })), by: 'hosts file', ms: 1 })
  }
  const pin = (host: string) => { asked.length = 0; return pinHost(host, { policy, resolve }) }
  test('a name is resolved, and every answer is judged: one refused answer refuses all', async () => {
    expect(await pin('ns.example')).toMatchObject({ ok: true, value: { host: 'ns.example', address: '192.0.2.53', addresses: ['192.0.2.53', '2001:db8::53'], resolvedBy: 'hosts file' } })
    expect(await pin('NS.example.')).toMatchObject({ ok: true, value: { host: 'ns.example' } })
    expect(await pin('mixed.example')).toMatchObject({ ok: false, error: { code: 'target-refused', rule: expect.stringContaining('10.6.0.0/16') } })
    expect(await pin('meta.example')).toMatchObject({ ok: false, error: { code: 'target-refused' } })
    expect(await pin('gone.example')).toMatchObject({ ok: false, error: { code: 'target-unresolved' } })
  })
  test('a name that policy refuses is not asked for; an address needs no asking', async () => {
    expect(await pin('db.corp.test')).toMatchObject({ ok: false, error: { code: 'target-refused', message: expect.stringContaining('inner names') } })
    expect(asked).toEqual([])
    expect(await pin('10.6.6.6')).toMatchObject({ ok: false, error: { code: 'target-refused' } })
    expect(await pin('::ffff:192.0.2.1')).toMatchObject({ ok: true, value: { address: '192.0.2.1' } })
    expect(asked).toEqual([])
  })
  test('is one host and nothing more', async () => {
    for (const host of ['ns.example:53', 'https://ns.example/', 'dig ns.example', 'ssh ns.example', '', '-x', 'a b', '<script>', 'x'.repeat(300)]) expect(await pin(host), host).toMatchObject({ ok: false, error: { code: 'target-invalid' } })
    expect(asked).toEqual([])
  })
})
