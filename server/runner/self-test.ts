/** Tries every tool for real: where it is, which version, can it open what it needs; and the one command that mends what is wrong. */
import type { ToolId } from '#lib/protocol/events.ts'
import type { ToolStatus } from '#lib/protocol/vantage.ts'
import type { Tool } from '#lib/tools/tool.ts'
import type { Located, Program } from './locate.ts'
import type { Privileges } from './privileges.ts'
import type { Processes } from './process/processes.ts'
import type { ProcessEnd } from './process/types.ts'
import { locatePrograms, optionalLacking, reinstall, socketOpener } from './programs.ts'
import type { Tools } from './runs/runs.ts'

const VERSION_MS = 3_000
const PROBE_MS = 5_000
const OUTPUT_MAX = 64 * 1024
const DENIED = /operation not permitted|permission denied|cap_net_raw|must be root|are you root/i

export interface SelfTestOptions {
  tools: Tools
  processes: Processes
  privileges: Privileges
  locate?: (binary: string) => Located
}

/** Status of every tool of the registry, all tried side by side. */
export async function selfTest(options: SelfTestOptions): Promise<ToolStatus[]> {
  const tests = new ToolTests(options)
  await tests.run()
  return tests.statuses()
}

/** The last known status of every tool: each is told as soon as it has been tried, whatever the others take. */
export class ToolTests {
  readonly #options: SelfTestOptions
  readonly #known: Map<ToolId, ToolStatus>

  constructor(options: SelfTestOptions) {
    this.#options = options
    this.#known = new Map(this.#entries().map(([id]) => [id, { tool: id, state: 'untried', path: null, version: null, message: 'It is being tried at this moment, as at every start; this takes some seconds.' }]))
  }

  /** Tries all of them, side by side; resolves when the slowest is done. */
  async run(): Promise<void> {
    await Promise.all(this.#entries().map(async ([id, tool]) => { this.#known.set(id, await testOne(id, tool, this.#options)) }))
  }

  statuses(): ToolStatus[] { return [...this.#known.values()] }

  /** A line for the log about each that is not ready. */
  complaints(): string[] {
    return this.statuses().filter((tool) => tool.state !== 'ready' && tool.state !== 'untried').map((tool) => `${tool.tool}: ${tool.message}${tool.remedy === undefined ? '' : ` To mend it: ${tool.remedy}`}`)
  }

  #entries(): [ToolId, Tool<object, unknown>][] {
    return Object.entries(this.#options.tools).map(([id, tool]) => [toolId(id), tool])
  }
}

async function testOne(id: ToolId, tool: Tool<object, unknown>, options: SelfTestOptions): Promise<ToolStatus> {
  const located = locatePrograms(tool, options.locate)
  if (located.kind === 'missing') return { tool: id, state: 'missing', path: null, version: null, message: located.message, remedy: located.remedy }
  if (located.kind === 'untrusted') return { tool: id, state: 'broken', path: located.path, version: null, message: located.message, remedy: located.remedy }
  const path = located.before?.at(-1) ?? located.path
  const { versionArgs, probeArgs, proof } = tool.selfTest
  const [asked, probe] = await Promise.all([
    collect(options.processes, { program: located, args: versionArgs, deadlineMs: VERSION_MS }),
    collect(options.processes, { program: located, args: probeArgs, deadlineMs: PROBE_MS }),
  ])
  const version = tool.selfTest.version(asked.text)
  const command = `${tool.binary} ${probeArgs.join(' ')}`
  // The exit code of some tools says nothing: for them the output has to show that it worked.
  const ended = probe.end?.exit.code ?? null
  if (proof === undefined ? ended === 0 : ended !== null && proof.test(probe.text)) return { tool: id, state: 'ready', path, version, ...worksWith(tool, command, options.locate) }
  const quote = quoteOf(probe.text)
  const words = quote === null ? {} : { quote }
  if (located.before === undefined && DENIED.test(probe.text)) {
    return { tool: id, state: 'no-privilege', path, version, message: `Tried "${command}": the kernel denied it. It needs ${tool.selfTest.needs}.`, ...words, remedy: remedyFor(path, options.privileges) }
  }
  return { tool: id, state: 'broken', path, version, message: `Tried "${command}": ${probe.end?.exit.code === 0 ? 'it ended well, but its output does not show what it should' : howItEnded(probe)}.`, ...words, remedy: reinstall(tool) }
}

/** It works; what it would do better with, and what brings the first of that. */
function worksWith(tool: Tool<object, unknown>, command: string, locate: SelfTestOptions['locate']): Pick<ToolStatus, 'message' | 'remedy'> {
  const [first, ...more] = optionalLacking(tool, locate)
  const message = `Tried "${command}": it works.`
  if (first === undefined) return { message }
  return { message: `${message} It does without ${[first, ...more].map(({ binary }) => binary).join(' and ')}. ${first.lacking.message}`, remedy: first.lacking.remedy }
}

interface Collected { text: string; end: ProcessEnd | null; problem: string | null }

/** Runs a program to its end and keeps the beginning of what it said. */
export function collect(processes: Processes, { program, args, deadlineMs }: { program: Program; args: readonly string[]; deadlineMs: number }): Promise<Collected> {
  const { path: file, before = [], addressSpace } = program
  return new Promise((resolve) => {
    let text = ''
    const started = processes.start({
      transport: 'pipe', file, args: [...before, ...args], deadlineMs, ...(addressSpace === undefined ? {} : { addressSpace }),
      onData: (bytes) => { if (text.length < OUTPUT_MAX) text += Buffer.from(bytes).toString('utf8') },
      onExit: (end) => resolve({ text, end, problem: null }),
    })
    if (!started.ok) resolve({ text: '', end: null, problem: started.error.message })
  })
}

function howItEnded({ end, problem }: Collected): string {
  if (end === null) return `it could not be started (${problem ?? 'no reason given'})`
  if (end.stopped !== null) return `it did not end within ${PROBE_MS / 1000} s`
  return end.exit.signal === null ? `it ended with exit code ${end.exit.code}` : `it was ended by ${end.exit.signal}`
}

/** The line that says why: the first with the denial in it, else the last that is not empty. */
function quoteOf(text: string): string | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '')
  return (lines.find((line) => DENIED.test(line)) ?? lines.at(-1) ?? null)?.slice(0, 300) ?? null
}

/** What is missing decides what mends it: file capabilities count for nothing under no_new_privs or outside the bounding set. */
function remedyFor(path: string, privileges: Privileges): string {
  if (!privileges.bounding.includes('cap_net_raw')) return 'docker run --cap-add=NET_RAW … (or CapabilityBoundingSet=CAP_NET_RAW in the systemd unit)'
  if (privileges.noNewPrivileges) return 'sudo sysctl -w net.ipv4.ping_group_range="0 2147483647"'
  return `sudo setcap cap_net_raw+ep ${socketOpener(path)}`
}

/** The registry's keys are the tool ids; `Object.entries` forgets that. */
function toolId(key: string): ToolId { return key as ToolId }
