/** The course of a names run: who is asked, then round after round what they say and what follows from it. */
import { connects, thereAndBack } from './answers.ts'
import { question } from './ask.ts'
import { followUps } from './follow-ups.ts'
import { runTasks } from './moves.ts'
import { lookAtOs } from './os.ts'
import { firstServers } from './servers.ts'
import type { Course, RunState, Server, Task } from './state.ts'
import { walk } from './walk.ts'
import { findZone } from './zone.ts'

/** Between a round that took longer than the interval and the next. */
const PAUSE_MS = 1000

export function* namesCourse(run: RunState): Course<void> {
  const { intervalMs, rounds } = run.context.options
  tellSetup(run)
  yield* firstServers(run)
  let reversed = ''
  for (run.round = 1; ; run.round++) {
    const beganMs = run.nowMs
    reversed = yield* round(run, reversed)
    const isLast = rounds !== null && run.round >= rounds
    const nextInMs = isLast ? null : Math.max(PAUSE_MS, beganMs + intervalMs - run.nowMs)
    run.tell({ kind: 'dns.round', runId: run.context.runId, round: run.round, nextInMs })
    if (nextInMs === null) return
    yield { kind: 'wait', ms: nextInMs }
  }
}

/** Gives what was looked up backwards. */
function* round(run: RunState, reversed: string): Course<string> {
  run.heard = []
  const os = lookAtOs(run)
  yield* runTasks(run, [...(os === null ? [] : [os.task]), ...matrix(run, run.servers)])
  os?.tell()
  const found = yield* findZone(run)
  // The serial of every server of the zone, be it one of the vantage's own: those that were known before have not been asked for it yet.
  const known = run.servers.filter((server) => server.ofZone && !found.includes(server))
  const news = run.apex === null || found.length === 0 ? [] : matrix(run, found)
  yield* runTasks(run, [...news, ...known.filter((server) => !hasSerial(run, server)).flatMap((server) => serial(run, server))])
  yield* runTasks(run, followUps(run))
  const looked = yield* thereAndBack(run, reversed)
  yield* connects(run)
  if (run.round === 1 && run.context.options.walk === 'yes') yield* walk(run)
  return looked
}

function matrix(run: RunState, servers: readonly Server[]): Task[] {
  const { name, types } = run.question
  return servers.flatMap((server) => [question(run, 'matrix', { server, name, types, recurse: server.role !== 'authority' }), ...serial(run, server)])
}

/** The SOA of the zone at one of its own servers, which tells how new its copy is. */
function serial(run: RunState, server: Server): Task[] {
  const { apex, question: { name, types } } = run
  if (!server.ofZone || apex === null || (apex === name && types.includes('SOA'))) return []
  return [question(run, 'zone', { server, name: apex, types: ['SOA'], recurse: server.role !== 'authority' })]
}

const hasSerial = (run: RunState, server: Server): boolean => run.heard.some((one) => one.server === server && one.purpose === 'zone' && one.type === 'SOA' && one.name === run.apex)

/** Lines of files that are kept: they are written by the people of the vantage, but need not be short. */
const LISTED_MAX = 16

function tellSetup(run: RunState): void {
  const { setup, question: { name, types }, context: { runId } } = run
  const { services, servicesFrom, ndots } = setup
  run.tell({
    kind: 'dns.setup', runId, name, types: [...types], search: setup.search.slice(0, LISTED_MAX), ndots, services: services.slice(0, LISTED_MAX),
    servicesFrom: servicesFrom === null ? null : `${servicesFrom.file} line ${servicesFrom.line}`,
    hosts: setup.hosts.slice(0, LISTED_MAX).map(({ address, names, file, line }) => ({ address, names: names.slice(0, LISTED_MAX), from: `${file} line ${line}` })),
  })
}
