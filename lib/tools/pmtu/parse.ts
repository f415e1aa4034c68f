/** Ping's output, size after size, to path-MTU events; decides which size is tried next. */
import type { Observed } from '#lib/protocol/events.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import { LINE_CAP_BYTES, LineSplitter, type RawLine } from '#lib/text/lines.ts'
import type { FatalKind, IcmpErrorKind } from '../ping/events.ts'
import { readPingLine, type PingLine } from '../ping/parse.ts'
import { lineCut, lineText } from '../lines.ts'
import type { Exit, Parser, ParserContext, Step } from '../tool.ts'
import { pmtuStepArgs, SMALLEST_BYTES } from './args.ts'
import type { PmtuOptions } from './options.ts'
import { search, type Searched, type Tried } from './search.ts'
import { judgePmtu, type PmtuEvidence } from './verdict.ts'

/** A parser of one run. */
export function pmtuParser(context: ParserContext<PmtuOptions>): Parser {
  return new PmtuParser(context)
}

/** Characters of a line that an `unrecognised` event shows; the transcript has the rest. */
const SHOWN_MAX = 512
/** RFC 791: no IPv4 link carries less. */
const LEAST_BYTES = { 4: 68, 6: 1280 } as const

interface Refusal { reason: 'permission' | 'no-route' | 'no-buffer' | 'send-failed'; error: FatalKind; text: string }

/** What the lines of one size said so far. */
interface SizeState {
  packetBytes: number
  answered: Set<number>
  transmitted: number | null
  bestMs: number | null
  toldBy: string | null
  toldMtu: number | null
  isTooBig: boolean
  isLocal: boolean
  /** Sends that the vantage's own kernel refused for another reason than their size, and the first reason. */
  refused: number
  refusal: Refusal | null
}

type Limit = Tried & { from: string | null }

class PmtuParser implements Parser {
  readonly #context: ParserContext<PmtuOptions>
  readonly #splitter = new LineSplitter(LINE_CAP_BYTES)
  readonly #take: (line: RawLine) => void
  readonly #tried: Limit[] = []
  readonly #errors = new Set<IcmpErrorKind>()
  #size: SizeState | null
  #refused: PmtuEvidence['refused'] = {}
  #fatal: { error: FatalKind; text: string } | null = null
  #result: PmtuEvidence['result'] = null
  #remark: string | null = null
  #line = 1
  #nowMs = 0
  /** Of the line `$ ARGV` in front of a further size. */
  #awaitsCommand = false
  /** Made while nobody could take them. */
  #events: Observed[] = []

  constructor(context: ParserContext<PmtuOptions>) {
    this.#context = context
    this.#size = newSize(context.options.largestBytes)
    this.#take = (raw) => this.#raw(raw)
  }

  push(bytes: Uint8Array, nowMs: number): Observed[] {
    this.#nowMs = nowMs
    this.#splitter.push(bytes, this.#take)
    return this.#drain()
  }

  /** A size that was stopped in the middle counts only if its packets were answered or refused: silence had no time to be one. */
  end(nowMs: number): Observed[] {
    this.#nowMs = nowMs
    this.#splitter.end(this.#take)
    const size = this.#size
    if (size && (size.answered.size > 0 || size.isTooBig || size.isLocal)) this.#conclude(size)
    this.#size = null
    return this.#drain()
  }

