/** How an nslookup ended, in words: its exit code says neither that a name has no such record nor who failed. */
import type { Outcome } from '#lib/protocol/outcome.ts'
import { isNoReply, type NoReply } from '../dns/status.ts'
import type { Exit, ParserContext } from '../tool.ts'
import { endedBySignal, endedWithCode, endOf, failed, quoted } from '../verdict-words.ts'
import { isAddress } from './args.ts'
import type { NslookupOptions } from './options.ts'

interface Told { name: string; status: string; /** Records in its answer section. */ records: number; server: string | null }

/** What the parser saw, as far as the verdict needs it. */
export interface Evidence {
  /** The newest reply of each rank of `rankOf`. */
  readonly told: readonly Told[]
  add(told: Told): void
  attempt: { server: string; error: string } | null
  fatal: { error: string; text: string } | null
  /** The last thing the tool said that no rule knows. */
  remark: string | null
}

export function newEvidence(): Evidence {
  const told: Told[] = []
  return {
    told, attempt: null, fatal: null, remark: null,
    add(one) {
      const at = told.findIndex((other) => rankOf(other) === rankOf(one))
      // A name and its AAAA records count together.
      const before = at < 0 ? undefined : told[at]
      if (before) told[at] = { ...one, records: one.records + before.records, server: one.server ?? before.server }
      else told.push(one)
    },
  }
}

/** The best there is decides: records, the name without such records, no such name, a server that could not say, no server. */
function rankOf({ status, records }: Told): number {
  if (status === 'NOERROR') return records > 0 ? 0 : 1
  if (status === 'NXDOMAIN') return 2
  return isNoReply(status) ? 4 : 3
}

/** The outcome of an exit that nobody asked for. */
export function judge(exit: Exit, seen: Evidence, context: Pick<ParserContext<NslookupOptions>, 'options' | 'target'>): Outcome {
  const ended = endOf(exit)
  if (exit.signal !== null) return { ...endedBySignal('nslookup', exit.signal), ...ended }
  const best = seen.told.toSorted((a, b) => rankOf(a) - rankOf(b))[0]
  if (best) return { ...answered(best, seen, context), ...ended }
  if (seen.fatal) return { ...fatal(seen.fatal), ...ended }
  if (exit.code === 0) return { kind: 'finished', code: 'exit', message: 'nslookup ended without an answer.', ...ended }
  return { ...endedWithCode('nslookup', exit, seen.remark), ...ended }
}

const finished = (message: string): Outcome => ({ kind: 'finished', code: 'exit', message })

function answered(best: Told, seen: Evidence, context: Pick<ParserContext<NslookupOptions>, 'options' | 'target'>): Outcome {
  const { name, status, records } = best
  const who = best.server ?? 'The server'
  switch (rankOf(best)) {
    case 0:
      return finished(`nslookup got ${records} ${records === 1 ? 'record' : 'records'} for ${name}${best.server === null ? '' : ` from ${best.server}`}.`)
    case 1:
      return finished(`${name} exists, but has no ${wanted(context)}${best.server === null ? '' : `, says ${best.server}`}.`)
    case 2:
      return finished(`${name} does not exist${best.server === null ? '' : `, says ${best.server}`} (NXDOMAIN).`)
    case 3:
      return failed(status.toLowerCase(), 'resolver', refusal(who, status, name))
    default:
      return failed('no-server', 'resolver', isNoReply(status) ? silence(status, seen) : '')
  }
}

/** What it has none of. */
function wanted({ options: { recordType }, target }: Pick<ParserContext<NslookupOptions>, 'options' | 'target'>): string {
  if (recordType === 'default') return isAddress(target) ? 'PTR record' : 'A or AAAA record'
  return recordType === 'ANY' ? 'record that the server would show' : `${recordType} record`
}

function refusal(who: string, status: string, name: string): string {
  const open = `This does not say whether ${name} exists.`
  if (status === 'SERVFAIL') return `${who} could not find out about ${name} (SERVFAIL). Ask another server, or start Names to see what the zone's own servers say. ${open}`
  if (status === 'REFUSED') return `${who} refuses to answer the vantage about ${name} (REFUSED). Choose a server that serves this vantage. ${open}`
  return `${who} did not answer the question about ${name}: ${status}. Ask another server. ${open}`
}

/** Nobody answered. The last try says what became of it. */
function silence(status: NoReply, { attempt }: Evidence): string {
  const server = attempt?.server ?? 'the server'
  const open = 'Without an answer nothing is known about the name.'
  switch (status) {
    case 'TIMEOUT':
      return `No name server answered: ${server} stayed silent. Check that a name server runs there, and that UDP and TCP are let through to its port. ${open}`
    case 'CONNREFUSED':
      return `No name server answered: ${server} refused the connection, so nothing listens there. Check the address and the port of the server. ${open}`
    case 'UNREACHABLE':
      return `No name server answered: the vantage cannot send to ${server}. Look at its routes and its firewall. ${open}`
    default:
      return `No name server answered: what came from ${server} is no DNS answer. Check that a name server runs at that port. ${open}`
  }
}

function fatal({ error, text }: { error: string; text: string }): Outcome {
  const said = quoted(text)
  switch (error) {
    case 'bad-server':
      return failed('bad-server', 'resolver', `The server that was to be asked has no address. nslookup said: ${said}`)
    case 'unknown-host':
      return failed('unknown-host', 'resolver', `The resolver knows no such name. nslookup said: ${said}`)
    case 'usage':
      return failed('usage', 'hopscope', `This nslookup does not take the arguments it was given; its version may be too old. It said: ${said}`)
    default:
      return failed('other', 'tool', `nslookup could not go on. It said: ${said}`)
  }
}
