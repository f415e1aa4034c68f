/** mtr's raw output to typed events, incrementally: cost linear in the new bytes, memory one line and the probes on the way, never throws. */
import type { Observed } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { LINE_CAP_BYTES, LineSplitter, type RawLine } from '#lib/text/lines.ts'
import { lineCut, lineText } from '../lines.ts'
import type { Exit, Parser } from '../tool.ts'
import { Hop, type HostLines, type Sent } from './hop.ts'
import type { MplsLabel, MtrLine } from './lines/line.ts'
import { readMtrLine } from './lines/read.ts'
import { judgeMtr, newMtrEvidence } from './verdict.ts'

export { readMtrLine } from './lines/read.ts'
export type { MtrLine } from './lines/line.ts'

/** Characters of a line that an `unrecognised` event shows; the transcript has the rest. */
const SHOWN_MAX = 512
/** Sets of labels and names remembered as told. */
const TOLD_MAX = 4096

/** What the parser needs to know of the run. */
export interface MtrContext { runId: RunId; target: PinnedTarget }

/** Where the output begins, when mtr is a later part of a run. */
export interface MtrStart {
  /** Lines of the transcript before it. */
  lines: number
  /** Probes numbered before it at a TTL. */
  probes(ttl: number): number
  /** A line `$ ARGV` of the runner comes first. */
  hasCommand: boolean
}

const FROM_THE_BEGINNING: MtrStart = { lines: 0, probes: () => 0, hasCommand: false }

/** A parser of one run, or of one part of it. */
export function mtrParser(context: MtrContext, start: MtrStart = FROM_THE_BEGINNING): Parser {
  return new MtrParser(context, start)
}

class MtrParser implements Parser {
  readonly #runId: RunId
  readonly #target: PinnedTarget
  readonly #start: MtrStart
  readonly #splitter = new LineSplitter(LINE_CAP_BYTES)
  readonly #take: (line: RawLine) => void
  readonly #evidence = newMtrEvidence()
  readonly #hops = new Map<number, Hop>()
  /** Probes by mtr's number, which wraps after some ten thousand. */
  readonly #bySeq = new Map<number, Sent>()
  readonly #told = new Set<string>()
  #hostLines: HostLines = null
  /** The hop whose `m` lines are being read. */
  #labelled: Hop | null = null
  #events: Observed[] = []
  #nowMs = 0
  #line: number
  #awaitsCommand: boolean

  constructor(context: MtrContext, start: MtrStart) {
    this.#runId = context.runId
    this.#target = context.target
    this.#start = start
    this.#line = start.lines + 1
    this.#awaitsCommand = start.hasCommand
    this.#take = (raw) => this.#raw(raw)
  }

  push(bytes: Uint8Array, nowMs: number): Observed[] {
    this.#nowMs = nowMs
    this.#splitter.push(bytes, this.#take)
    return this.#drain()
  }

  end(nowMs: number): Observed[] {
    this.#nowMs = nowMs
    this.#splitter.end(this.#take)
    this.#flushLabels()
    for (const hop of this.#hops.values()) this.#awaited(hop)
    return this.#drain()
  }

  verdict(exit: Exit): Outcome {
    return judgeMtr(exit, this.#evidence, this.#target)
  }

  #drain(): Observed[] {
    const events = this.#events
    this.#events = []
    return events
  }

  #raw(raw: RawLine): void {
    this.#line = this.#start.lines + raw.number
    const text = lineText(raw)
    if (this.#awaitsCommand && text.startsWith('$ ')) {
      this.#awaitsCommand = false
      return
    }
    // A line that was cut is not whole, so nothing in it is believed.
    const read: MtrLine = raw.cutBytes > 0 ? { kind: 'unrecognised' } : readMtrLine(text)
    if (read.kind !== 'label') this.#flushLabels()
    if (!this.#read(read)) this.#unrecognised(text)
    if (raw.cutBytes > 0) this.#events.push(lineCut({ runId: this.#runId, line: this.#line, cutBytes: raw.cutBytes, atMs: this.#nowMs }))
  }

  /** False if the line is not understood. */
  #read(read: MtrLine): boolean {
    switch (read.kind) {
      case 'sent': return this.#sent(read.ttl, read.seq)
      case 'answer': return this.#answered(read)
      case 'host': return this.#host(read.ttl, read.address)
      case 'name': return this.#named(read.ttl, read.name)
      case 'label': return this.#label(read.ttl, read.label)
      case 'fatal':
        this.#evidence.fatal ??= { error: read.error, text: read.text }
        this.#events.push({ kind: 'path.fatal', runId: this.#runId, line: this.#line, error: read.error, text: read.text, atMs: this.#nowMs })
        return true
      case 'notice':
        this.#evidence.remark = read.text
        this.#events.push({ kind: 'path.notice', runId: this.#runId, line: this.#line, notice: 'other', text: read.text, atMs: this.#nowMs })
        return true
      case 'unrecognised': return false
      default: return true
    }
  }

