/** How a names run ended, in words. */
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { Exit } from '../tool.ts'
import { endedBySignal, failed, saidOf } from '../verdict-words.ts'
import type { Told } from './planner.ts'

/** The outcome of an end that nobody asked for. That a name does not exist is an answer, and no failure. */
export function judgeDns(exit: Exit, told: Told, { host }: PinnedTarget): Outcome {
  const { asked, answered, rounds, servers, refused, osFound, remark, fatal } = told
  if (fatal !== null) return failed('tool-missing', 'tool', `Names could not ask anybody. ${fatal}`)
  if (answered > 0) return finished(`Asked ${count(servers, 'server')} about ${host} in ${count(rounds, 'round')}: ${count(asked, 'question')}, ${count(answered, 'answer')}.`)
  if (asked > 0) return failed('no-answer', 'resolver', silent(told, host))
  if (servers > 0) return exit.signal === null ? failed('exit', 'tool', `dig told of no question at all. ${saidOf(remark)}`) : endedBySignal('dig', exit.signal)
  if (osFound) return finished(`${noServer(told, host)} Programs on the vantage get addresses for it all the same.`)
  return failed('no-server', refused > 0 ? 'policy' : 'resolver', noServer(told, host))
}

const finished = (message: string): Outcome => ({ kind: 'finished', code: 'exit', message })

const noServer = ({ refused }: Told, host: string): string => refused === 0
  ? `No name server was asked about ${host}: the vantage has none in /etc/resolv.conf, and none was named. Add one under “More servers”.`
  : `No name server was asked about ${host}: the target policy refuses ${refused === 1 ? 'the only one' : `all ${refused}`}. The list of servers says why.`

function silent({ asked, servers, osFound }: Told, host: string): string {
  const who = servers === 1 ? 'The one server that was asked did not answer' : `None of the ${servers} servers answered`
  const elsewhere = osFound ? ' Programs on the vantage get addresses for it from elsewhere.' : ''
  return `${who} any of ${count(asked, 'question')} about ${host}.${elsewhere} Check that the vantage can reach port 53 there, over UDP and TCP.`
}

const count = (n: number, what: string): string => `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`
