/** Tries every tool for real: where it is, which version, can it open what it needs; and the one command that mends what is wrong. */
import type { ToolId } from '#lib/protocol/events.ts'
import type { ToolStatus } from '#lib/protocol/vantage.ts'
import type { Tool } from '#lib/tools/tool.ts'
import { locateTool, type Located } from './locate.ts'
import type { Privileges } from './privileges.ts'
import type { Processes } from './process/processes.ts'
import type { ProcessEnd } from './process/types.ts'
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

/** Status of every tool of the registry, one after the other. */
export async function selfTest(options: SelfTestOptions): Promise<ToolStatus[]> {
  const found: ToolStatus[] = []
  for (const [tool, spec] of Object.entries(options.tools)) found.push(await testOne(toolId(tool), spec, options))
  return found
}

async function testOne(id: ToolId, tool: Tool<object, unknown>, options: SelfTestOptions): Promise<ToolStatus> {
  const located = (options.locate ?? locateTool)(tool.binary)
  if (located.kind === 'missing') return { tool: id, state: 'missing', path: null, version: null, message: located.message, remedy: `sudo apt-get install ${tool.package}` }
  if (located.kind === 'untrusted') return { tool: id, state: 'broken', path: located.path, version: null, message: located.message, remedy: located.remedy }
  const { path } = located
  const asked = await collect(options.processes, { file: path, args: tool.selfTest.versionArgs, deadlineMs: VERSION_MS })
  const version = tool.selfTest.version(asked.text)
  const probe = await collect(options.processes, { file: path, args: tool.selfTest.probeArgs, deadlineMs: PROBE_MS })
  const command = `${tool.binary} ${tool.selfTest.probeArgs.join(' ')}`
  if (probe.end?.exit.code === 0) return { tool: id, state: 'ready', path, version, message: `Tried "${command}": it works.` }
  const quote = quoteOf(probe.text)
  const words = quote === null ? {} : { quote }
  if (DENIED.test(probe.text)) {
    return { tool: id, state: 'no-privilege', path, version, message: `Tried "${command}": the kernel denied it. It needs ${tool.selfTest.needs}.`, ...words, remedy: remedyFor(path, options.privileges) }
  }
  return { tool: id, state: 'broken', path, version, message: `Tried "${command}": ${howItEnded(probe)}.`, ...words, remedy: `sudo apt-get install --reinstall ${tool.package}` }
}

interface Collected { text: string; end: ProcessEnd | null; problem: string | null }

/** Runs a program to its end and keeps the beginning of what it said. */
export function collect(processes: Processes, what: { file: string; args: readonly string[]; deadlineMs: number }): Promise<Collected> {
  return new Promise((resolve) => {
    let text = ''
    const started = processes.start({
      transport: 'pipe', ...what,
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
  return `sudo setcap cap_net_raw+ep ${path}`
}

/** The registry's keys are the tool ids; `Object.entries` forgets that. */
function toolId(key: string): ToolId { return key as ToolId }
