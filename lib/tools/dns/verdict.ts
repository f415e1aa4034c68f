/** How a names run ended, in words. */
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { Exit } from '../tool.ts'
import { endedBySignal, endOf, failed, saidOf } from '../verdict-words.ts'
import type { Told } from './planner.ts'

/** The outcome of an end that nobody asked for. That a name does not exist is an answer, and no failure. */
export function judgeDns(exit: Exit, told: Told, { target: { host }, remark }: { target: PinnedTarget; remark: string | null }): Outcome {
  const { asked, answered, rounds, servers, osFound, fatal } = told
  if (fatal !== null) return failed('tool-missing', 'tool', `Names could not ask anybody. ${fatal}`)
  if (servers === 0 && !osFound) return failed('no-server', 'policy', noServer(told, host))
  if (asked === 0 && servers > 0) return exit.signal === null ? failed('exit', 'tool', `dig told of no question at all. ${saidOf(remark)}`) : endedBySignal('dig', exit.signal)
  if (answered === 0 && servers > 0) return failed('no-answer', 'resolver', silent(told, host))
  const end = { code: 'exit', ...endOf({ code: exit.code, signal: null }) }
  if (servers === 0) return { kind: 'finished', ...end, message: `${noServer(told, host)} Programs on the vantage get addresses for it all the same.` }
  return { kind: 'finished', ...end, message: `Asked ${count(servers, 'server')} about ${host} in ${count(rounds, 'round')}: ${count(asked, 'question')}, ${count(answered, 'answer')}.` }
}

const noServer = ({ refused }: Told, host: string): string => refused === 0
  ? `No name server was asked about ${host}: the vantage has none in /etc/resolv.conf, and none was named. Add one under “More servers”.`
  : `No name server was asked about ${host}: the target policy refuses ${refused === 1 ? 'the only one' : `all ${refused}`}. The list of servers says why.`

const silent = ({ asked, servers, osFound }: Told, host: string): string =>
  `None of ${count(servers, 'server')} answered any of ${count(asked, 'question')} about ${host}.${osFound ? ' Programs on the vantage get addresses for it from elsewhere.' : ''} Check that the vantage can reach them at port 53 over UDP and TCP.`

const count = (n: number, what: string): string => `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`
