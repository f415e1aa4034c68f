/** How a line of a run's transcript reads, whichever tool printed it. Pure. */
import { isDns, isNslookup, isPing, isPmtu, isReach } from '#lib/session/runs.ts'
import type { RunView } from '#lib/session/view.ts'
import { readPingLine } from '#lib/tools/ping/parse.ts'
import { readNameLine } from './dns-line.ts'
import { lineMark, readRows, type LineMark, type ReadRow } from './line-mark.ts'
import { readPathLine } from './path-line.ts'
import { readReachLine } from './reach-line.ts'
import { visibleText } from './tokenize.ts'

/** `seq`: the number that the line calls its probe by, if it is a ping's. */
export interface LineReading { rows: readonly ReadRow[]; mark: LineMark; seq: number | null }

/** `text` as it is in the transcript, controls and all. */
export function readLine(run: RunView, text: string, atMs: number): LineReading {
  const visible = visibleText(text)
  if (isDns(run) || isNslookup(run) || isReach(run)) return { ...readPlanned(run, visible), seq: null }
  const path = isPing(run) || (isPmtu(run) && !visible.startsWith('$ ')) ? null : readPathLine(visible)
  if (path !== null) return { ...path, seq: null }
  const line = readPingLine(visible)
  const seq = 'seq' in line ? line.seq : null
  if (isPing(run)) return { rows: readRows(line), mark: lineMark(line, atMs, run.view), seq }
  // Other tools print lines of their own, and counting what they did not understand is their parsers' matter.
  if (line.kind === 'unrecognised') return { ...REMARK, seq: null }
  return { rows: readRows(line), mark: line.kind === 'awaited' ? 'silent' : lineMark(line, atMs, null), seq }
}

const REMARK: Omit<LineReading, 'seq'> = { rows: [{ name: 'says', value: 'a remark of the tool' }], mark: null }

/** Runs of several programs: a line of the program that printed it; a names run also looks whether ports are open, a reach run also traces. */
function readPlanned(run: RunView, visible: string): Omit<LineReading, 'seq'> {
  if (visible.startsWith('$ ')) return readCommand(visible)
  const names = isReach(run) ? null : readNameLine(visible)
  return names ?? readReachLine(visible) ?? (isReach(run) ? readPathLine(visible) : null) ?? REMARK
}

/** What each program of ours is there for. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'dig': 'asks a server', 'nslookup': 'asks as people do by hand', 'getent': 'asks what programs on this host get', 'traceroute': 'looks who answers at this port', 'hopscope-reach': 'opens connections',
}

/** `$ /usr/bin/dig -r @10.0.0.53 …`. */
function readCommand(visible: string): Omit<LineReading, 'seq'> {
  const [path = '', ...args] = visible.slice(2).split(' ')
  const program = path.split('/').at(-1) ?? path
  const server = program === 'dig' ? args.find((arg) => arg.startsWith('@'))?.slice(1) : undefined
  return { rows: [{ name: 'says', value: 'next program of this run' }, { name: 'program', value: program }, ...(PROGRAMS[program] === undefined ? [] : [{ name: 'for', value: PROGRAMS[program] }]), ...(server === undefined ? [] : [{ name: 'server', value: server }])], mark: null }
}
