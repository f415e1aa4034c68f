/** The runner's parts one by one: output limits, outcomes, trust in program and policy files, clock steps, privileges, self-test. */
import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RunId, SessionId } from '#lib/protocol/ids.ts'
import type { Observed } from '#lib/protocol/events.ts'
import { LINK_FRAME_MAX, LinkReply } from '#lib/protocol/link.ts'
import { TOOLS } from '#lib/tools/index.ts'
import type { Tool } from '#lib/tools/tool.ts'
import { runtimeProblem } from '#server/launch/runtime.ts'
import { createStepDetector } from '#server/runner/clocks.ts'
import { describeFacts } from '#server/runner/describe.ts'
import { gatherFacts } from '#server/runner/facts.ts'
import { locateTool, type Located } from '#server/runner/locate.ts'
import { readPolicyFile } from '#server/runner/policy-file.ts'
import { readPrivileges, type Privileges } from '#server/runner/privileges.ts'
import { createProcesses } from '#server/runner/process/processes.ts'
import { eventFrames } from '#server/runner/runs/frames.ts'
import { createOutputGate, type Truncation } from '#server/runner/runs/output-gate.ts'
import { outcomeOf, type Ending } from '#server/runner/runs/outcome.ts'
import { packagesOf, socketOpener } from '#server/runner/programs.ts'
import { selfTest, ToolTests } from '#server/runner/self-test.ts'
import { FAKE, fakeTool, locateFake, tempRunDir } from './support/fake.ts'

let dir: string
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'hopscope-parts-')) })
afterEach(() => rmSync(dir, { recursive: true, force: true }))
const asRoot = process.getuid?.() === 0

describe('the output gate', () => {
  test('every byte is parsed or counted, whole lines only, however it is cut', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.stringMatching(/^[ab\n]{0,30}$/), fc.integer({ min: 0, max: 400 }))), (chunks) => {
      const gate = createOutputGate({ linesPerS: 3, transcriptBytes: 20, totalBytes: 1e6 })
      const told: Truncation[] = []
      let at = 0
      let parsed = ''
      let kept = 0
      for (const [text, waitMs] of chunks) {
        at += waitMs
        const { parse, keep } = gate.push(Buffer.from(text), at)
        parsed += Buffer.from(parse).toString()
        kept += keep.length
        told.push(...gate.truncations(false))
      }
      told.push(...gate.truncations(true))
      const cut = (what: Truncation['what']): number => told.filter((truncation) => truncation.what === what).reduce((sum, truncation) => sum + truncation.bytes, 0)
      const all = chunks.map(([text]) => text).join('')
      expect(parsed.length + cut('lines')).toBe(all.length)
      expect(kept + cut('transcript')).toBe(parsed.length)
      expect(kept).toBe(Math.min(20, parsed.length))
      // Nothing but whole lines of the input, in order: what is parsed is a subsequence of its lines.
      const input = all.split('\n')
      let from = 0
      for (const line of parsed.split('\n').slice(0, -1)) {
        const found = input.indexOf(line, from)
        expect(found).toBeGreaterThanOrEqual(0)
        from = found + 1
      }
    }))
  })
  test('2,000 lines a second: the rest of that second is dropped, the next second is heard again', () => {
    const gate = createOutputGate()
    const second = Buffer.from('x\n'.repeat(5000))
    expect(gate.push(second, 0).parse.length).toBe(4000)
    expect(gate.push(second, 999).parse.length).toBe(0)
    expect(gate.truncations(false)).toEqual([])
    expect(gate.push(second, 1000).parse.length).toBe(4000)
    expect(gate.truncations(false)).toMatchObject([{ what: 'lines', text: expect.stringMatching(/^11000 lines/) }])
  })
  test('what the caller did not keep counts to the total; a new window has a budget of its own at the beginning of a line', () => {
    const gate = createOutputGate({ linesPerS: 3, transcriptBytes: 1000, totalBytes: 100 })
    expect(Buffer.from(gate.push(Buffer.from('1\n2\n3\n4\nhalf'), 0).parse).toString()).toBe('1\n2\n3\n')
    gate.newWindow()
    expect(Buffer.from(gate.push(Buffer.from('5\n6\n7\n8\n'), 1).parse).toString()).toBe('5\n6\n7\n')
    gate.skip(100)
    expect(gate.flooded()).toBe(true)
    expect(gate.truncations(true)).toMatchObject([{ what: 'lines', bytes: 8 }])
  })
  test('past the total it is flooded', () => {
    const gate = createOutputGate({ linesPerS: 10, transcriptBytes: 10, totalBytes: 100 })
    gate.push(Buffer.alloc(100, 97), 0)
    expect(gate.flooded()).toBe(false)
    gate.push(Buffer.from('a'), 0)
    expect(gate.flooded()).toBe(true)
  })
})

