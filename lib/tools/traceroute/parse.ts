/** Traceroute's output to typed events, incrementally: cost linear in the new bytes, one line of memory, never throws. */
import type { Observed } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { LINE_CAP_BYTES, LineSplitter, type RawLine } from '#lib/text/lines.ts'
import { lineCut, lineText } from '../lines.ts'
import type { Exit, Parser } from '../tool.ts'
import { HopReader } from './lines/hop.ts'
import type { HopItem, Responder } from './lines/probes.ts'
import { readSaid } from './lines/said.ts'
import { judge, newEvidence, type Evidence } from './verdict.ts'

/** All that reading a traceroute needs of its run; pathping's first stage is one too. */
export interface TracerouteContext {
  runId: RunId
  target: PinnedTarget
}

/** A parser of one run, or of the part of a run that is a traceroute. */
export function tracerouteParser(context: TracerouteContext): TracerouteReader {
  return new TracerouteReader(context)
}

/** Characters of a line that an `unrecognised` event shows; the transcript has the rest. */
const SHOWN_MAX = 512
/** Names and label sets that are remembered as told; beyond that they may be told again. */
const TOLD_MAX = 4096
const LF = 10

export class TracerouteReader implements Parser {
  readonly #context: TracerouteContext
  readonly #splitter = new LineSplitter(LINE_CAP_BYTES)
  readonly #hop = new HopReader((ttl, item) => this.#item(ttl, item))
  readonly #evidence = newEvidence()
  readonly #take = (line: RawLine): void => this.#line(line)
  readonly #told = new Set<string>()
  /** Probes so far, by TTL. */
  readonly #probes = new Map<number, number>()
  #events: Observed[] = []
  #nowMs = 0
  #lines = 0
  #isHelp = false
  #isOver = false
  /** The header's address, where it means the target and is written differently (its zone by name or by number). */
  #alias = ''

  constructor(context: TracerouteContext) {
    this.#context = context
  }

  /** Lines of the transcript that are complete. */
  get lines(): number {
    return this.#lines
  }

  /** What was seen so far, for whoever judges a run of which this is a part. */
  get seen(): Readonly<Evidence> {
    return this.#evidence
  }

  push(bytes: Uint8Array, nowMs: number): Observed[] {
    this.#nowMs = nowMs
    let from = 0
    while (from < bytes.length) {
      const lf = bytes.indexOf(LF, from)
      const end = lf < 0 ? bytes.length : lf
      for (let at = from; at < end; at++) this.#hop.feed(bytes[at] ?? 0, nowMs)
      const next = lf < 0 ? end : end + 1
      this.#splitter.push(bytes.subarray(from, next), this.#take)
      from = next
    }
    return this.#drain()
  }

  end(nowMs: number): Observed[] {
    this.#nowMs = nowMs
    this.#isOver = true
    this.#splitter.end(this.#take)
    return this.#drain()
  }

  verdict(exit: Exit): Outcome {
    return judge(exit, this.#evidence, this.#context.target)
  }

  #drain(): Observed[] {
    const events = this.#events
    this.#events = []
    return events
  }

