/** The launcher for real, as root: what its children may do, what happens when each of them dies, and what is refused. Without root these are skipped, and say so. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { exactEnv } from '#server/exact-env.ts'
import { findAccount } from '#server/launch/account.ts'
import { listProcs } from '#server/runner/process/proc.mjs'
import { toolsIn, until } from '../runner/support/fake.ts'

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url))
const asRoot = process.getuid?.() === 0
let checkout: string
let data: string
const started: ChildProcess[] = []

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'hopscope-checkout-'))
  for (const part of ['server', 'lib', 'package.json', 'tsconfig.json']) cpSync(join(PROJECT, part), join(checkout, part), { recursive: true })
  symlinkSync(join(PROJECT, 'node_modules'), join(checkout, 'node_modules'))
  mkdirSync(join(checkout, 'server/web'), { recursive: true })
  cpSync(join(PROJECT, 'test/fixtures/launch/web-main.ts'), join(checkout, 'server/web/main.ts'))
})
afterAll(() => rmSync(checkout, { recursive: true, force: true }))
beforeEach(() => { chmodSync(checkout, 0o755); data = mkdtempSync(join(tmpdir(), 'hopscope-data-')) })
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  await until('nothing left', () => family().length === 0)
  rmSync(data, { recursive: true, force: true })
})

interface Started { child: ChildProcess; out(): string; lines(): Record<string, unknown>[]; exit: Promise<number | null> }

function start(env: Record<string, string> = {}, args: string[] = [], before: string[] = []): Started {
  const command = [...before, process.execPath, join(checkout, 'server/main.ts'), ...args]
  const child = spawn(command[0] ?? '', command.slice(1), {
    cwd: checkout, stdio: ['ignore', 'pipe', 'pipe'],
    env: exactEnv({ PATH: '/usr/bin:/bin', SECRET: 'do-not-pass-on', HOSTNAME: '0.0.0.0', HOPSCOPE_DATA_DIR: data, HOPSCOPE_USER: 'nobody', HOPSCOPE_PORT: '0', ...env }),
  })
  started.push(child)
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { out += chunk.toString() })
  const lines = (): Record<string, unknown>[] => out.split('\n').slice(0, -1).flatMap((line) => (line.startsWith('@') ? [JSON.parse(line.slice(1))] : []))
  return { child, out: () => out, lines, exit: new Promise((resolve) => child.once('close', resolve)) }
}

/** Everything that works for this test's server: recognised by its data folder in the environment or its arguments. */
function family(): number[] {
  const mentions = (pid: number): boolean => {
    try { return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(data) || readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(data) } catch { return false }
  }
  return listProcs().map((proc) => proc.pid).filter((pid) => pid !== process.pid && mentions(pid))
}
/** A process may end between the list and the look at it: the tools of the self-tests do. */
const commandOf = (pid: number): string => { try { return readFileSync(`/proc/${pid}/cmdline`, 'latin1') } catch { return '' } }
const childRunning = (script: string): number | null => family().find((pid) => commandOf(pid).includes(script)) ?? null
const status = (pid: number): Record<string, string> => Object.fromEntries(readFileSync(`/proc/${pid}/status`, 'utf8').split('\n').map((line) => line.split(/:\s*/, 2)).filter((pair): pair is [string, string] => pair.length === 2))
const pingEnded = (run: Started): Record<string, unknown> | undefined => run.lines().map((line) => line['event']).filter(isRecord).find((event) => event['kind'] === 'run.ended')
function isRecord(value: unknown): value is Record<string, unknown> { return typeof value === 'object' && value !== null }