describe('frames', () => {
  const run = { runId: RunId.parse('run0000000000001'), sessionId: SessionId.parse('sessionsessionAA') }
  test('none is above the cap, and together they hold everything in order', () => {
    const events: Observed[] = Array.from({ length: 400 }, (_, line) => ({ kind: 'unrecognised', runId: run.runId, line: line + 1, text: 'é'.repeat(2000), atMs: line }))
    const transcript = Buffer.alloc(700_000, 'transcript ')
    const frames = eventFrames(run, events, transcript)
    for (const frame of frames) {
      expect(Buffer.byteLength(JSON.stringify(frame))).toBeLessThanOrEqual(LINK_FRAME_MAX)
      expect(LinkReply.safeParse(frame).success).toBe(true)
    }
    expect(frames.flatMap((frame) => frame.events)).toEqual(events)
    expect(Buffer.concat(frames.map((frame) => Buffer.from(frame.transcript, 'base64')))).toEqual(transcript)
  })
})

describe('outcomes of a start that failed in the wrapper', () => {
  const ending = (head: string, code: number): Ending => ({
    binary: 'ping', path: '/usr/bin/ping', head, deadlineMs: 3_600_000, end: { exit: { code, signal: null }, stopped: null, stragglers: 0 },
    verdict: () => ({ kind: 'finished', code: 'exit', message: 'own' }),
  })
  test.each([
    ["env: '/usr/bin/ping': Operation not permitted\r\n", 126, { kind: 'failed', code: 'permission', message: expect.stringContaining('Operation not permitted') }],
    ["env: '/usr/bin/ping': No such file or directory\r\n", 127, { kind: 'failed', code: 'tool-missing' }],
    ['prlimit: failed to set the AS resource limit: Invalid argument\n', 1, { kind: 'failed', code: 'cannot-start' }],
    ['PING 127.0.0.1 (127.0.0.1)\nenv: odd\n', 2, { kind: 'finished', message: 'own' }],
    ['', 0, { kind: 'finished', message: 'own' }],
  ])('%j with code %i', (head, code, outcome) => { expect(outcomeOf(ending(head, code))).toMatchObject({ ...outcome, exitCode: code }) })
  test('a deadline is told in the largest whole unit', () => {
    const end = { ...ending('', 0), end: { exit: { code: 0, signal: null }, stopped: { cause: { kind: 'deadline' as const }, endedBy: 'SIGINT' as const }, stragglers: 0 } }
    expect(outcomeOf(end).message).toMatch(/^Ended after 1 h,/)
  })
})

describe('trust in programs', () => {
  test('root\'s own is found in the fixed folders, wherever PATH points', () => {
    expect(locateTool('env')).toEqual({ kind: 'found', path: '/usr/bin/env' })
    expect(locateTool('no-such-tool')).toMatchObject({ kind: 'missing', message: expect.stringContaining('/usr/sbin') })
  })
  test.skipIf(!asRoot)('somebody else\'s, or one that others may write to, is refused with the remedy, through links too', () => {
    const file = join(dir, 'tool')
    copyFileSync('/usr/bin/true', file)
    chmodSync(file, 0o775)
    expect(locateTool('tool', [dir])).toMatchObject({ kind: 'untrusted', remedy: `sudo chmod go-w ${file}` })
    chmodSync(file, 0o755)
    expect(locateTool('tool', [dir])).toEqual({ kind: 'found', path: file })
    symlinkSync(file, join(dir, 'link'))
    chownSync(file, 65534, 65534)
    expect(locateTool('link', [dir])).toMatchObject({ kind: 'untrusted', message: expect.stringContaining('uid 65534') })
    expect(locateTool('tool', [dir], [0, 65534])).toEqual({ kind: 'found', path: file })
  })
})

