/** How a reach run ended, in words: open, refused, filtered, and by whose doing. */
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { Exit } from '../tool.ts'
import { cannotProbe, endedBySignal, endedWithCode, endOf, failed } from '../verdict-words.ts'
import type { Blamed } from './blame.ts'
import type { Known } from './planner.ts'
import { PROBE } from './steps.ts'

interface Told { port: number; addresses: readonly Known[]; fatal: string | null; remark: string | null }

/** Kinds of ICMP by which somebody says that he forbids it. */
const FORBIDS = new Set(['admin-prohibited', 'net-prohibited', 'host-prohibited', 'precedence-violation', 'precedence-cutoff'])

/** The outcome of an end that nobody asked for. A port that is closed is an answer, and no failure. */
export function judgeReach(exit: Exit, { port, addresses, fatal, remark }: Told, { host }: PinnedTarget): Outcome {
  const tried = addresses.filter((known) => known.last !== null)
  if (fatal !== null) return failed('probe', 'tool', `Reach could not go on. ${fatal}`)
  if (tried.length === 0) return exit.signal === null ? endedWithCode(PROBE, exit, remark) : { ...endedBySignal(PROBE, exit.signal), ...endOf(exit) }
  if (tried.every(({ last, blame }) => last?.state === 'denied' || blame?.how === 'local')) {
    return cannotProbe(`Nothing leaves the vantage for TCP port ${port} of ${host}: its own firewall or routes forbid it.`)
  }
  return { kind: 'finished', code: 'exit', message: words(tried, `TCP port ${port} of ${host}`), ...endOf(exit) }
}

function words(tried: readonly Known[], place: string): string {
  const [one, ...others] = tried
  const open = tried.filter(({ last }) => last?.state === 'open')
  const sent = tried.reduce((sum, known) => sum + known.sent, 0)
  const accepted = tried.reduce((sum, known) => sum + known.open, 0)
  if (one && others.length === 0) return `${place} is ${stateWords(one)}. ${shareWords(accepted, sent)}`
  if (open.length === tried.length) return `${place} is open at ${tried.length === 2 ? 'both' : `all ${tried.length}`} addresses. ${shareWords(accepted, sent)}`
  return `${place}: ${tried.map((known) => `${known.address} is ${stateWords(known)}`).join('; ')}. ${shareWords(accepted, sent)}`
}

const shareWords = (accepted: number, sent: number): string =>
  sent === 1 ? (accepted === 1 ? 'The connection was accepted.' : 'The connection was not accepted.') : `${accepted.toLocaleString('en-US')} of ${sent.toLocaleString('en-US')} connections were accepted.`

/** Behind "is". */
function stateWords({ last, blame, address }: Known): string {
  switch (last?.state) {
    case 'open': return 'open'
    case 'refused': return `refused${byWords(blame, address)}`
    case 'timeout': return blame?.how === 'icmp' ? unreachableWords(blame, address) : silentWords(blame, address)
    case 'unreachable': return blame?.how === 'icmp' || blame?.how === 'local' ? unreachableWords(blame, address) : 'unreachable'
    case 'denied': return 'not tried: the vantage’s own system does not permit it'
    case 'error':
    case undefined: return 'not tried: the vantage could not make a connection'
  }
}

const who = (by: string | null, address: string): string => (by === null ? 'somebody' : by === address ? 'the target itself' : by)

function byWords(blame: Blamed | null, address: string): string {
  if (blame?.how === 'rst') return ` by ${who(blame.by, address)} (reset: nothing listens there, or a firewall says so in its name)`
  if (blame?.how === 'icmp') return ` by ${who(blame.by, address)} (ICMP: ${spaced(blame.icmp)})`
  return blame?.how === 'local' ? ' by the vantage’s own firewall' : ''
}

function unreachableWords({ how, icmp, by }: Blamed, address: string): string {
  if (how === 'local') return 'not tried: the vantage’s own firewall or routes let nothing out'
  return `${icmp !== null && FORBIDS.has(icmp) ? 'filtered' : 'unreachable'}: ${who(by, address)} says so (ICMP: ${spaced(icmp)})`
}

function silentWords(blame: Blamed | null, address: string): string {
  if (blame?.how === 'local') return 'not tried: the vantage’s own firewall lets nothing out'
  if (blame?.how === 'syn-ack' || blame?.how === 'rst') return `silent now and then: ${who(blame.by, address)} answered right after`
  return 'filtered or not there: nothing came back, not even a refusal'
}

const spaced = (icmp: string | null): string => (icmp ?? 'no kind told').replaceAll('-', ' ')
