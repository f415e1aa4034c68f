/** The hop table as rows: figures of the time window, verdicts on loss, several routers at a hop, routers of before. Pure. */
import { hopVerdicts, type HopVerdict } from '#lib/tools/path/verdicts.ts'
import type { HopView, MtrColumns, PathView, Responder } from '#lib/tools/path/view.ts'
import { hopWindow, type HopWindow } from '#lib/tools/path/window.ts'

export interface Span { fromMs: number; toMs: number }

export interface Host {
  address: string
  /** Null: none, or not known yet. */
  name: string | null
  /** `AS64510`; null where not known. */
  as: string | null
  asName: string | null
}

/** A refusal or other remark in an answer: `!X admin prohibited`. */
export interface Flag { text: string; count: number }

export interface PathRow {
  key: string
  /** `hop`: the hop with its first router; `share`: another router at the same hop; `former`: one that was there before. */
  kind: 'hop' | 'share' | 'former'
  ttl: number
  /** How many routers answer at this hop now. */
  ways: number
  /** Null: nobody has answered. */
  host: Host | null
  /** Part of the hop's answers in the window that this router gave, 0 to 1; null where there is but one. */
  share: number | null
  /** End of a former router's time. */
  untilMs: number | null
  /** Loss belongs to the hop: null on the other rows, a probe that nobody answered is nobody's. */
  verdict: HopVerdict | null
  figures: HopWindow
  /** mtr's own columns, of the path since it last changed and not of the window. */
  mtr: MtrColumns | null
  isTarget: boolean
  /** A later hop has answered: nobody here is a router that keeps silent, and not the end of what is known. */
  passed: boolean
  /** An earlier hop that the same address answers at: a loop looks like one. */
  again: number | null
  flags: readonly Flag[]
}

export interface PathRows {
  rows: readonly PathRow[]
  /** What the current rows' figures are of: the window, cut at the last route change and at the beginning of the statistics. */
  span: Span
  /** The moment that cut the window, and why; null where the window is whole. */
  cut: { atMs: number; by: 'route' | 'stage' } | null
  /** Probes sent in the window, all hops. */
  sent: number
}

/** `target` is the name the target was asked for by. */
export function pathRows(view: PathView, window: Span, target: string): PathRows {
  const { span, cut } = spanOf(view, window)
  const windows = view.hops.map((hop) => hopWindow(hop, span))
  const verdicts = new Map(hopVerdicts(view.hops.map((hop, i) => judgedOf(hop.ttl, windows[i])), view.targetTtl).map((verdict) => [verdict.ttl, verdict]))
  const first = new Map<string, number>()
  const lastAnswered = view.hops.findLast((_, i) => answers(windows[i]) > 0)?.ttl ?? 0
  let sent = 0
  const rows = view.hops.flatMap((hop, i): PathRow[] => {
    const figures = windows[i] ?? hopWindow(hop, span)
    sent += figures.sent
    const verdict = verdicts.get(hop.ttl) ?? null
    return [...currentRows({ view, hop, span, target, figures, verdict, passed: hop.ttl < lastAnswered, first }), ...formerRows(view, hop, { window, target })]
  })
  return { rows, span, cut, sent }
}

/** Silent hops shown behind the last one that answered. */
const SILENT_SHOWN = 3

/** How many rows there are up to the few first silent hops behind the last that answered: a dead end must not fill the page. All, where it is but one more. */
export function upToDeadEnd(rows: readonly PathRow[]): number {
  const end = rows.findLastIndex((row) => row.host !== null) + 1 + SILENT_SHOWN
  return end + 1 >= rows.length ? rows.length : end
}

const judgedOf = (ttl: number, w: HopWindow | undefined) => ({ ttl, judged: w?.judged ?? 0, lost: w?.lost ?? 0, answered: answers(w) })
const answers = (w: HopWindow | undefined): number => (w ? w.answered + w.late : 0)

function spanOf(view: PathView, { fromMs, toMs }: Span): Pick<PathRows, 'span' | 'cut'> {
  const epoch = view.epochs.at(-1)
  const route = view.epochs.length > 1 && epoch ? epoch.sinceMs : -Infinity
  const stage = view.stage?.stage === 'statistics' ? view.stage.sinceMs : -Infinity
  const atMs = Math.max(route, stage)
  return atMs > fromMs ? { span: { fromMs: atMs, toMs: Math.max(toMs, atMs) }, cut: { atMs, by: route >= stage ? 'route' : 'stage' } } : { span: { fromMs, toMs }, cut: null }
}

