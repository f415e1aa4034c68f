/** The real nslookup against a name server on loopback, with the command line that Hopscope uses, and its self-test. */
import { execFile } from 'node:child_process'
import { accessSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Observed } from '#lib/protocol/events.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import { nslookup } from '#lib/tools/nslookup/index.ts'
import type { NslookupOptions } from '#lib/tools/nslookup/options.ts'
import { HOSTILE, startServer } from '#test/lib/tools/dns/dig/server.ts'
import { bytesOf, contextOf, eventsOf, NOW } from './context.ts'

const NSLOOKUP = '/usr/bin/nslookup'
const hasNslookup = ((): boolean => {
  try {
    accessSync(NSLOOKUP)
    return true
  } catch {
    return false
  }
})()

const run = (args: readonly string[]): Promise<{ printed: string; code: number }> => new Promise((done, fail) => {
  execFile(NSLOOKUP, [...args], { env: { ...process.env, LC_ALL: 'C.UTF-8' }, timeout: 30_000 }, (error, stdout, stderr) => {
    if (error?.signal) fail(error)
    else done({ printed: stdout + stderr, code: typeof error?.code === 'number' ? error.code : 0 })
  })
})

async function look(host: string, some: Partial<NslookupOptions>): Promise<{ events: Observed[]; outcome: Outcome }> {
  const context = contextOf({ server: '127.0.0.1', timeoutMs: 1000, tries: 1, ...some }, host)
  expect(nslookup.cannot?.(context.options, context.target)).toBeNull()
  const { printed, code } = await run(nslookup.argv(context.options, context.target))
  const parser = nslookup.parser(context)
  const events = [...parser.push(bytesOf(printed), NOW), ...parser.end(NOW)]
  expect(eventsOf(events, 'unrecognised')).toEqual([])
  return { events, outcome: parser.verdict({ code, signal: null }) }
}

describe.skipIf(!hasNslookup)('nslookup (NOT RUN where it is not installed)', () => {
  let server: Awaited<ReturnType<typeof startServer>>
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(async () => {
    await server.close()
  })

  it.each([
    ['ok.example.', {}, 'NOERROR', ['A 192.0.2.7', 'AAAA ::1'], 'nslookup got 2 records for ok.example from 127.0.0.1.'],
    ['ok.example.', { recordType: 'TXT' }, 'NOERROR', [`TXT ${HOSTILE.toString('utf8')}two`], 'nslookup got 1 record for ok.example from 127.0.0.1.'],
    ['ok.example.', { recordType: 'SRV' }, 'NOERROR', ['SRV 1 2 443 host.example'], 'nslookup got 1 record for ok.example from 127.0.0.1.'],
    ['ok.example.', { recordType: 'CAA', transport: 'tcp' }, 'NOERROR', ['CAA 0 issue "ca.example"'], 'nslookup got 1 record for ok.example from 127.0.0.1.'],
    ['192.0.2.7', {}, 'NOERROR', ['PTR we ird(x)\u001b[31m.<b>.example'], 'nslookup got 1 record for 7.2.0.192.in-addr.arpa.'],
    ['cut.example.', { recordType: 'A' }, 'NOERROR', ['A 192.0.2.7'], 'nslookup got 1 record for cut.example from 127.0.0.1.'],
    ['nx.example.', {}, 'NXDOMAIN', [], 'nx.example does not exist, says 127.0.0.1 (NXDOMAIN).'],
    ['nodata.example.', { recordType: 'MX' }, 'NOERROR', [], 'nodata.example exists, but has no MX record, says 127.0.0.1.'],
    ['servfail.example.', { recordType: 'A' }, 'SERVFAIL', [], /could not find out about servfail\.example/],
    ['refused.example.', {}, 'REFUSED', [], /refuses to answer the vantage about refused\.example/],
    ['drop.example.', {}, 'TIMEOUT', [], /127\.0\.0\.1#\d+ stayed silent/],
    ['garbage.example.', {}, 'BADREPLY', [], /no DNS answer/],
  ] as const)('%s %j is %s', async (host, some, status, records, message) => {
    const { events, outcome } = await look(host, { ...some, port: server.port })
    const [reply, ...more] = eventsOf(events, 'nslookup.reply')
    expect(more).toEqual([])
    expect(reply?.reply.status).toBe(status)
    expect(reply?.reply.answers.map(({ type, value }) => `${type} ${value}`)).toEqual(records)
    expect(reply?.reply.truncated).toBe(host === 'cut.example.')
    if (typeof message === 'string') expect(outcome.message).toBe(message)
    else expect(outcome.message).toMatch(message)
    expect(outcome.kind).toBe(typeof message === 'string' ? 'finished' : 'failed')
  })

  it('the self-test asks where no name server is, on the host itself', async () => {
    const { versionArgs, version, probeArgs, proof } = nslookup.selfTest
    expect(version((await run(versionArgs)).printed)).toMatch(/^9\./)
    expect((await run(probeArgs)).printed).toMatch(proof ?? /never/)
    expect(probeArgs.at(-1)).toBe('127.0.0.1')
  })
})
