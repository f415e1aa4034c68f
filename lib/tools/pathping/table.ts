/** The classic pathping table: loss at nodes apart from loss on the links between them. */
import type { HopView, PathView } from '../path/view.ts'

/** `lost` of `sent`, and the share that it stands for (0 to 1; exact, where `lost` is rounded to whole packets). */
export interface Share { lost: number; sent: number; share: number }

export interface NodeRow {
  kind: 'node'
  /** 0: the vantage itself. */
  ttl: number
  /** The responder with the most answers; null: silent, or the vantage. */
  address: string | null
  /** Further addresses at this TTL. */
  others: number
  name: string | null
  /** Mean round trip; null: unknown. */
  rttMs: number | null
  /** What was lost between the vantage and here, there and back. Null: silent, or nothing is known yet. */
  toHere: Share | null
  /** What this node did not answer although it went on past it. Null: unknown. */
  here: Share | null
  isTarget: boolean
}

export interface LinkRow {
  kind: 'link'
  /** From the last node before that answered, which is not `toTtl - 1` where silent ones lie between. */
  fromTtl: number
  toTtl: number
  /** Null: it ends at a silent node, and counts with the next link that ends at one that answers. */
  lost: Share | null
}

export type PathpingRow = NodeRow | LinkRow
type Hop = Pick<HopView, 'ttl' | 'counts' | 'rtt' | 'responders' | 'isTarget'>

/**
 * Rows from the vantage outwards, a link before each node. Null until statistics begin.
 *
 * loss(i): probes to hop i that are lost, of those whose fate is known. carried(i): the smallest loss of hop i and of any hop behind it that
 * answered: what got past i cannot have been lost before i. Then hop i itself is to blame for loss(i) - carried(i), which says nothing of
 * what it forwards; and the link before it for carried(i) - carried(i - 1). Neither is ever below zero.
 */
export function pathpingTable(view: Pick<PathView, 'stage' | 'names'> & { hops: readonly Hop[] }): PathpingRow[] | null {
  if (view.stage?.stage !== 'statistics') return null
  const carried = carriedLoss(view.hops)
  const rows: PathpingRow[] = [VANTAGE]
  let before = { ttl: 0, carried: 0 }
  view.hops.forEach((hop, at) => {
    const loss = lossOf(hop)
    const past = carried[at] ?? 0
    if (loss === null) {
      rows.push({ kind: 'link', fromTtl: before.ttl, toTtl: hop.ttl, lost: null }, nodeRow(view, hop, null))
      return
    }
    rows.push({ kind: 'link', fromTtl: before.ttl, toTtl: hop.ttl, lost: shareOf(past - before.carried, hop.counts.judged) })
    rows.push(nodeRow(view, hop, { loss, own: loss - past }))
    before = { ttl: hop.ttl, carried: past }
  })
  return rows
}

const VANTAGE: NodeRow = { kind: 'node', ttl: 0, address: null, others: 0, name: null, rttMs: null, toHere: null, here: null, isTarget: false }

/** Null: it never answered, so its silence tells nothing of loss. */
function lossOf({ counts }: Hop): number | null {
  return counts.judged > 0 && counts.answered + counts.late > 0 ? counts.lost / counts.judged : null
}

/** From the far end inwards: the smallest loss from each hop on. */
function carriedLoss(hops: readonly Hop[]): number[] {
  const carried: number[] = []
  let least = Infinity
  for (let at = hops.length - 1; at >= 0; at--) {
    const hop = hops[at]
    least = Math.min(least, (hop && lossOf(hop)) ?? Infinity)
    carried[at] = least
  }
  return carried
}

const shareOf = (share: number, sent: number): Share => ({ lost: Math.round(share * sent), sent, share })

function nodeRow({ names }: Pick<PathView, 'names'>, hop: Hop, losses: { loss: number; own: number } | null): NodeRow {
  const current = hop.responders.filter((responder) => responder.untilMs === null)
  const address = current[0]?.address ?? null
  const { counts, rtt } = hop
  return {
    kind: 'node', ttl: hop.ttl, address, others: Math.max(0, current.length - 1), name: address === null ? null : (names.get(address)?.name ?? null),
    rttMs: Number.isNaN(rtt.meanMs) ? null : rtt.meanMs,
    toHere: losses && { lost: counts.lost, sent: counts.judged, share: losses.loss },
    here: losses && shareOf(losses.own, counts.judged), isTarget: hop.isTarget,
  }
}
