/** A network namespace with a simulated internet in it: made for one test, gone after it, whatever happens. */
import { execFile, spawn, spawnSync, type ChildProcess, type ChildProcessWithoutNullStreams, type SpawnOptions } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { PLAIN_RESOLVER, plainPlan } from './names/plain-plan.ts'
import { startWorld } from './names/start-world.ts'
import { decodeTruth, type TruthProbe } from './truth.ts'

const run = promisify(execFile)
const HERE = import.meta.dirname
const DEVICE = 'sim0'

/** The vantage's own addresses in every lab. */
export const VANTAGE = { v4: '192.0.2.2', v6: '2001:db8:0:ffff::2' } as const

export type Hosts = Readonly<Record<string, string | readonly string[]>>

export interface LabOptions {
  /** Name of a file in test/lab/scenarios without `.json`, or a path to one; several make one internet together. */
  scenario: string | readonly string[]
  /** Begins the namespace's name: letters, digits and dashes, so that leftovers can be told apart. */
  prefix: string
  /** Names that programs in the lab resolve through /etc/hosts, each to one address or to several. */
  hosts?: Hosts
  /** Text of /etc/resolv.conf there. Absent: a name server that says what `hosts` says; without hosts, one that does not exist. */
  resolvConf?: string
  /** More files of /etc there, by path below it. A first folder is laid over the host's whole. */
  etc?: Readonly<Record<string, string>>
}

export interface ExecResult { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }
export interface ExecOptions {
  /** Ends the program with SIGINT, as a person would, after so long. */
  interruptAfterMs?: number
  env?: NodeJS.ProcessEnv
  onStdout?: (chunk: Buffer) => void
}

export interface Lab {
  /** The namespace, as `ip netns` knows it. */
  name: string
  /** Did the simulator get real-time priority? Without it delays are ten times less exact. */
  realTime: boolean
  /** Runs a program in the lab to its end. argv, no shell. */
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>
  /** Starts a program in the lab and hands it over; `close` ends it if it still runs. */
  spawn(argv: readonly string[], options?: SpawnOptions): ChildProcess
  /** Every probe whose answers are all out. */
  truth(): Promise<TruthProbe[]>
  /** Resolves once no answer is on its way any more. */
  settled(): Promise<void>
  /** Ends every process in the lab and removes all of it. May be called twice. */
  close(): Promise<void>
}

/** Where a lab keeps its truth. */
const folderOf = (name: string): string => join(tmpdir(), name)

/** Kills what runs in a namespace (the kernel says what that is) and removes it with its files. Synchronous, so that it also works while the process exits; never throws. */
function wipe(name: string): void {
  const { stdout } = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' })
  for (const pid of stdout.split('\n').filter((line) => line !== '')) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It ended by itself in the meantime.
    }
  }
  spawnSync('ip', ['netns', 'del', name])
  for (const folder of [`/etc/netns/${name}`, folderOf(name)]) rmSync(folder, { recursive: true, force: true })
}

/** Namespaces of runs that were killed before they could clean up: same prefix, owner gone. */
function removeLeftovers(prefix: string): void {
  if (!existsSync('/run/netns')) return
  for (const name of readdirSync('/run/netns')) {
    const owner = name.startsWith(`${prefix}-`) ? /^([0-9]+)-[0-9a-f]{8}$/.exec(name.slice(prefix.length + 1))?.[1] : undefined
    if (owner !== undefined && !existsSync(`/proc/${owner}`)) wipe(name)
  }
}

const RECEIVE_BYTES = 4 * 1024 * 1024

/**
 * Every raw socket gets a copy of every ICMP packet of its namespace: with dozens of tools on a busy machine the usual 208 KiB overflow, and
 * the kernel drops answers that did come. The setting is the host's; it is only ever raised.
 */
async function raiseReceiveBuffers(): Promise<void> {
  const file = '/proc/sys/net/core/rmem_default'
  try {
    if (Number(await readFile(file, 'utf8')) < RECEIVE_BYTES) await writeFile(file, String(RECEIVE_BYTES))
  } catch {
    // In a container it cannot be changed: then answers may be dropped there under load.
  }
}

async function makeNamespace(name: string): Promise<void> {
  await raiseReceiveBuffers()
  await run('ip', ['netns', 'add', name])
  const setUp = [
    'link set lo up',
    `tuntap add dev ${DEVICE} mode tun`,
    `link set dev ${DEVICE} addrgenmode none`,
    `link set dev ${DEVICE} mtu 2000 txqueuelen 4000 up`,
    `addr add ${VANTAGE.v4}/32 dev ${DEVICE}`,
    `addr add ${VANTAGE.v6}/128 dev ${DEVICE} nodad`,
    `route add 203.0.113.0/24 dev ${DEVICE} src ${VANTAGE.v4}`,
    `route add 198.51.100.0/24 dev ${DEVICE} src ${VANTAGE.v4}`,
    `-6 route add 2001:db8::/32 dev ${DEVICE} src ${VANTAGE.v6}`,
  ]
  for (const words of setUp) await run('ip', ['-n', name, ...words.split(' ')])
}