interface Current { view: PathView; hop: HopView; span: Span; target: string; figures: HopWindow; verdict: HopVerdict | null; passed: boolean; first: Map<string, number> }

function currentRows({ view, hop, span, target, figures, verdict, passed, first }: Current): PathRow[] {
  const now = hop.responders.filter((one) => one.untilMs === null)
  const one = { ttl: hop.ttl, ways: now.length, untilMs: null, passed, isTarget: hop.isTarget }
  if (now.length === 0) return [{ ...one, key: `${hop.ttl}`, kind: 'hop', host: null, share: null, verdict, figures, mtr: hop.mtr, again: null, flags: [] }]
  const each = now.map((responder) => ({ responder, figures: now.length === 1 ? figures : hopWindow(hop, span, responder.index) }))
  const all = each.reduce((sum, { figures: of }) => sum + answers(of), 0)
  each.sort((a, b) => answers(b.figures) - answers(a.figures) || b.responder.answered - a.responder.answered)
  return each.map(({ responder, figures: own }, i): PathRow => {
    const isTarget = responder.address === view.address
    const again = isTarget ? null : first.get(responder.address) ?? null
    if (!first.has(responder.address)) first.set(responder.address, hop.ttl)
    return {
      ...one, key: i === 0 ? `${hop.ttl}` : `${hop.ttl} ${responder.address}`, kind: i === 0 ? 'hop' : 'share', host: hostOf(view, responder, target),
      share: now.length === 1 ? null : all > 0 ? answers(own) / all : 0,
      verdict: i === 0 ? verdict : null, figures: i === 0 ? figures : own, mtr: i === 0 ? hop.mtr : null, isTarget, again: again === hop.ttl ? null : again, flags: flagsOf(responder, span),
    }
  })
}

/** Those whose time reaches into the window, the latest end first. */
function formerRows(view: PathView, hop: HopView, { window, target }: { window: Span; target: string }): PathRow[] {
  return hop.responders.flatMap((responder): PathRow[] => {
    const { untilMs, index, address } = responder
    if (untilMs === null || untilMs <= window.fromMs) return []
    const epoch = view.epochs.findLast((one) => one.untilMs !== null && one.untilMs <= untilMs && one.sets[hop.ttl - view.firstTtl]?.includes(address))
    const life = { fromMs: Math.max(window.fromMs, epoch?.sinceMs ?? responder.firstMs), toMs: Math.min(window.toMs, untilMs) }
    if (life.toMs <= life.fromMs) return []
    const alone = epoch?.sets[hop.ttl - view.firstTtl]?.length === 1
    return [{
      key: `${hop.ttl} was ${address}`, kind: 'former', ttl: hop.ttl, ways: 0, host: hostOf(view, responder, target), share: null, untilMs, verdict: null,
      figures: alone ? hopWindow(hop, life) : hopWindow(hop, life, index), mtr: null, isTarget: false, passed: true, again: null, flags: flagsOf(responder, life),
    }]
  })
}

export function hostOf(view: PathView, { address, toolAsns }: Pick<Responder, 'address' | 'toolAsns'>, target: string): Host {
  const known = view.names.get(address)
  const name = address === view.address && target !== address ? target : known?.name ?? null
  const asn = known?.asn ?? null
  const tool = toolAsns.filter((one) => one !== '*').map((one) => (/^\d/.test(one) ? `AS${one}` : one)).join(', ')
  return { address, name: name === address ? null : name, as: asn !== null ? `AS${asn}` : tool === '' ? null : tool, asName: known?.asName ?? null }
}

const flagsOf = ({ flags }: Responder, { fromMs, toMs }: Span): Flag[] => flags.filter((one) => one.lastMs >= fromMs && one.firstMs < toMs)
  .map(({ flag, error, mtu, count }) => ({ text: `!${flag}${error === null ? '' : ` ${error.replaceAll('-', ' ')}`}${mtu === null || flag.includes(String(mtu)) ? '' : `, MTU ${mtu}`}`, count }))