  #hop(ttl: number): Hop {
    let hop = this.#hops.get(ttl)
    if (!hop) this.#hops.set(ttl, (hop = new Hop(ttl, this.#start.probes(ttl))))
    return hop
  }

  #sent(ttl: number, seq: number): boolean {
    const hop = this.#hop(ttl)
    this.#awaited(hop)
    const sent: Sent = { ttl, probe: ++hop.probes, sentAtMs: this.#nowMs, isAnswered: false }
    hop.latest = sent
    this.#bySeq.set(seq, sent)
    this.#evidence.sent++
    return true
  }

  /** The hop's newest probe is still on the way, and it is told once. */
  #awaited(hop: Hop): void {
    const { latest } = hop
    hop.latest = null
    if (!latest || latest.isAnswered) return
    this.#events.push({ kind: 'path.awaited', runId: this.#runId, line: this.#line, ttl: hop.ttl, probe: latest.probe, sentAtMs: latest.sentAtMs, atMs: this.#nowMs })
  }

  #answered({ ttl, rttMs, seq }: Extract<MtrLine, { kind: 'answer' }>): boolean {
    const sent = seq === null ? null : (this.#bySeq.get(seq) ?? null)
    // An answer to a probe that was never announced, although this version announces them.
    if (seq === null ? this.#evidence.sent > 0 : !sent || sent.ttl !== ttl || sent.isAnswered) return false
    const hop = this.#hop(ttl)
    if (this.#hostLines === null && hop.isSingle) this.#hostLines = 'once'
    const from = hop.responder(this.#hostLines)
    hop.isFresh = false
    hop.isSingle = false
    this.#count(ttl, from)
    if (sent) sent.isAnswered = true
    const probe = sent ? sent.probe : ++hop.probes
    this.#events.push({
      kind: 'path.reply', runId: this.#runId, line: this.#line, ttl, probe, rttMs, from,
      ...(sent ? { sentAtMs: sent.sentAtMs } : {}), atMs: this.#nowMs,
    })
    return true
  }

  #count(ttl: number, from: string | null): void {
    const seen = this.#evidence
    seen.answers++
    seen.highestTtl = Math.max(seen.highestTtl, ttl)
    if (from === this.#target.address) seen.targetTtl = seen.targetTtl === 0 ? ttl : Math.min(seen.targetTtl, ttl)
  }

  #host(ttl: number, address: string): boolean {
    const shown = this.#hop(ttl).host(address)
    this.#hostLines ??= shown
    return true
  }

  #named(ttl: number, name: string): boolean {
    const hop = this.#hops.get(ttl)
    const address = this.#hostLines === 'change' ? hop?.address : hop?.firstAddress
    if (address === null || address === undefined) return false
    if (name !== address && this.#isNews(`d ${address} ${name}`)) {
      this.#events.push({ kind: 'path.name', runId: this.#runId, address, name, source: 'tool', atMs: this.#nowMs })
    }
    return true
  }

  #label(ttl: number, label: MplsLabel): boolean {
    const hop = this.#hops.get(ttl)
    if (!hop?.isFresh || (this.#labelled !== null && this.#labelled !== hop)) return false
    if (hop.labels === null) return true
    if (hop.labels.length === 0) hop.labelLine = this.#line
    hop.labels.push(label)
    this.#labelled = hop
    return true
  }

  /** The labels below one `h` line are whole once another line follows. */
  #flushLabels(): void {
    const hop = this.#labelled
    this.#labelled = null
    if (!hop?.labels) return
    const { ttl, labels, address: from } = hop
    hop.labels = []
    if (!this.#isNews(`m ${ttl} ${from} ${labels.map((one) => `${one.label}/${one.tc}/${one.bottom}/${one.ttl}`).join(' ')}`)) return
    this.#events.push({ kind: 'path.labels', runId: this.#runId, line: hop.labelLine, ttl, from, labels, atMs: this.#nowMs })
  }

  /** True the first time. Remembers so many only, so that hostile output cannot grow it; beyond that things may be told again. */
  #isNews(what: string): boolean {
    if (this.#told.has(what)) return false
    if (this.#told.size < TOLD_MAX) this.#told.add(what)
    return true
  }

  #unrecognised(text: string): void {
    const shown = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text
    this.#events.push({ kind: 'unrecognised', runId: this.#runId, line: this.#line, text: shown, atMs: this.#nowMs })
  }
}