test('programs of our own are run by this very Node, from this very tree, with room for its addresses', () => {
  expect(locateTool('hopscope-reach', [dir], [0])).toEqual({ kind: 'found', path: process.execPath, before: ['--max-old-space-size=128', expect.stringMatching(/^\/.*\/server\/runner\/reach\/probe\.mjs$/)], addressSpace: 4 * 1024 ** 3 })
})

describe('the policy file', () => {
  const file = (): string => join(dir, 'policy.json')
  test('is read when only its owner may write to it', () => {
    writeFileSync(file(), '{"a":1}', { mode: 0o644 })
    expect(readPolicyFile(file())).toEqual({ ok: true, value: { a: 1 } })
  })
  test.each([0o664, 0o646, 0o666])('mode %o is refused', (mode) => {
    writeFileSync(file(), '{}')
    chmodSync(file(), mode)
    expect(readPolicyFile(file())).toMatchObject({ ok: false, error: { field: 'HOPSCOPE_POLICY', message: expect.stringContaining('chmod go-w') } })
  })
  test('another owner, no file, no JSON', () => {
    writeFileSync(file(), '{"a":', { mode: 0o600 })
    expect(readPolicyFile(file())).toMatchObject({ ok: false, error: { message: expect.stringContaining('not JSON') } })
    expect(readPolicyFile(join(dir, 'absent'))).toMatchObject({ ok: false, error: { message: expect.stringContaining('cannot be read') } })
    expect(readPolicyFile(dir)).toMatchObject({ ok: false })
    if (!asRoot) return
    chownSync(file(), 65534, 65534)
    expect(readPolicyFile(file(), 1000)).toMatchObject({ ok: false, error: { message: expect.stringContaining('uid 65534') } })
  })
})

test('a clock step is told once, slewing is not', () => {
  let [wall, mono] = [1_000_000, 0]
  const look = createStepDetector({ wallMs: () => wall, monoMs: () => mono })
  const pass = (wallMs: number, monoMs: number): ReturnType<typeof look> => { wall += wallMs; mono += monoMs; return look() }
  expect(pass(1000, 1000)).toBeNull()
  expect(pass(1099, 1000)).toBeNull()
  expect(pass(3_601_000, 1000)).toEqual({ deltaMs: 3_600_000, atMs: wall })
  expect(pass(1000, 1000)).toBeNull()
  expect(pass(-4_000, 1000)).toMatchObject({ deltaMs: -5_000 })
})

test('capabilities are read from the kernel\'s words', () => {
  const status = 'CapInh:\t0000000000002000\nCapPrm:\t0000000000002000\nCapEff:\t0000000000002000\nCapBnd:\t000001fffeffffff\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1\n'
  const read = readPrivileges(status)
  expect(read).toMatchObject({ capabilities: ['cap_net_raw'], ambient: [], noNewPrivileges: true })
  expect(read.bounding).not.toContain('cap_sys_resource')
  expect(read.bounding.length).toBe(40)
})

test('a Node that loses output is refused in one line', () => {
  expect(runtimeProblem({ node: '24.16.0', uv: '1.52.1' })).toBeNull()
  expect(runtimeProblem({ node: '30.0.0', uv: '2.0.0' })).toBeNull()
  expect(runtimeProblem({ node: '22.23.3', uv: '1.51.0' })).toMatch(/^Node 22\.23\.3 .*24\.16[^\n]*$/)
})

