/** Columns of the hop table: what each means, how it is written, which are shown. Pure. */
import { UNKNOWN, formatCount, splitMs } from '#lib/format/number.ts'
import type { MtrColumns } from '#lib/tools/path/view.ts'
import type { PathRow } from './path-rows.ts'

export type MtrName = keyof MtrColumns
export type ColumnId = 'loss' | 'sent' | 'recv' | 'last' | 'avg' | 'best' | 'worst' | 'stdev' | 'jitter' | 'jmax' | 'p50' | 'p95' | 'as' | 'type' | `mtr.${MtrName}`

export interface PathColumn {
  id: ColumnId
  head: string
  define: string
  group: 'figures' | 'router' | 'mtr'
  /** Tailwind width class, from the widest text of its format. */
  width: string
  /** Words, not numbers: left-aligned. */
  words: boolean
  /** As printed; the loss column draws itself (row-words.ts). */
  text(row: PathRow): string
}

/** A table's milliseconds without a unit, which is in the head; seconds say so. */
export function cellMs(ms: number, decimals = 1): string {
  const { value, unit } = splitMs(ms, decimals)
  return unit === 's' ? `${value} s` : value
}

type Figures = PathRow['figures']
const time = (id: ColumnId, read: (figures: Figures) => number, define: string, decimals = 1): PathColumn => ({
  id, head: id, define, group: 'figures', width: decimals === 1 ? 'w-[52px]' : 'w-[56px]', words: false, text: ({ figures }) => cellMs(read(figures), decimals),
})
/** A router of several has answers of its own, and no probes of its own. */
const ofHop = ({ kind, figures }: PathRow, n: (figures: Figures) => number): string => (kind === 'share' ? '' : formatCount(n(figures)))

const FIGURES: readonly PathColumn[] = [
  { id: 'loss', head: 'loss', define: 'Probes without an answer within the timeout, of those whose fate is known. Struck through where a router merely limits its answers: hops behind it lose less.', group: 'figures', width: 'w-[66px]', words: false, text: () => UNKNOWN },
  { id: 'sent', head: 'sent', define: 'Probes that left with this TTL in the time window.', group: 'figures', width: 'w-[50px]', words: false, text: (row) => ofHop(row, (f) => f.sent) },
  { id: 'recv', head: 'recv', define: 'Answers within the timeout.', group: 'figures', width: 'w-[50px]', words: false, text: ({ figures }) => formatCount(figures.answered) },
  time('last', (f) => f.lastMs, 'The newest round trip, ms.'),
  time('avg', (f) => f.meanMs, 'Mean of the round trips, ms.'),
  time('best', (f) => f.minMs, 'Shortest round trip, ms.'),
  time('worst', (f) => f.maxMs, 'Longest round trip, ms.'),
  time('stdev', (f) => f.stdevMs, 'Standard deviation of the round trips, of a sample (n \u2212 1), ms.', 2),
  time('jitter', (f) => f.jitterMs, 'Mean absolute difference of consecutive answers, never across a loss, ms.', 2),
  time('jmax', (f) => f.jitterMaxMs, 'Greatest difference of two consecutive answers, ms.', 2),
  time('p50', (f) => f.p50Ms, 'Median round trip, ms.'),
  time('p95', (f) => f.p95Ms, '19 of 20 round trips were no longer, ms.'),
]

const ROUTER: readonly PathColumn[] = [
  { id: 'as', head: 'AS', define: 'Network that announces the address, where the vantage may look it up.', group: 'router', width: 'w-[76px]', words: true, text: ({ host }) => host?.as ?? UNKNOWN },
  { id: 'type', head: 'type', define: 'What the answers are: "ttl exceeded" from a router, "target" from the target itself, or a refusal.', group: 'router', width: 'w-[116px]', words: true, text: typeOf },
]

function typeOf({ host, isTarget, flags }: PathRow): string {
  if (!host) return UNKNOWN
  const plain = isTarget ? 'target' : 'ttl exceeded'
  return flags.length === 0 ? plain : flags.map((flag) => flag.text).join(', ')
}

const MTR: Readonly<Record<MtrName, string>> = {
  Last: 'Newest round trip.', Avg: 'Mean round trip.', Best: 'Shortest round trip.', Wrst: 'Longest round trip.', StDev: 'Standard deviation of a sample.', Gmean: 'Geometric mean.',
  Jttr: 'Difference of the last two round trips in order of arrival.', Javg: 'Mean of those differences.', Jmax: 'Greatest of those differences.', Jint: 'Interarrival jitter as in RFC 3550, on round trips.',
}
const SINCE = ' As mtr names it; ms, of the path since it last changed, not of the time window.'
const isMtrName = (name: string): name is MtrName => name in MTR
const MTR_COLUMNS: readonly PathColumn[] = Object.keys(MTR).filter(isMtrName).map((name) => ({
  id: `mtr.${name}`, head: name, define: MTR[name] + SINCE, group: 'mtr', width: 'w-[56px]', words: false, text: ({ mtr }) => (mtr ? cellMs(mtr[name], name.startsWith('J') || name === 'StDev' ? 2 : 1) : ''),
}))

export const PATH_COLUMNS: readonly PathColumn[] = [...FIGURES, ...ROUTER, ...MTR_COLUMNS]
export const GROUPS = [{ id: 'figures', label: 'Of the time window' }, { id: 'router', label: 'Router' }, { id: 'mtr', label: 'As mtr counts them' }] as const

export const DEFAULT_COLUMNS: readonly ColumnId[] = ['loss', 'sent', 'last', 'avg', 'best', 'worst', 'stdev', 'jitter']
/** Left out by default where the window is narrow (DESIGN section 3). */
export const NARROW_DROPS: Readonly<Partial<Record<ColumnId, string>>> = { best: 'max-xl:hidden', stdev: 'max-xl:hidden', sent: 'max-lg:hidden', last: 'max-lg:hidden' }

/** The stored choice; absent, or of names that are no more: the default. In table order, whatever was stored. */
export function decodeColumns(stored: string | null): readonly ColumnId[] {
  if (stored === null) return DEFAULT_COLUMNS
  const wanted = stored.split(',')
  const found = PATH_COLUMNS.filter(({ id }) => wanted.includes(id)).map(({ id }) => id)
  return found.length === 0 && stored !== '' ? DEFAULT_COLUMNS : found
}

/** Null where the choice is the default: a later default then reaches this browser. */
export const encodeColumns = (ids: readonly ColumnId[]): string | null => {
  const text = PATH_COLUMNS.filter(({ id }) => ids.includes(id)).map(({ id }) => id).join()
  return text === DEFAULT_COLUMNS.join() ? null : text
}

export const toggled = (ids: readonly ColumnId[], id: ColumnId): readonly ColumnId[] => (ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id])
export const isDefault = (ids: readonly ColumnId[]): boolean => encodeColumns(ids) === null
