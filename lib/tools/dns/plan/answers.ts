/** What is behind the answers: the names of their addresses and back, and whether they accept a connection. */
import { parseAddress } from '#lib/policy/address.ts'
import { readTcpLine, type TcpLine } from '../../reach/lines.ts'
import { reverseName } from '../reverse-name.ts'
import { question } from './ask.ts'
import { judge, runTasks } from './moves.ts'
import { answeredAddresses, askable, canonical, plainName } from './names.ts'
import type { Course, RunState, Server, Task } from './state.ts'

const REVERSED_MAX = 4
const CONNECTED_MAX = 16

/** Addresses that anybody gave in this round, each once: those of the host's own programs first. */
export function roundAddresses(run: RunState): string[] {
  if (run.question.ofAddress) return [canonical(run.context.target.host)].filter((one) => one !== null)
  return [...new Set([...run.osAddresses, ...run.matrix().flatMap(({ reply }) => answeredAddresses(reply))])]
}

/** The PTR of a few answers, and the name it gives back to an address. `before`: what was looked at last; gives what was looked at now. */
export function* thereAndBack(run: RunState, before: string): Course<string> {
  const server = run.resolver()
  if (server === null) return before
  const { ofAddress } = run.question
  const addresses = roundAddresses(run).sort().slice(0, REVERSED_MAX)
  const found = ofAddress ? ptrNames(run, 'matrix').join(' ') : addresses.join(' ')
  if (found === before || found === '') return before
  if (!ofAddress) {
    const names = addresses.map(reverseName).filter((name) => name !== null)
    yield* runTasks(run, names.map((name) => question(run, 'ptr', { server, name, types: ['PTR'], recurse: true })))
  }
  const types = [...new Set(addresses.map((address) => (parseAddress(address)?.family === 6 ? 'AAAA' : 'A')))]
  yield* runTasks(run, forwards(run, server, types))
  return found
}

/** Names that come from PTR records are whatever somebody wrote there: only what is a name is asked for. */
function forwards(run: RunState, server: Server, types: readonly string[]): Task[] {
  const names = ptrNames(run, run.question.ofAddress ? 'matrix' : 'ptr')
  return names.slice(0, REVERSED_MAX).map((name) => question(run, 'forward', { server, name, types, recurse: true }))
}

/** In an order of their own, so that a server that shuffles them gives nothing new. */
function ptrNames(run: RunState, purpose: 'matrix' | 'ptr'): string[] {
  const records = run.heard.filter((one) => one.purpose === purpose).flatMap(({ reply }) => reply.answers)
  return [...new Set(records.filter(({ type }) => type === 'PTR').map(({ value }) => askable(plainName(value))).filter((name) => name !== null))].sort()
}

/** Does every address that was answered accept a connection? Each is judged first; a denied one is told and not tried. */
export function* connects(run: RunState): Course<void> {
  const { options, target } = run.context
  const port = options.checkPort ?? target.port
  if (port === undefined) return
  const found = roundAddresses(run)
  const addresses = [...found.filter((one) => one === target.address), ...found.filter((one) => one !== target.address)].slice(0, CONNECTED_MAX)
  const judged = yield* judge(addresses)
  const allowed: string[] = []
  for (const address of addresses) {
    const verdict = judged(address)
    if (verdict.allowed) allowed.push(verdict.address)
    else tellPort(run, { address, port, state: 'denied', ms: null, text: verdict.why })
  }
  const missing = run.absent.get('hopscope-reach')
  if (missing !== undefined) for (const address of allowed) tellPort(run, { address, port, state: 'error', ms: null, text: missing })
  else if (allowed.length > 0) yield* runTasks(run, [connectTask(run, allowed, port)])
}

interface PortFact { address: string; port: number; state: TcpLine['state']; ms: number | null; text: string }

function tellPort(run: RunState, fact: PortFact, line = run.line): void {
  run.tell({ kind: 'dns.port', runId: run.context.runId, line: Math.max(1, line), round: run.round, ...fact })
}

function connectTask(run: RunState, addresses: readonly string[], port: number): Task {
  const args = ['tcp', '--port', String(port), '--count', '1', '--interval', '1000', '--timeout', String(run.context.options.timeoutMs), '--', ...addresses]
  return {
    step: { binary: 'hopscope-reach', args, to: addresses },
    line(text, line) {
      const read = readTcpLine(text)
      if (read === null) return false
      tellPort(run, { address: canonical(read.address) ?? read.address, port: read.port, state: read.state, ms: read.ms, text: textOf(read) }, line)
      return true
    },
    ended(how) {
      if (how.kind !== 'absent') return
      run.absent.set('hopscope-reach', how.message)
      for (const address of addresses) tellPort(run, { address, port, state: 'error', ms: null, text: how.message })
    },
  }
}

const STATES: Readonly<Record<TcpLine['state'], string>> = {
  open: 'accepts connections', refused: 'refused the connection', timeout: 'nothing came back', unreachable: 'cannot be reached', denied: 'the vantage may not connect', error: 'the connection failed',
}

const textOf = ({ state, code }: TcpLine): string => (code === null ? STATES[state] : `${STATES[state]} (${code})`)
