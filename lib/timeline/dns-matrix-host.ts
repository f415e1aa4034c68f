/** The first column of the resolver matrix: what programs on this host get, through nsswitch and the hosts file. */
import { formatMs } from '#lib/format/number.ts'
import type { OsView } from '#lib/tools/dns/view.ts'
import { cell, nothing, portCell, type Asked, type MatrixCell, type RowId } from './dns-matrix-cells.ts'
import { DIFFERENCE_WORDS, hostDifference, isSettled } from './dns-reference.ts'
import { inert } from './dns-text.ts'
import { HOST } from './dns-columns.ts'

/** Marks a cell of this host in place of a type. */
export const HOST_TYPE = HOST

export function hostCell(id: RowId, asked: Asked): MatrixCell {
  const { os } = asked.view
  if (os === null) return nothing({ pending: !asked.over })
  const made = id === 'status' ? status(os, asked) : id.startsWith('type ') ? addresses(os, id.slice('type '.length), asked) : id === 'port' ? portCell(os.addresses, asked)
    : id === 'transport' ? cell({ text: os.ms === null ? 'getent' : `getent, ${formatMs(os.ms)}`, tone: 'quiet' }) : nothing()
  return { ...made, type: HOST_TYPE }
}

const STATUS: Record<OsView['status'], Partial<MatrixCell>> = {
  'found': { text: 'found', glyph: 'ok' }, 'not-found': { text: 'not found', glyph: 'info' }, 'timeout': { text: 'timeout', glyph: 'crit', tone: 'crit' }, 'error': { text: 'error', glyph: 'warn' },
}

/** Not finding a name that the zone has is a difference; the other way round too. */
function status(os: OsView, { references, types }: Asked): MatrixCell {
  const settled = types.filter((type) => type === 'A' || type === 'AAAA').flatMap((type) => {
    const reference = references.get(type)
    return isSettled(reference) ? [reference.reply] : []
  })
  const has = settled.some((reply) => reply.answers.some(({ type }) => type === 'A' || type === 'AAAA'))
  const odd = settled.length > 0 && ((os.status === 'not-found' && has) || (os.status === 'found' && settled.every((reply) => reply.status === 'NXDOMAIN')))
  return cell({ ...STATUS[os.status], full: os.text === undefined ? '' : inert(os.text, 200), differs: odd ? 'differs from the name servers' : null })
}

function addresses(os: OsView, type: string, { references }: Asked): MatrixCell {
  if (type !== 'A' && type !== 'AAAA') return nothing()
  const mine = os.addresses.filter((address) => address.includes(':') === (type === 'AAAA'))
  const [first] = mine
  if (first === undefined) return nothing({ text: os.status === 'found' || os.status === 'not-found' ? 'none' : '\u2013' })
  const reference = references.get(type)
  const how = reference === undefined ? null : hostDifference(reference, { addresses: mine, type })
  return cell({ text: inert(first, 64), after: mine.length > 1 ? `+${mine.length - 1}` : '', machine: true, differs: how === null ? null : DIFFERENCE_WORDS[how], full: mine.join('\n') })
}
