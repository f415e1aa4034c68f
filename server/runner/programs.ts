/** The programs of a tool: the one it begins with, those that its steps need, and those that these start by themselves. */
import { networkInterfaces } from 'node:os'
import { dirname, join } from 'node:path'
import type { Tool } from '#lib/tools/tool.ts'
import { isOwn, locateTool, type Located, type Program } from './locate.ts'

type AnyTool = Pick<Tool<object, unknown>, 'binary' | 'helpers' | 'optional' | 'package'>
type Locate = (binary: string) => Located
/** Could not be had: which program, why, and the one command that mends it. */
export type Lacking = Exclude<Located, { kind: 'found' }> & { remedy: string }

/** Debian package of a program, where it is not the tool's own. */
const PACKAGES: ReadonlyMap<string, string> = new Map([
  ['ping', 'iputils-ping'], ['mtr', 'mtr-tiny'], ['mtr-packet', 'mtr-tiny'], ['traceroute', 'traceroute'],
  ['dig', 'bind9-dnsutils'], ['nslookup', 'bind9-dnsutils'], ['getent', 'libc-bin'],
])
/** What brings a program of our own back: it comes with no package. */
const OWN_REMEDY = 'install this release of Hopscope again'
/** mtr leaves the sockets, and so the privilege, to a small program of its own. */
const STARTS: ReadonlyMap<string, string> = new Map([['mtr', 'mtr-packet']])

/** The program that the tool begins with; or the first of all the tool's programs that is missing or not to be trusted. */
export function locatePrograms(tool: AnyTool, locate: Locate = locateTool): Program | Lacking {
  const own = locateProgram(tool, tool.binary, locate)
  if (own.kind !== 'found') return own
  return (tool.helpers ?? []).map((helper) => locateProgram(tool, helper, locate)).find((located) => located.kind !== 'found') ?? own
}

/** Where a step's program is; null for one that is not the tool's. */
export function locateStep(tool: AnyTool, binary: string, locate: Locate): Program | Lacking | null {
  const isTools = binary === tool.binary || tool.helpers?.includes(binary) === true || tool.optional?.includes(binary) === true
  return isTools ? locateProgram(tool, binary, locate) : null
}

/** The real command: where a program is a script of ours, what runs it stands in front. */
export const argvOf = ({ path, before = [] }: Program, args: readonly string[]): string[] => [path, ...before, ...args]

/** Programs that its steps would use if they were there, and what brings each. */
export function optionalLacking(tool: AnyTool, locate: Locate = locateTool): { binary: string; lacking: Lacking }[] {
  return (tool.optional ?? []).flatMap((binary) => {
    const located = locateProgram(tool, binary, locate)
    return located.kind === 'found' ? [] : [{ binary, lacking: located }]
  })
}

function locateProgram(tool: AnyTool, binary: string, locate: Locate): Program | Lacking {
  const own = locate(binary)
  const started = STARTS.get(binary)
  if (own.kind !== 'found') return lacking(tool, binary, own)
  const other = started === undefined ? own : locate(started)
  return other.kind === 'found' ? own : lacking(tool, started ?? binary, other)
}

function lacking(tool: AnyTool, binary: string, located: Exclude<Located, { kind: 'found' }>): Lacking {
  if (located.kind !== 'missing') return located
  return { ...located, remedy: isOwn(binary) ? OWN_REMEDY : `sudo apt-get install ${PACKAGES.get(binary) ?? tool.package}` }
}

/** What mends a tool whose program is there and does not work. */
export function reinstall(tool: AnyTool): string {
  return isOwn(tool.binary) ? OWN_REMEDY : `sudo apt-get install --reinstall ${packagesOf(tool)}`
}

/** Debian packages of all of the tool's programs, for a command line. */
export function packagesOf(tool: AnyTool): string {
  return [...new Set([tool.binary, ...(tool.helpers ?? [])].map((binary) => PACKAGES.get(binary) ?? tool.package))].join(' ')
}

/** The file that opens the sockets for the program at `path`: file capabilities belong there. */
export function socketOpener(path: string): string {
  const started = STARTS.get(path.slice(path.lastIndexOf('/') + 1))
  return started === undefined ? path : join(dirname(path), started)
}

/** Every address of this host at this moment, loopback too: an ICMP error from one of them is the local kernel speaking. */
export function ownAddresses(): string[] {
  return [...new Set(Object.values(networkInterfaces()).flatMap((list) => list ?? []).map(({ address }) => address))]
}