  next(_exit: Exit, nowMs: number): Step | null {
    this.#nowMs = nowMs
    const size = this.#size
    this.#size = null
    if (!size || this.#fatal) return null
    if (size.refusal && size.refused >= (size.transmitted ?? size.refused) && size.answered.size === 0) {
      this.#refused = { [size.refusal.reason]: size.refused }
      this.#gaveUp(size.refusal)
      return null
    }
    this.#conclude(size)
    const { options, target } = this.#context
    const found = this.#search()
    if (found.next === null) {
      this.#over(found)
      return null
    }
    this.#size = newSize(found.next)
    this.#awaitsCommand = true
    return { binary: 'ping', args: pmtuStepArgs(options, target, found.next) }
  }

  verdict(exit: Exit): Outcome {
    const { target } = this.#context
    const evidence: PmtuEvidence = { result: this.#result, smallest: SMALLEST_BYTES[target.family], fatal: this.#fatal, refused: this.#refused, errors: this.#errors, remark: this.#remark }
    return judgePmtu(exit, evidence, target)
  }

  #drain(): Observed[] {
    const events = this.#events
    this.#events = []
    return events
  }

  #search(): Searched {
    const { options: { largestBytes: largest }, target: { family } } = this.#context
    return search(this.#tried, { largest, smallest: SMALLEST_BYTES[family], least: LEAST_BYTES[family] })
  }

  #conclude(size: SizeState): void {
    const { packetBytes: bytes, answered, toldBy: from, toldMtu: mtu, bestMs } = size
    const fate = answered.size > 0 ? 'passed' : size.isTooBig ? 'too-big' : size.isLocal ? 'local' : 'silent'
    const sent = Math.max(answered.size, size.transmitted ?? this.#context.options.probes)
    const isRefused = fate === 'too-big' || fate === 'local'
    this.#tried.push({ bytes, fate, mtu: isRefused ? mtu : null, from: fate === 'too-big' ? from : null })
    this.#events.push({
      kind: 'pmtu.try', runId: this.#context.runId, line: this.#line, packetBytes: bytes, fate, sent, answered: answered.size,
      ...(fate === 'too-big' && from !== null ? { from } : {}), ...(isRefused && mtu !== null ? { mtu } : {}), ...(bestMs === null ? {} : { rttMs: bestMs }), atMs: this.#nowMs,
    })
  }

  #over({ passes: mtu, failsFrom }: Searched): void {
    // What a router named, the vantage's kernel refuses by itself from then on: the word is still the router's.
    const limit = this.#tried.findLast((one) => one.fate === 'too-big' && (one.bytes === failsFrom || (mtu !== null && one.mtu === mtu)))
      ?? this.#tried.findLast((one) => one.bytes === failsFrom && one.fate !== 'silent') ?? this.#tried.find((one) => one.bytes === failsFrom)
    const toldBy = limit?.from ?? null
    this.#result = { mtu, failsFrom, toldBy, limit: limit?.fate ?? null }
    this.#events.push({ kind: 'pmtu.result', runId: this.#context.runId, line: this.#line, mtu, failsFrom, toldBy, atMs: this.#nowMs })
  }

  #raw(raw: RawLine): void {
    this.#line = raw.number
    const text = lineText(raw)
    if (this.#awaitsCommand && text.startsWith('$ ')) {
      this.#awaitsCommand = false
      return
    }
    // A line that was cut is not whole, so nothing in it is believed.
    if (!this.#read(raw.cutBytes > 0 ? { kind: 'unrecognised' } : readPingLine(text))) this.#unrecognised(text)
    if (raw.cutBytes > 0) this.#events.push(lineCut({ runId: this.#context.runId, line: raw.number, cutBytes: raw.cutBytes, atMs: this.#nowMs }))
  }

  /** False if the line is not understood. */
  #read(read: PingLine): boolean {
    const size = this.#size
    switch (read.kind) {
      case 'reply':
        if (size && read.from === this.#context.target.address) answer(size, read)
        return true
      case 'icmp-error':
        if (size) this.#erred(size, read)
        return true
      case 'local-error':
        if (size) refuse(size, read)
        return true
      case 'totals':
        if (size) size.transmitted = read.transmitted
        return true
      case 'fatal':
        this.#gaveUp(read)
        return true
      case 'notice':
        this.#remark = read.text
        return true
      case 'unrecognised': return false
      default: return true
    }
  }

  #gaveUp({ error, text }: { error: FatalKind; text: string }): void {
    this.#fatal ??= { error, text }
    this.#events.push({ kind: 'pmtu.fatal', runId: this.#context.runId, line: this.#line, error, text, atMs: this.#nowMs })
  }

  #erred(size: SizeState, { error, from, mtu }: Extract<PingLine, { kind: 'icmp-error' }>): void {
    if (error !== 'frag-needed' && error !== 'packet-too-big') {
      if (this.#errors.size < 8) this.#errors.add(error)
      return
    }
    size.isTooBig = true
    size.toldBy ??= from
    // Routers older than RFC 1191 name no size (0).
    size.toldMtu ??= mtu === undefined || mtu === 0 ? null : mtu
  }

  #unrecognised(text: string): void {
    const shown = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text
    this.#events.push({ kind: 'unrecognised', runId: this.#context.runId, line: this.#line, text: shown, atMs: this.#nowMs })
  }
}

const newSize = (packetBytes: number): SizeState => ({
  packetBytes, answered: new Set(), transmitted: null, bestMs: null, toldBy: null, toldMtu: null, isTooBig: false, isLocal: false, refused: 0, refusal: null,
})

function answer(size: SizeState, { seq, rttMs }: Extract<PingLine, { kind: 'reply' }>): void {
  size.answered.add(seq)
  if (rttMs !== null) size.bestMs = Math.min(size.bestMs ?? Infinity, rttMs)
}

const REFUSALS = { permission: 'permission', 'no-route': 'network-unreachable', 'no-buffer': 'other', 'send-failed': 'other' } as const satisfies Record<string, FatalKind>

/** Nothing left the vantage: that says nothing about the path, unless the size was the reason. */
function refuse(size: SizeState, { error, text, mtu }: Extract<PingLine, { kind: 'local-error' }>): void {
  if (error === 'message-too-long') {
    size.isLocal = true
    size.toldMtu ??= mtu ?? null
  } else {
    size.refused++
    size.refusal ??= { reason: error, error: REFUSALS[error], text }
  }
}
