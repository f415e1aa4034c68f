/** Hostile options and targets through the HTTP API: refused with a reason, or bounded; nothing starts that should not, nothing is polluted. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodePolicy } from '#lib/policy/policy.ts'
import type { Inspection } from '#lib/protocol/api.ts'
import type { Result } from '#lib/protocol/result.ts'
import { TOOLS } from '#lib/tools/index.ts'
import { startTestWeb, valueOf, type TestWeb } from '#test/server/web/helpers.ts'
import { expand, options, targets, usedMb, type OptionRow } from './corpus.ts'

let site: TestWeb
/** The command of each tool without options. */
const plain: Record<string, string[]> = {}
beforeAll(async () => {
  site = await startTestWeb({ proxied: true, policy: valueOf(decodePolicy({ limits: { runsPerHost: 256, runsPerUser: 64, startsPerUserPerHour: 3600, newTargetsPerMinute: 120 } }, 'test')) })
  for (const tool of Object.keys(TOOLS)) plain[tool] = commandOf(await inspect(`{"target":"127.0.0.1","runs":[{"tool":"${tool}","options":{}}]}`)) ?? []
})
afterAll(async () => { await site.close() })

async function send(path: string, raw: string, cookie = site.admin.cookie): Promise<{ status: number; json: unknown }> {
  return site.ask({ method: 'POST', path, raw, cookie }).catch(() => ({ status: 400, json: { ok: false, error: { code: 'invalid', message: 'cut off' } } }))
}
async function inspect(raw: string, cookie?: string): Promise<Result<Inspection>> {
  return (await send('/api/v1/targets/inspect', raw, cookie)).json as Result<Inspection>
}
/** The command that would run; null when anything was refused. */
function commandOf(answer: Result<Inspection>): string[] | null {
  if (!answer.ok || answer.value.problem !== null) return null
  return answer.value.runs[0]?.command ?? null
}

/** Ours have the corpus' names; the family is a field of the request, and what ping here does not have is left out of rows that must be accepted. */
function adapted(row: OptionRow): string {
  if (row.expect !== 'accept') return row.raw
  const { ipVersion: _, df: _d, ...known } = JSON.parse(row.raw) as Record<string, unknown>
  return JSON.stringify(known)
}
const isOurs = (row: OptionRow): boolean => Object.hasOwn(TOOLS, row.tool)

describe('options', () => {
  test.each(options().filter(isOurs))('$id $expect $raw', async (row) => {
    const raw = `{"target":"127.0.0.1","runs":[{"tool":"${row.tool}","options":${expand(adapted(row))}}]}`
    const before = row.expect === 'reject-fast' ? usedMb() : 0
    const startedMs = performance.now()
    const command = commandOf(await inspect(raw))
    const tookMs = performance.now() - startedMs
    if (row.expect === 'accept') expect(command).not.toBeNull()
    if (row.expect === 'reject') expect(command).toBeNull()
    if (row.expect === 'inert') expect(command ?? plain[row.tool]).toEqual(plain[row.tool])
    if (row.expect === 'reject-fast') {
      expect(command).toBeNull()
      expect(tookMs).toBeLessThan(1000)
      await expect.poll(() => usedMb() - before, { timeout: 10_000 }).toBeLessThan(20)
    }
    if (row.expect === 'bounded' || row.expect === 'either') expect(outOfRange(row.tool, command)).toEqual([])
    expect(Object.keys(Object.prototype)).toEqual([])
    const startedRuns = site.vantage.started.length
    const answer = await send('/api/v1/sessions', raw)
    expect(answer.status === 201).toBe(command !== null)
    expect(site.vantage.started.length).toBe(startedRuns + (command === null ? 0 : 1))
    const run = site.vantage.started.at(-1)
    if (command !== null && run !== undefined) site.vantage.end(run.runId)
  })

  /** The corpus has no rows for nslookup: those of dns, with what both have. */
  test.each(options().filter((row) => row.tool === 'dns' && !/"recordType":"(A|ANY|PTR)"/.test(row.raw)))('nslookup $id $expect $raw', async (row) => {
    const answer = await inspect(`{"target":"127.0.0.1","runs":[{"tool":"nslookup","options":${expand(row.raw)}}]}`)
    const command = commandOf(answer)
    if (row.expect === 'reject') expect(command).toBeNull()
    expect(outOfRange('nslookup', command)).toEqual([])
  })

  test('the bounds are those of flags that the commands have', () => {
    for (const tool of ['dns', 'nslookup']) for (const flag of Object.keys(BOUNDS[tool] ?? {})) expect([tool, flag, plain[tool]?.some((arg) => arg.startsWith(flag))]).toEqual([tool, flag, true])
  })

  const HOSTILE = ['$(id)', '`id`', '-f/etc/passwd', '+trace', '@1.1.1.1', 'a b', 'a\u0000', '../x', '%s', 'file:///etc/passwd', 'A'.repeat(5000), '{"$gt":""}', '\u202e', '=1']
  test.each(['dns', 'nslookup', 'reach'])('no text of an option of %s gets into its command as it was sent', async (tool) => {
    for (const { name } of TOOLS[tool as 'dns'].fields) for (const value of HOSTILE) {
      const answer = await inspect(JSON.stringify({ target: '127.0.0.1', runs: [{ tool, options: { [name]: value } }] }))
      expect([name, value.slice(0, 20), commandOf(answer)]).toEqual([name, value.slice(0, 20), null])
      expect(answer.ok ? answer.value.problem : answer.error).toMatchObject({ code: 'invalid', field: `options.${name}` })
    }
  })

  test('tools that do not exist here are refused by name', async () => {
    for (const row of options().filter((one) => !isOurs(one))) {
      const answer = await send('/api/v1/targets/inspect', `{"target":"127.0.0.1","runs":[{"tool":"${row.tool}","options":{}}]}`)
      expect([row.tool, answer.status]).toEqual([row.tool, 400])
    }
  })
})

