/** Ping's output to typed events, incrementally: cost linear in the new bytes, one line of memory, never throws. */
import type { Observed } from '#lib/protocol/events.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import { LINE_CAP_BYTES, LineSplitter, type RawLine } from '#lib/text/lines.ts'
import { lineCut, lineText } from '../lines.ts'
import type { Exit, Parser, ParserContext } from '../tool.ts'
import { HotScanner } from './hot.ts'
import type { IcmpErrorLine, PingLine, ReplyLine } from './lines/line.ts'
import { readPingLine } from './lines/read.ts'
import { ProbeNumbers } from './numbering.ts'
import type { PingOptions } from './options.ts'
import { judge, newEvidence } from './verdict.ts'

export { readPingLine } from './lines/read.ts'
export type { PingLine } from './lines/line.ts'

/** Characters of a line that an `unrecognised` event shows; the transcript has the rest. */
const SHOWN_MAX = 512

/** A parser of one run. */
export function pingParser(context: ParserContext<PingOptions>): Parser {
  return new PingParser(context)
}

interface At { line: number; nowMs: number }
type Totals = Extract<PingLine, { kind: 'totals' }>

class PingParser implements Parser {
  readonly #context: ParserContext<PingOptions>
  readonly #splitter: LineSplitter
  readonly #numbers: ProbeNumbers
  readonly #hot: HotScanner
  readonly #evidence = newEvidence()
  readonly #take: (line: RawLine) => void
  #events: Observed[] = []
  #nowMs = 0
  /** Addresses that mean the target: the pinned one and, should it print differently, the header's. */
  #headerAddress = ''
  /** The clock went back: the next reply's time means nothing. */
  #clockWentBack = false
  /** Probe of the reply line just read, for a wrong-data line below it; -1 if the line above was another. */
  #lastReply = -1
  /** Totals wait for the round-trip line below them. */
  #totals: (Totals & At) | null = null

  constructor(context: ParserContext<PingOptions>) {
    this.#context = context
    this.#numbers = new ProbeNumbers(context.options.intervalMs)
    this.#hot = new HotScanner(context.target.address)
    this.#take = (line) => this.#line(line)
    this.#splitter = new LineSplitter(LINE_CAP_BYTES, (bytes, from, line) => this.#fast(bytes, from, line))
  }

  push(bytes: Uint8Array, nowMs: number): Observed[] {
    this.#nowMs = nowMs
    this.#splitter.push(bytes, this.#take)
    return this.#drain()
  }

  end(nowMs: number): Observed[] {
    this.#nowMs = nowMs
    this.#splitter.end(this.#take)
    this.#flushTotals(null)
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
    const text = lineText(raw)
    const at = { line: raw.number, nowMs: this.#nowMs }
    // A line that was cut is not whole, so nothing in it is believed.
    this.#read(raw.cutBytes > 0 ? { kind: 'unrecognised' } : readPingLine(text), text, at)
    if (raw.cutBytes > 0) this.#events.push(lineCut({ runId: this.#context.runId, line: raw.number, cutBytes: raw.cutBytes, atMs: this.#nowMs }))
  }

  /** The two common lines, made straight from their bytes; everything that needs thought is left to the full reader. */
  #fast(bytes: Uint8Array, from: number, line: number): number {
    const hot = this.#hot
    const end = hot.scan(bytes, from)
    if (end < 0 || this.#clockWentBack || this.#totals !== null) return -1
    const probe = this.#numbers.unwrap(hot.seq)
    const { runId } = this.#context
    if (hot.isAwaited) {
      this.#awaited(probe, hot.stampMs)
      this.#lastReply = -1
      this.#events.push({ kind: 'ping.awaited', runId, line, probe, atMs: hot.stampMs })
      return end
    }
    if (!this.#numbers.isPlausible(probe, hot.stampMs)) return -1
    this.#numbers.saw(probe)
    const isDup = this.#numbers.answer(probe)
    this.#evidence.replies++
    this.#lastReply = probe
    const event: Observed = { kind: 'ping.reply', runId, line, probe, rttMs: hot.rttMs, ttl: hot.ttl, bytes: hot.bytes, atMs: hot.stampMs }
    if (isDup) event.dup = true
    this.#events.push(event)
    return end
  }

  /** The tool's own counter, so it is always believed. */
  #awaited(probe: number, stampMs: number | null): void {
    this.#numbers.isPlausible(probe, stampMs)
    this.#numbers.saw(probe)
  }

  #read(read: PingLine, text: string, at: At): void {
    const isWrongData = read.kind === 'notice' && read.notice === 'wrong-data'
    if (read.kind !== 'blank' && read.kind !== 'rtt') this.#flushTotals(null)
    if (read.kind === 'reply' ? !this.#replied(read, at) : read.kind === 'icmp-error' ? !this.#erred(read, at) : !this.#told(read, at)) {
      this.#unrecognised(text, at)
    }
    if (read.kind !== 'reply' && !isWrongData) this.#lastReply = -1
  }