/** Files that `ip netns exec` lays over /etc. */
async function writeEtc(name: string, hosts: Hosts, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(`/etc/netns/${name}`, { recursive: true })
  const lines = Object.entries(hosts).flatMap(([host, addresses]) => [addresses].flat().map((address) => `${address} ${host}\n`))
  await writeFile(`/etc/netns/${name}/hosts`, `127.0.0.1 localhost\n::1 localhost\n${lines.join('')}`)
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(`/etc/netns/${name}/${path}`), { recursive: true })
    await writeFile(`/etc/netns/${name}/${path}`, text)
  }
}

interface Simulator { child: ChildProcessWithoutNullStreams; realTime: boolean; said(word: string): Promise<unknown> }

/** Starts simnet.py in the namespace and waits for its ready line; fails with what it said instead. */
async function startSimulator(name: string, scenarios: readonly string[], truthFile: string): Promise<Simulator> {
  const child = spawn('ip', ['netns', 'exec', name, '/usr/bin/python3', '-B', join(HERE, 'simnet.py'), DEVICE, truthFile, ...scenarios], { stdio: 'pipe' })
  const errors: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  // A simulator that is gone is told about by `said`; its broken pipe adds nothing.
  child.stdin.on('error', () => undefined)
  const waiting: { word: string; done: (line: Record<string, unknown>) => void; failed: (error: Error) => void }[] = []
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = recordOf(JSON.parse(text))
    for (const waiter of waiting.splice(0)) {
      if (waiter.word in line) waiter.done(line)
      else waiting.push(waiter)
    }
  })
  child.once('close', (code) => {
    for (const waiter of waiting.splice(0)) waiter.failed(new Error(`The simulator ended with ${String(code)}: ${Buffer.concat(errors).toString().trim()}`))
  })
  const said = (word: string): Promise<Record<string, unknown>> => new Promise((done, failed) => {
    if (child.exitCode === null && child.signalCode === null) waiting.push({ word, done, failed })
    else failed(new Error('The simulator has ended.'))
  })
  const ready = await said('ready')
  return { child, realTime: ready['real_time'] === true, said }
}

function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error('The simulator printed something that is no object.')
  return Object.fromEntries(Object.entries(value))
}

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

/** Makes a lab and starts its internet. Needs `labAvailable()`. Leaves nothing behind if it fails. */
export async function createLab({ scenario, prefix, hosts = {}, resolvConf, etc = {} }: LabOptions): Promise<Lab> {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(prefix)) throw new Error(`not a prefix: ${prefix}`)
  removeLeftovers(prefix)
  const name = `${prefix}-${process.pid}-${randomBytes(4).toString('hex')}`
  const truthFile = join(folderOf(name), 'truth.ndjson')
  const files = [scenario].flat().map((one) => (one.includes('/') ? resolve(one) : join(HERE, 'scenarios', `${one}.json`)))
  // A test process that is ended by its runner still takes its namespace along. One that is killed leaves it to the next lab of the same prefix.
  const emergency = (): void => wipe(name)
  process.once('exit', emergency)
  const dispose = (): void => {
    wipe(name)
    process.off('exit', emergency)
  }
  try {
    await mkdir(folderOf(name), { mode: 0o700 })
    await makeNamespace(name)
    const named = resolvConf === undefined && Object.keys(hosts).length > 0
    await writeEtc(name, hosts, { 'resolv.conf': resolvConf ?? `nameserver ${named ? PLAIN_RESOLVER : '127.0.0.1'}\n`, ...etc })
    const lab = labOf({ name, truthFile, dispose, simulator: await startSimulator(name, files, truthFile) })
    if (named) await startWorld(lab, plainPlan(hosts), [PLAIN_RESOLVER])
    return lab
  } catch (error) {
    dispose()
    throw error
  }
}

interface Parts { name: string; truthFile: string; dispose: () => void; simulator: Simulator }

function labOf({ name, truthFile, dispose, simulator }: Parts): Lab {
  const children = new Set<ChildProcess>()
  let closing: Promise<void> | null = null
  const start = (argv: readonly string[], options: SpawnOptions = {}): ChildProcess => {
    const child = spawn('ip', ['netns', 'exec', name, ...argv], options)
    children.add(child)
    child.once('exit', () => children.delete(child))
    return child
  }
  const close = async (): Promise<void> => {
    for (const child of children) child.kill('SIGKILL')
    simulator.child.stdin.end()
    await ended(simulator.child)
    dispose()
  }
  return {
    name,
    realTime: simulator.realTime,
    spawn: start,
    exec: (argv, options = {}) => collect(start(argv, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C', ...options.env } }), options),
    truth: async () => decodeTruth(await readFile(truthFile, 'utf8')),
    settled: async () => {
      const answer = simulator.said('settled')
      simulator.child.stdin.write('settle\n')
      await answer
    },
    close: () => (closing ??= close()),
  }
}

async function collect(child: ChildProcess, { interruptAfterMs, onStdout }: ExecOptions): Promise<ExecResult> {
  const out: Buffer[] = []
  const errors: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => {
    out.push(chunk)
    onStdout?.(chunk)
  })
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk))
  const timer = interruptAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGINT'), interruptAfterMs)
  try {
    await once(child, 'close')
    return { code: child.exitCode, signal: child.signalCode, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(errors).toString() }
  } finally {
    clearTimeout(timer)
  }
}