/** Values that the server allows, by flag of each tool's command (S38); `+time=` and its like hold theirs. mtr without a count runs for a day. */
const BOUNDS: Record<string, Record<string, [number, number]>> = {
  ping: { '-c': [1, 1000], '-i': [0.2, 60], '-W': [0.2, 10], '-s': [0, 1472], '-t': [1, 255], '-w': [1, 86_400] },
  mtr: { '-c': [1, 86_400], '-i': [1, 60], '-G': [1, 8], '-Z': [1, 60], '-m': [1, 64], '-f': [1, 64], '-s': [28, 1500], '-P': [1, 65_535] },
  traceroute: { '-f': [1, 64], '-m': [1, 64], '-q': [1, 5], '-w': [0.5, 5], '-N': [1, 16], '-p': [1, 65_535] },
  dns: { '+time=': [1, 5], '+tries=': [1, 3], '-p': [1, 65_535] },
  nslookup: { '-timeout=': [1, 10], '-retry=': [1, 3], '-port=': [1, 65_535] },
}

/** Flags of a command whose value lies outside what the server allows. */
function outOfRange(tool: string, command: string[] | null): string[] {
  if (command === null) return []
  return Object.entries(BOUNDS[tool] ?? {}).flatMap(([flag, [min, max]]) => {
    const joined = flag.endsWith('=')
    const texts = command.flatMap((arg, at) => (joined ? (arg.startsWith(flag) ? [arg.slice(flag.length)] : []) : arg === flag ? [command[at + 1] ?? ''] : []))
    return texts.filter((text) => !(Number(text) >= min && Number(text) <= max)).map((text) => `${flag} ${text}`)
  })
}

describe('targets', () => {
  const rows = targets().filter((row) => row.class !== 'resolve')
  test.each(rows)('$expectation $layer $class $text', async ({ text, expectation, layer }) => {
    const person = await site.person('operator')
    const [kind, canonical = ''] = split(expectation)
    const host = canonical.replace(/^\[([^\]]*)\](:\d+)?$/, '$1')
    if (kind !== 'reject') site.vantage.names.set(host, ['192.0.2.55'])
    const asked = site.vantage.resolved.length
    const answer = await inspect(JSON.stringify({ target: text }), person.cookie)
    const inspection = answer.ok ? answer.value : null
    const target = inspection?.target ?? null
    if (kind === 'reject') {
      expect(target).toBeNull()
      // A link-local literal asks the vantage whether its interface exists; that is no DNS query.
      if (layer === 'syntax') expect(site.vantage.resolved.slice(asked).filter((name) => !name.includes('%'))).toEqual([])
      const problem = answer.ok ? answer.value.problem : answer.error
      expect(problem?.message).toMatch(/\S{3}/)
      expect((await send('/api/v1/sessions', JSON.stringify({ target: text, runs: [{ tool: 'ping', options: {} }] }), person.cookie)).status).not.toBe(201)
      return
    }
    if (kind === 'accept-as') expect(inspection?.problem ?? null).toBeNull()
    if (target !== null) {
      expect([target.host, canonical]).toContain(target.host)
      expect(target.host === host || canonical.startsWith(target.host)).toBe(true)
      expect(inspection?.runs[0]?.command.at(-1)).toBe(target.address)
    }
  })
})

function split(expectation: string): [string, string?] {
  const at = expectation.indexOf(':')
  return at < 0 ? [expectation] : [expectation.slice(0, at), expectation.slice(at + 1)]
}