describe.skipIf(!asRoot)('started as root', () => {
  test.each([['a readable checkout', 0o755], ['a checkout in a 0700 folder of root', 0o700]])('%s: both children lose everything but what they need, and a real ping answers', async (_name, mode) => {
    chmodSync(checkout, mode)
    const run = start()
    const end = await until('the ping ended', () => pingEnded(run) ?? (run.child.exitCode !== null && { out: run.out() }))
    expect(end).toMatchObject({ kind: 'run.ended', outcome: { kind: 'finished', exitCode: 0 } })
    const events = run.lines().map((line) => line['event']).filter(isRecord)
    expect(events[0]).toMatchObject({ kind: 'run.started', user: 'nobody', argv: expect.arrayContaining(['/usr/bin/ping', '--', '127.0.0.1']) })
    expect(events.filter((event) => event['kind'] === 'ping.reply').length).toBe(3)

    expect(run.lines().find((line) => 'web' in line)).toMatchObject({ proto: false })
    const [web, runner] = [childRunning('server/web/main.ts') ?? 0, childRunning('server/runner/main.ts') ?? 0]
    const nobody = findAccount('nobody')
    const ids = Array.from({ length: 4 }, () => nobody?.uid).join('\t')
    const none = '0000000000000000'
    const netRaw = '0000000000002000'
    expect(status(web)).toMatchObject({ Uid: ids, CapInh: none, CapPrm: none, CapEff: none, CapBnd: none, CapAmb: none, NoNewPrivs: '1', Umask: '0077' })
    expect(status(runner)).toMatchObject({ Uid: ids, CapInh: netRaw, CapPrm: netRaw, CapEff: netRaw, CapBnd: netRaw, CapAmb: netRaw, NoNewPrivs: '1', Umask: '0077' })
    expect(status(web)['Groups']?.trim()).toBe('')
    for (const pid of [web, runner]) expect(readFileSync(`/proc/${pid}/environ`, 'latin1')).not.toMatch(/SECRET|HOSTNAME/)
    expect(run.out()).toContain('CAP_NET_RAW only')
    expect(spawnSync('/usr/bin/stat', ['-c', '%a %U', data, join(data, 'run'), join(data, 'run/link.sock')], { encoding: 'utf8' }).stdout).toBe('700 nobody\n700 nobody\n600 nobody\n')

    run.child.kill('SIGTERM')
    expect(await run.exit).toBe(0)
    expect(family()).toEqual([])
  })

  test('a child that dies is started again, and said', async () => {
    const run = start()
    await until('online', () => run.lines().some((line) => line['online'] === true))
    let onlines = 1
    for (const script of ['server/web/main.ts', 'server/runner/main.ts']) {
      const before = await until(script, () => childRunning(script))
      process.kill(before, 'SIGKILL')
      await until(`${script} again`, () => { const pid = childRunning(script); return pid !== null && pid !== before })
      await until('online again', () => run.lines().filter((line) => line['online'] === true).length > onlines)
      onlines += 1
    }
    expect(run.out()).toMatch(/web died \(SIGKILL\), starting it again in 250 ms/)
    expect(run.out()).toMatch(/runner died \(SIGKILL\), starting it again/)
  })

  test('a child that keeps dying ends the launcher with one clear line', async () => {
    const run = start()
    await until('online', () => run.lines().some((line) => line['online'] === true))
    writeFileSync(join(data, 'die'), '')
    process.kill(childRunning('server/web/main.ts') ?? 0, 'SIGKILL')
    expect(await run.exit).toBe(1)
    expect(run.out()).toMatch(/giving up: web died 5 times within a minute \(last: exit code 9\)/)
    expect(family()).toEqual([])
  })

  test('kill -9 of the launcher: children, reaper and tools are gone in 2 s', async () => {
    const run = start()
    await until('online', () => run.lines().some((line) => line['started'] !== undefined))
    const all = family()
    expect(all.length).toBeGreaterThanOrEqual(3)
    run.child.kill('SIGKILL')
    await until('all gone', () => family().length === 0 && toolsIn(join(data, 'run')).length === 0, 2_000)
  })

  test('a second server on the same folders is refused; one with its own runs beside it', async () => {
    const run = start()
    await until('online', () => run.lines().some((line) => line['online'] === true))
    const second = start()
    expect(await second.exit).toBe(1)
    expect(second.out()).toMatch(new RegExp(`Another Hopscope \\(pid ${run.child.pid}\\) uses ${data}/run\\..*HOPSCOPE_DATA_DIR`))
    const other = mkdtempSync(join(tmpdir(), 'hopscope-data-'))
    const third = start({ HOPSCOPE_DATA_DIR: other })
    await until('the other is online', () => third.lines().some((line) => line['online'] === true))
    third.child.kill('SIGTERM')
    expect(await third.exit).toBe(0)
    rmSync(other, { recursive: true, force: true })
  })

  test('a folder with somebody else\'s files is never taken over', async () => {
    writeFileSync(join(data, 'precious'), '')
    const run = start()
    expect(await run.exit).toBe(1)
    expect(run.out()).toMatch(/HOPSCOPE_DATA_DIR: .* is not empty/)
    expect(spawnSync('/usr/bin/stat', ['-c', '%U', data], { encoding: 'utf8' }).stdout).toBe('root\n')
  })

  test('a data folder behind a closed one is refused with what to do', async () => {
    const run = start({ HOPSCOPE_DATA_DIR: join(data, 'closed/data') })
    expect(await run.exit).toBe(1)
    expect(run.out()).toMatch(/HOPSCOPE_DATA_DIR: the account nobody cannot reach .*chmod o\+x/)
  })

  test('a checkout whose own files are closed is refused with what to do', async () => {
    chmodSync(join(checkout, 'server'), 0o700)
    const run = start()
    expect(await run.exit).toBe(1)
    chmodSync(join(checkout, 'server'), 0o755)
    expect(run.out()).toMatch(/HOPSCOPE_USER: the account nobody cannot read .*chmod -R o\+rX/)
  })

  test('the account is made if it is not there', async () => {
    const name = `hopscope-t${process.pid}`
    try {
      const run = start({ HOPSCOPE_USER: name })
      await until('online', () => run.lines().some((line) => line['online'] === true))
      expect(run.out()).toContain(`made the system account ${name}`)
      expect(status(childRunning('server/runner/main.ts') ?? 0)['Uid']?.split('\t')[0]).toBe(String(findAccount(name)?.uid))
      run.child.kill('SIGTERM')
      await run.exit
    } finally { spawnSync('/usr/sbin/userdel', [name]) }
  })

  test('doctor shows each tool as the runner would find it', async () => {
    const run = start({}, ['doctor'])
    expect(await run.exit).toBe(0)
    expect(run.out()).toMatch(/Tools run as nobody \(uid 65534\) with cap_net_raw; no_new_privs on/)
    expect(run.out()).toMatch(/^ping +ready +\/usr\/bin\/ping +\S+/m)
  })

  test('doctor without the privilege says what mends it, and fails', async () => {
    const run = start({}, ['doctor'], ['/usr/bin/setpriv', '--inh-caps=-all', '--bounding-set=-net_raw', '--'])
    const code = await run.exit
    // Tools that ask name servers and open connections need none.
    expect(run.out()).toMatch(/dns\b.*ready/)
    // ping does without where everybody may open ping sockets; mtr and traceroute over ICMP never do.
    expect(code).toBe(1)
    expect(run.out()).toMatch(/no privilege|broken/)
    expect(run.out()).toContain('to mend it: ')
    expect(run.out()).toContain('CAP_NET_RAW is not to be had here')
  })

  test('an ordinary user runs with what it has', async () => {
    const nobody = findAccount('nobody')
    chownSync(data, nobody?.uid ?? 0, nobody?.gid ?? 0)
    const run = start({}, [], ['/usr/bin/setpriv', `--reuid=${nobody?.uid}`, `--regid=${nobody?.gid}`, '--clear-groups', '--'])
    await until('online', () => run.lines().some((line) => line['online'] === true))
    expect(run.out()).toContain('started as nobody')
    expect(status(childRunning('server/web/main.ts') ?? 0)).toMatchObject({ NoNewPrivs: '1', CapEff: '0000000000000000' })
    expect(status(childRunning('server/runner/main.ts') ?? 0)).toMatchObject({ NoNewPrivs: '0', CapEff: '0000000000000000' })
  })
})

test('a wrong setting ends the start with its name', async () => {
  const run = start({ HOPSCOPE_PORT: 'eighty' })
  expect(await run.exit).toBe(1)
  expect(run.out()).toBe('[hopscope] HOPSCOPE_PORT: "eighty" is not a whole number from 0 to 65535.\n')
})