  #line(raw: RawLine): void {
    const end = this.#hop.end(this.#isOver)
    this.#lines = raw.number
    if (end.kind !== 'hop' || raw.cutBytes > 0) {
      const text = lineText(raw)
      // A line that was cut is not whole, so nothing is made of it.
      if (end.kind === 'other' && raw.cutBytes === 0) this.#said(text, raw.number)
      else this.#unrecognised(text, raw.number)
    }
    if (raw.cutBytes > 0) this.#events.push(lineCut({ runId: this.#context.runId, line: raw.number, cutBytes: raw.cutBytes, atMs: this.#nowMs }))
  }

  #said(text: string, line: number): void {
    const said = readSaid(text, this.#isHelp)
    const of = { runId: this.#context.runId, line }
    switch (said.kind) {
      case 'header':
        // There is one, in front: a second would change how the hops below it are read.
        if (this.#evidence.header || this.#evidence.lastTtl !== null) return this.#unrecognised(text, line)
        this.#header(said.address, said.maxTtl)
        this.#hop.speak(said.dialect)
        this.#events.push({ kind: 'path.header', ...of, target: said.target, address: said.address, maxTtl: said.maxTtl, packetBytes: said.packetBytes, atMs: this.#nowMs })
        return
      case 'fatal':
        this.#isHelp ||= said.error === 'usage'
        // The first reason is the reason; what follows tells the same in other words.
        if (this.#evidence.fatal === null) this.#events.push({ kind: 'path.fatal', ...of, error: said.error, text: said.text, atMs: this.#nowMs })
        else this.#events.push({ kind: 'path.notice', ...of, notice: 'other', text: said.text, atMs: this.#nowMs })
        this.#evidence.fatal ??= { error: said.error, text: said.text }
        return
      case 'notice':
        this.#evidence.remark = said.text
        this.#events.push({ kind: 'path.notice', ...of, notice: 'other', text: said.text, atMs: this.#nowMs })
        return
      case 'unrecognised':
        this.#evidence.remark = text
        this.#unrecognised(text, line)
        return
      default:
    }
  }

  #header(address: string, maxTtl: number): void {
    this.#evidence.header = true
    this.#evidence.maxTtl = maxTtl
    if (address.includes('%') && withoutZone(address) === withoutZone(this.#context.target.address)) this.#alias = address
  }

  /** One probe, as soon as all that is said about it was printed. */
  #item(ttl: number, item: HopItem): void {
    const { runId, target } = this.#context
    const probe = (this.#probes.get(ttl) ?? 0) + 1
    this.#probes.set(ttl, probe)
    const of = { runId, line: this.#lines + 1, ttl }
    this.#evidence.lastTtl = ttl
    if (item.kind === 'star') {
      this.#events.push({ kind: 'path.unanswered', ...of, probe, atMs: item.atMs })
      return
    }
    const { kind: _kind, who, atMs, rttMs, ...about } = item
    const from = who.from === this.#alias ? target.address : who.from
    this.#answered(ttl, from, about.flag)
    this.#events.push({
      kind: 'path.reply', ...of, probe, rttMs, from, ...about,
      ...(who.backHops === undefined ? {} : { backHops: who.backHops }), ...(who.asns === undefined ? {} : { asns: who.asns }), atMs,
    })
    this.#described(who, { ...of, from, atMs })
  }

  #answered(ttl: number, from: string, flag: string | undefined): void {
    const seen = this.#evidence
    seen.replies++
    seen.last = { ttl, from, flag: flag ?? null }
    if (from === this.#context.target.address && flag === undefined && (seen.reachedTtl === null || ttl < seen.reachedTtl)) seen.reachedTtl = ttl
  }

  /** Labels and name of a responder, each told once. */
  #described({ name, labels }: Responder, at: { runId: RunId; line: number; ttl: number; from: string; atMs: number }): void {
    const { runId, line, ttl, from, atMs } = at
    if (labels !== undefined && this.#isNew(`${ttl} ${from} ${labels.map((one) => Object.values(one).join()).join(' ')}`)) {
      this.#events.push({ kind: 'path.labels', runId, line, ttl, from, labels, atMs })
    }
    if (name !== null && this.#isNew(`${from} ${name}`)) this.#events.push({ kind: 'path.name', runId, address: from, name, source: 'tool', atMs })
  }

  #isNew(key: string): boolean {
    if (this.#told.has(key)) return false
    if (this.#told.size < TOLD_MAX) this.#told.add(key)
    return true
  }

  #unrecognised(text: string, line: number): void {
    const shown = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text
    this.#events.push({ kind: 'unrecognised', runId: this.#context.runId, line, text: shown, atMs: this.#nowMs })
  }
}

const withoutZone = (address: string): string => address.replace(/%.*$/, '')
