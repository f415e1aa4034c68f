/** The head of a run, its totals, and the status that SIGQUIT asks for. */
import type { PingLine, Rtt } from './line.ts'
import { decimal, isAddress, percent, whole } from './scan.ts'

const SIZES = / (\d{1,6})(?:\(\d{1,6}\))? (?:bytes of data\.|data bytes)$/

/** `PING host (address) 56(84) bytes of data.`, `PING address(address) 56 data bytes`, `PING host (address): 56 data bytes`. */
export function readHeader(text: string): PingLine | null {
  if (!text.startsWith('PING ')) return null
  const sizes = SIZES.exec(text)
  if (!sizes) return null
  let head = text.slice(5, sizes.index)
  if (head.endsWith(':')) head = head.slice(0, -1)
  const from = head.indexOf(') from ')
  const source = from < 0 ? undefined : head.slice(from + 7)
  if (from >= 0) head = head.slice(0, from + 1)
  const open = head.indexOf('(')
  const address = head.slice(head.lastIndexOf('(') + 1).replace(/\)+$/, '')
  if (open < 0 || !head.endsWith(')') || !isAddress(address)) return null
  const target = head.slice(0, open).trim()
  return { kind: 'header', target: target === '' ? null : target, address, payloadBytes: Number(sizes[1]), ...(source === undefined ? {} : { source }) }
}

/** `--- host ping statistics ---`. */
export function readTitle(text: string): PingLine | null {
  const end = / ping6? statistics ---$/.exec(text)
  if (!text.startsWith('--- ') || !end) return null
  const target = text.slice(4, end.index)
  return { kind: 'title', target: target === '' ? null : target }
}

/** `8 packets transmitted, 5 received, +2 duplicates, +1 corrupted, +1 errors, 37.5% packet loss, time 2809ms`. */
export function readTotals(text: string): PingLine | null {
  const parts = text.split(', ')
  const transmitted = counted(parts.shift(), ' packets transmitted')
  const receivedPart = parts.shift()
  const received = counted(receivedPart, receivedPart?.endsWith(' packets received') ? ' packets received' : ' received')
  if (Number.isNaN(transmitted) || Number.isNaN(received)) return null
  const totals = { kind: 'totals' as const, transmitted, received, duplicates: 0, errors: 0, corrupted: 0, lossPct: null, timeMs: null }
  const found: { lossPct: number | null; timeMs: number | null } = { lossPct: null, timeMs: null }
  for (const part of parts) if (!readTotal(part, totals, found)) return null
  return { ...totals, ...found }
}

function counted(part: string | undefined, ending: string): number {
  return part?.endsWith(ending) ? whole(part.slice(0, -ending.length)) : NaN
}

function readTotal(part: string, counts: { duplicates: number; errors: number; corrupted: number }, found: { lossPct: number | null; timeMs: number | null }): boolean {
  for (const name of ['duplicates', 'errors', 'corrupted'] as const) {
    const count = part.startsWith('+') ? counted(part.slice(1), ` ${name}`) : NaN
    if (Number.isNaN(count)) continue
    counts[name] = count
    return true
  }
  if (part.endsWith(' packet loss')) found.lossPct = percent(part.slice(0, -12))
  else if (part.startsWith('time ') && part.endsWith('ms')) found.timeMs = whole(part.slice(5, -2), 12)
  else return false
  return !Number.isNaN(found.lossPct) && !Number.isNaN(found.timeMs)
}

const RTT_NAMES: ReadonlySet<string> = new Set(['min/avg/max/mdev', 'min/avg/max/stddev', 'min/avg/max/std-dev', 'min/avg/max'])

/** `rtt min/avg/max/mdev = 2.2/2.7/8.6/1.0 ms, pipe 2, ipg/ewma 6.8/2.7 ms`; without replies only `pipe 4` may be left. */
export function readRtt(text: string): PingLine | null {
  const line = { kind: 'rtt' as const, rtt: null as Rtt | null, pipe: null as number | null, ipgMs: null as number | null, ewmaMs: null as number | null }
  const parts = text.split(', ')
  const opening = /^(?:rtt|round-trip) /.exec(text)?.[0]
  if (opening) {
    line.rtt = readMinAvgMax((parts.shift() ?? '').slice(opening.length))
    if (!line.rtt) return null
  } else if (!/^(?:pipe \d|ipg\/ewma \d)/.test(text)) return null
  for (const part of parts) {
    if (part.startsWith('pipe ')) line.pipe = whole(part.slice(5))
    else if (part.startsWith('ipg/ewma ') && part.endsWith(' ms')) [line.ipgMs = NaN, line.ewmaMs = NaN] = part.slice(9, -3).split('/').map(decimal)
    else return null
  }
  return [line.pipe, line.ipgMs, line.ewmaMs].some(Number.isNaN) ? null : line
}

function readMinAvgMax(text: string): Rtt | null {
  const [names = '', numbers = ''] = text.split(' = ')
  if (!RTT_NAMES.has(names) || !numbers.endsWith(' ms')) return null
  const values = numbers.slice(0, -3).split('/').map(decimal)
  const [min, avg, max, mdev] = values
  if (values.length !== names.split('/').length || min === undefined || avg === undefined || max === undefined || values.some(Number.isNaN)) return null
  return { min, avg, max, mdev: mdev ?? null }
}

/** `2/4 packets, 50% loss, min/avg/ewma/max = 5.957/7.493/6.341/9.029 ms`. */
export function readProgress(text: string): PingLine | null {
  const [packets = '', loss = '', times, ...more] = text.split(', ')
  if (!packets.endsWith(' packets') || !loss.endsWith(' loss') || more.length > 0) return null
  const [received = NaN, transmitted = NaN, none] = packets.slice(0, -8).split('/').map((part) => whole(part))
  const lossPct = percent(loss.slice(0, -5))
  if (Number.isNaN(received + transmitted + lossPct) || none !== undefined) return null
  if (times === undefined) return { kind: 'progress', received, transmitted, lossPct, rtt: null }
  const opening = 'min/avg/ewma/max = '
  if (!times.startsWith(opening) || !times.endsWith(' ms')) return null
  const [min = NaN, avg = NaN, ewma = NaN, max = NaN] = times.slice(opening.length, -3).split('/').map(decimal)
  return Number.isNaN(min + avg + ewma + max) ? null : { kind: 'progress', received, transmitted, lossPct, rtt: { min, avg, ewma, max } }
}