describe('the self-test', () => {
  const none: Privileges = { user: 'u', uid: 1, capabilities: [], ambient: [], bounding: ['cap_net_raw'], noNewPrivileges: false }
  async function tried(probe: readonly string[], options: { privileges?: Privileges; locate?: (binary: string) => Located } = {}): ReturnType<typeof selfTest> {
    const run = tempRunDir()
    const processes = createProcesses({ runDir: run.path, log: () => undefined })
    try { return await selfTest({ tools: { ping: fakeTool('pipe', probe) }, processes, privileges: none, locate: locateFake, ...options }) } finally { processes.close(); run.remove() }
  }
  test('ready, broken and missing', async () => {
    expect(await tried(['ok'])).toEqual([{ tool: 'ping', state: 'ready', path: FAKE, version: '1.2', message: 'Tried "fake-tool ok": it works.' }])
    expect(await tried(['exit', '4'])).toMatchObject([{ state: 'broken', message: expect.stringContaining('exit code 4'), remedy: 'sudo apt-get install --reinstall fake-package' }])
    expect(await tried(['segfault'])).toMatchObject([{ state: 'broken', quote: 'before the crash', message: expect.stringContaining('SIGSEGV') }])
    const missing = await tried(['ok'], { locate: () => ({ kind: 'missing', message: 'fake-tool is not installed.' }) })
    expect(missing).toMatchObject([{ state: 'missing', path: null, remedy: 'sudo apt-get install fake-package' }])
  })
  test('an exit code that says nothing needs proof in the output, and every program of the tool must be there', async () => {
    const run = tempRunDir()
    const processes = createProcesses({ runDir: run.path, log: () => undefined })
    const plain = fakeTool('pipe', ['lines', '2'])
    const proving = (proof: RegExp): Tool<object, unknown> => ({ ...plain, selfTest: { ...plain.selfTest, proof } })
    const test = (tool: Tool<object, unknown>, locate = locateFake): ReturnType<typeof selfTest> => selfTest({ tools: { mtr: tool, ping: plain }, processes, privileges: none, locate })
    try {
      expect(await test(proving(/^line 1$/m))).toMatchObject([{ tool: 'mtr', state: 'ready' }, { tool: 'ping', state: 'ready' }])
      expect(await test({ ...proving(/^proved$/m), selfTest: { ...proving(/^proved$/m).selfTest, probeArgs: ['say', 'proved', '1'] } })).toMatchObject([{ state: 'ready' }, { state: 'ready' }])
      expect(await test(proving(/^line 2$/m))).toMatchObject([{ state: 'broken', message: 'Tried "fake-tool lines 2": it ended well, but its output does not show what it should.', quote: 'line 1' }, { state: 'ready' }])
      const helped = { ...plain, helpers: ['mtr'] }
      const without = (missing: string) => (binary: string): Located => (binary === missing ? { kind: 'missing', message: `${binary} is not installed.` } : locateFake(binary))
      expect(await test(helped, without('mtr'))).toMatchObject([{ state: 'missing', path: null, message: 'mtr is not installed.', remedy: 'sudo apt-get install mtr-tiny' }, { state: 'ready' }])
      expect(await test(helped, without('mtr-packet'))).toMatchObject([{ state: 'missing', message: 'mtr-packet is not installed.', remedy: 'sudo apt-get install mtr-tiny' }, { state: 'ready' }])
    } finally { processes.close(); run.remove() }
  })
  test('a program that it can do without is named, with what brings it; the tool is ready', async () => {
    const run = tempRunDir()
    const processes = createProcesses({ runDir: run.path, log: () => undefined })
    const locate = (binary: string): Located => (binary === 'getent' ? { kind: 'missing', message: 'getent is not installed.' } : locateFake(binary))
    try {
      expect(await selfTest({ tools: { ping: { ...fakeTool('pipe'), optional: ['getent', 'traceroute'] } }, processes, privileges: none, locate }))
        .toMatchObject([{ state: 'ready', message: 'Tried "fake-tool ok": it works. It does without getent. getent is not installed.', remedy: 'sudo apt-get install libc-bin' }])
    } finally { processes.close(); run.remove() }
  })
  test('what asks about names and ports is tried for real, and sends nothing', async () => {
    const run = tempRunDir()
    const processes = createProcesses({ runDir: run.path, log: () => undefined })
    const { dns, nslookup, reach } = TOOLS
    try {
      const statuses = await selfTest({ tools: { dns, nslookup, reach }, processes, privileges: none })
      expect(statuses).toMatchObject([{ tool: 'dns', state: 'ready', path: '/usr/bin/dig' }, { tool: 'nslookup', state: 'ready', path: '/usr/bin/nslookup' }, { tool: 'reach', state: 'ready', path: expect.stringMatching(/\/server\/runner\/reach\/probe\.mjs$/) }])
      for (const { version } of statuses) expect(version).not.toBeNull()
      // No name and no address but this host's own is ever an argument of a self-test.
      const args = [dns, nslookup, reach].flatMap(({ selfTest: { probeArgs, versionArgs } }) => [...probeArgs, ...versionArgs])
      const harmless = new Set(['127.0.0.1', '@127.0.0.1', '9', 'localhost', 'localhost.', 'A', '+time=1', '+tries=1'])
      expect(args.filter((arg) => !arg.startsWith('-') && !harmless.has(arg))).toEqual([])
    } finally { processes.close(); run.remove() }
  })
  test('a program of our own that is not there or does not work is no matter of packages', async () => {
    const run = tempRunDir()
    const processes = createProcesses({ runDir: run.path, log: () => undefined })
    const own = { ...fakeTool('pipe', ['say', 'connect: permission denied', '1']), binary: 'hopscope-reach' }
    try {
      expect(await selfTest({ tools: { ping: own }, processes, privileges: none, locate: () => ({ kind: 'found', path: FAKE, before: [] }) })).toMatchObject([{ state: 'broken', quote: 'connect: permission denied', remedy: 'install this release of Hopscope again' }])
      expect(await selfTest({ tools: { ping: own }, processes, privileges: none, locate: () => ({ kind: 'missing', message: 'It is not there.' }) })).toMatchObject([{ state: 'missing', remedy: 'install this release of Hopscope again' }])
    } finally { processes.close(); run.remove() }
  })
  test('each tool is known as soon as it has been tried; until then it says so', async () => {
    const run = tempRunDir()
    const processes = createProcesses({ runDir: run.path, log: () => undefined })
    try {
      const tests = new ToolTests({ tools: { ping: fakeTool('pipe'), mtr: fakeTool('pipe', ['exit', '1']) }, processes, privileges: none, locate: locateFake })
      expect(tests.statuses()).toMatchObject([{ tool: 'ping', state: 'untried', message: expect.stringContaining('being tried') }, { tool: 'mtr', state: 'untried' }])
      await tests.run()
      expect(tests.statuses()).toMatchObject([{ tool: 'ping', state: 'ready' }, { tool: 'mtr', state: 'broken' }])
      expect(tests.complaints()).toEqual([expect.stringMatching(/^mtr: Tried .* To mend it: sudo apt-get install --reinstall fake-package$/)])
    } finally { processes.close(); run.remove() }
  })
  test('the privilege goes to the program that opens the sockets', () => {
    expect(socketOpener('/usr/bin/mtr')).toBe('/usr/bin/mtr-packet')
    expect(socketOpener('/usr/bin/ping')).toBe('/usr/bin/ping')
    expect(packagesOf({ binary: 'traceroute', helpers: ['mtr'], package: 'x' })).toBe('traceroute mtr-tiny')
  })
  test('no privilege: quoted, and the remedy is the one that helps here', async () => {
    const denied = ['say', 'ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\n', '2']
    expect(await tried(denied)).toMatchObject([{ state: 'no-privilege', quote: 'ping: socket: Operation not permitted', remedy: `sudo setcap cap_net_raw+ep ${FAKE}` }])
    expect(await tried(denied, { privileges: { ...none, noNewPrivileges: true } })).toMatchObject([{ remedy: expect.stringContaining('ping_group_range') }])
    expect(await tried(denied, { privileges: { ...none, bounding: [] } })).toMatchObject([{ remedy: expect.stringContaining('NET_RAW') }])
  })
  test('reads well in a terminal', async () => {
    const lines = describeFacts(gatherFacts({ name: 'v', privileges: none, tools: await tried(['exit', '4']) }))
    expect(lines[0]).toMatch(/^Tools run as u \(uid 1\) with no capabilities; no_new_privs off/)
    expect(lines.slice(1)).toEqual([
      `ping        broken        ${FAKE}  1.2`,
      '            Tried "fake-tool exit 4": it ended with exit code 4.',
      '            to mend it: sudo apt-get install --reinstall fake-package',
    ])
  })
})
