/** What programs on this host get: getent, and which file answered it. */
import { formatAddress, parseAddress } from '#lib/policy/address.ts'
import { GetentReader } from '../getent.ts'
import { isNoReply } from '../status.ts'
import type { NameSetup, StepEnd } from '../../tool.ts'
import type { RunState, Task } from './state.ts'

/** getent, and a function that tells what came of it once the servers have been heard too; null where there is nothing to run. */
export interface OsLook { task: Task; tell(): void }

/** getent's own: it knows no such name, for whatever reason. */
const NOT_FOUND = 2

export function lookAtOs(run: RunState): OsLook | null {
  run.osAddresses = []
  if (run.question.ofAddress || run.absent.has('getent')) return null
  const reader = new GetentReader()
  const sentMs = run.nowMs
  let end: { how: StepEnd; line: number; ms: number } | null = null
  let remark: string | null = null
  const task: Task = {
    // It asks the resolvers of the vantage by itself: nobody else is named to it.
    step: { binary: 'getent', args: ['ahosts', run.question.name], to: [] },
    line(text) {
      const understood = reader.line(text)
      if (!understood) remark ??= text.slice(0, 200)
      return understood
    },
    ended(how, line) { end = { how, line: Math.max(1, line), ms: Math.max(0, run.nowMs - sentMs) } },
  }
  return { task, tell: () => { if (end !== null) tellOs(run, reader, { ...end, remark }) } }
}

function tellOs(run: RunState, reader: GetentReader, { how, line, ms, remark }: { how: StepEnd; line: number; ms: number; remark: string | null }): void {
  if (how.kind === 'stopped') return
  const { context: { runId }, question: { name }, round } = run
  const of = { kind: 'dns.os', runId, line, round, name } as const
  if (how.kind === 'absent') {
    run.absent.set('getent', how.message)
    run.tell({ ...of, status: 'error', addresses: [], ms: null, source: null, text: how.message })
    return
  }
  const addresses = reader.addresses
  run.osAddresses = addresses
  if (addresses.length > 0) run.osFound = true
  if (reader.found) run.tell({ ...of, status: 'found', addresses, ms, source: sourceOf(run.setup, addresses) })
  else if (how.exit.code === NOT_FOUND) run.tell({ ...of, status: ownServersSilent(run) ? 'timeout' : 'not-found', addresses: [], ms, source: null })
  else run.tell({ ...of, status: 'error', addresses: [], ms, source: null, text: `getent ended with ${how.exit.signal ?? `exit code ${how.exit.code ?? 'unknown'}`}.${remark === null ? '' : ` It said: “${remark}”.`}` })
}

/** getent gives no reason: where none of the servers that it asks said a word about addresses, it had none to go by. */
function ownServersSilent(run: RunState): boolean {
  const own = run.matrix().filter(({ server, type }) => server.role === 'own' && (type === 'A' || type === 'AAAA'))
  return own.length > 0 && own.every(({ reply }) => isNoReply(reply.status))
}

/** The line of the hosts file that answered: `files` stops at the first that knows the name, so all addresses are from there or none is. */
function sourceOf({ hosts, services }: NameSetup, addresses: readonly string[]): string | null {
  if (services.length > 0 && !services.includes('files')) return null
  const given = hosts.map((one) => ({ ...one, address: spelled(one.address) }))
  const line = given.find(({ address }) => addresses.includes(address))
  return line !== undefined && addresses.every((address) => given.some((one) => one.address === address)) ? `${line.file} line ${line.line}` : null
}

function spelled(literal: string): string {
  const address = parseAddress(literal)
  return address === null ? literal : formatAddress(address)
}