  /** Everything that is not from the network; false if it is not understood. */
  #told(read: Exclude<PingLine, ReplyLine | IcmpErrorLine>, at: At): boolean {
    const of = { runId: this.#context.runId, line: at.line }
    switch (read.kind) {
      case 'header':
        this.#evidence.header = true
        this.#headerAddress = read.address
        this.#events.push({ kind: 'ping.header', ...of, target: read.target, address: read.address, payloadBytes: read.payloadBytes, atMs: at.nowMs })
        return true
      case 'awaited': {
        const probe = this.#numbers.unwrap(read.seq)
        this.#awaited(probe, read.stampMs)
        this.#events.push({ kind: 'ping.awaited', ...of, probe, atMs: read.stampMs ?? at.nowMs })
        return true
      }
      case 'local-error':
        this.#evidence.refused[read.error] = (this.#evidence.refused[read.error] ?? 0) + 1
        this.#events.push({ ...read, kind: 'ping.local-error', ...of, atMs: at.nowMs })
        return true
      case 'notice':
        this.#notice(read, at)
        return true
      case 'fatal':
        this.#evidence.fatal ??= { error: read.error, text: read.text }
        this.#events.push({ kind: 'ping.fatal', ...of, error: read.error, text: read.text, atMs: at.nowMs })
        return true
      case 'totals':
        this.#totals = { ...read, ...at }
        return true
      case 'rtt':
        if (!this.#totals) return false
        this.#flushTotals(read.rtt)
        return true
      case 'unrecognised':
        return false
      default:
        return true
    }
  }

  #notice(read: Extract<PingLine, { kind: 'notice' }>, at: At): void {
    if (read.notice === 'clock-back') this.#clockWentBack = true
    if (read.notice === 'other') this.#evidence.remark = read.text
    const probe = read.notice === 'wrong-data' && this.#lastReply >= 0 ? { probe: this.#lastReply } : {}
    this.#events.push({ kind: 'ping.notice', runId: this.#context.runId, line: at.line, notice: read.notice, text: read.text, ...probe, atMs: at.nowMs })
  }

  #replied(read: ReplyLine, at: At): boolean {
    const probe = this.#numbers.unwrap(read.seq)
    if (!this.#numbers.isPlausible(probe, read.stampMs)) return false
    this.#numbers.saw(probe)
    const wasAnswered = this.#numbers.answer(probe)
    this.#evidence.replies++
    this.#lastReply = probe
    const event: Extract<Observed, { kind: 'ping.reply' }> = {
      kind: 'ping.reply', runId: this.#context.runId, line: at.line,
      probe, rttMs: read.rttMs, ttl: read.ttl, bytes: read.bytes, atMs: read.stampMs ?? at.nowMs,
    }
    if (!this.#isTarget(read.from)) event.from = read.from
    if (read.dup || wasAnswered) event.dup = true
    if (read.truncated) event.truncated = true
    if (read.differentAddress) event.differentAddress = true
    if (read.badChecksum) event.corrupt = true
    if (this.#clockWentBack) event.clockStep = true
    this.#clockWentBack = false
    this.#events.push(event)
    return true
  }

  #erred(read: IcmpErrorLine, at: At): boolean {
    const { stampMs, seq, host: _host, kind: _kind, ...rest } = read
    const probe = seq === null ? null : this.#numbers.unwrap(seq)
    if (probe !== null) {
      if (!this.#numbers.isPlausible(probe, stampMs)) return false
      this.#numbers.saw(probe)
    }
    this.#evidence.icmpErrors.set(read.error, (this.#evidence.icmpErrors.get(read.error) ?? 0) + 1)
    this.#events.push({ ...rest, kind: 'ping.icmp-error', runId: this.#context.runId, line: at.line, probe, atMs: stampMs ?? at.nowMs })
    return true
  }

  #isTarget(address: string): boolean {
    return address === this.#context.target.address || address === this.#headerAddress
  }

  #flushTotals(rtt: Extract<PingLine, { kind: 'rtt' }>['rtt']): void {
    const held = this.#totals
    if (!held) return
    this.#totals = null
    const { kind: _kind, nowMs, line, ...totals } = held
    this.#evidence.totals = totals
    this.#events.push({ kind: 'ping.summary', runId: this.#context.runId, line, ...totals, rtt, atMs: nowMs })
  }

  #unrecognised(text: string, at: At): void {
    const shown = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text
    this.#events.push({ kind: 'unrecognised', runId: this.#context.runId, line: at.line, text: shown, atMs: at.nowMs })
  }
}
