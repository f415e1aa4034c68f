/** The output of nslookup to events, incrementally: cost linear in the new bytes, one line and one answer of memory, never throws. */
import type { Observed } from '#lib/protocol/events.ts'
import type { Outcome } from '#lib/protocol/outcome.ts'
import { LINE_CAP_BYTES, LineSplitter, type RawLine } from '#lib/text/lines.ts'
import { kept } from '../dns/dig/text.ts'
import type { DnsReply } from '../dns/reply.ts'
import type { NoReply } from '../dns/status.ts'
import { lineCut, lineText } from '../lines.ts'
import type { Exit, Parser, ParserContext } from '../tool.ts'
import { Answer, type Head } from './answer.ts'
import { isAddress } from './args.ts'
import { readNslookupLine, type NslookupLine } from './lines.ts'
import type { NslookupOptions } from './options.ts'
import { judge, newEvidence } from './verdict.ts'

export function nslookupParser(context: ParserContext<NslookupOptions>): Parser {
  return new NslookupParser(context)
}

/** Characters of a line that an `unrecognised` event shows; the transcript has the rest. */
const SHOWN_MAX = 512

/** Lines of which half would say something else. */
const DATA: ReadonlySet<NslookupLine['kind']> = new Set(['server', 'address', 'name', 'record', 'owner', 'soa', 'refused', 'no-answer'])

class NslookupParser implements Parser {
  readonly #context: ParserContext<NslookupOptions>
  readonly #splitter = new LineSplitter(LINE_CAP_BYTES)
  readonly #evidence = newEvidence()
  readonly #take = (line: RawLine): void => this.#line(line)
  #events: Observed[] = []
  #nowMs = 0
  #lines = 0
  /** What comes now has no end of line: it may be the beginning of one. */
  #isOver = false
  /** Of the newest answer; also that of a second one below the same head. */
  #head: Head | null = null
  #awaitsAddress = false
  #answer: Answer | null = null
  /** A word alone in a line: the owner of an SOA record if the next line is one of it, else nothing that is known. */
  #word: { line: number; text: string } | null = null
  #isTruncated = false
  /** Between the fences of -debug, which tells everything twice. */
  #isDebug = false
  /** What the last failure amounts to, and the name it was about. */
  #failed: { status: NoReply; transport: DnsReply['transport']; name: string | null } | null = null
  #words: string[] = []

  constructor(context: ParserContext<NslookupOptions>) {
    this.#context = context
  }

  push(bytes: Uint8Array, nowMs: number): Observed[] {
    this.#nowMs = nowMs
    this.#splitter.push(bytes, this.#take)
    return this.#drain()
  }

  end(nowMs: number): Observed[] {
    this.#nowMs = nowMs
    this.#isOver = true
    this.#splitter.end(this.#take)
    this.#settleWord()
    this.#finish()
    return this.#drain()
  }

  verdict(exit: Exit): Outcome {
    return judge(exit, this.#evidence, this.#context)
  }

  #drain(): Observed[] {
    const events = this.#events
    this.#events = []
    return events
  }

  #line(raw: RawLine): void {
    this.#lines = raw.number
    const text = lineText(raw)
    // Of a long TXT record the beginning is enough; an escape that was cut in two goes.
    const line = readNslookupLine(raw.cutBytes > 0 ? text.replace(/\\\d{0,2}$/, '') : text)
    if (line.kind === 'soa') this.#word = null
    else this.#settleWord()
    const isBelieved = raw.cutBytes > 0 ? line.kind === 'record' && line.type === 'TXT' : !(this.#isOver && DATA.has(line.kind))
    if (!isBelieved || !this.#understand(line, text)) this.#unrecognised(text)
    if (raw.cutBytes > 0) this.#events.push(lineCut({ runId: this.#context.runId, line: raw.number, cutBytes: raw.cutBytes, atMs: this.#nowMs }))
  }

  /** False: the line says nothing where it stands. */
  #understand(line: NslookupLine, text: string): boolean {
    if (line.kind === 'fence') {
      this.#isDebug = !this.#isDebug
      return true
    }
    if (this.#isDebug && /^(?: {4}|\t)\S/.test(text)) return true
    this.#isDebug = false
    return this.#headLine(line) ?? this.#body(line) ?? this.#failure(line, text)
  }

  /** Null: it is no line of the head of an answer. */
  #headLine(line: NslookupLine): boolean | null {
    const awaited = this.#awaitsAddress
    if (line.kind === 'server') {
      this.#finish()
      this.#head = { name: line.name, server: null }
      this.#awaitsAddress = true
      return true
    }
    if (line.kind === 'address' && awaited) {
      this.#awaitsAddress = false
      this.#head = { name: this.#head?.name ?? line.address, server: { address: line.address, port: line.port } }
      this.#answer = new Answer(this.#head)
      return true
    }
    if (line.kind === 'blank') {
      const answer = this.#answer
      if (answer) answer.blanks++
      // busybox shows an answer without records so: its head, whose it is, and nothing more.
      if (answer && !answer.says && !answer.isUnclear && (answer.isNotAuthoritative || answer.blanks > 1)) this.#belongs(answer).isEmpty = true
      return true
    }
    return null
  }

  /** Null: it is no line of an answer. */
  #body(line: NslookupLine): boolean | null {
    switch (line.kind) {
      case 'not-authoritative': {
        if (this.#answer?.says) this.#finish()
        this.#belongs(this.#opened()).isNotAuthoritative = true
        return true
      }
      case 'authorities':
        if (this.#answer === null) return false
        this.#belongs(this.#answer).beginAuthority()
        return true
      case 'name':
      case 'owner':
        if (line.kind === 'owner' && this.#answer === null) return false
        if (line.kind === 'owner') this.#word = { line: this.#lines, text: line.name }
        this.#belongs(this.#opened()).own(line.name)
        return true
      case 'address':
        return line.port === null && this.#answer !== null && this.#belongs(this.#answer).addAddress(line.address)
      case 'soa':
        return this.#answer !== null && this.#belongs(this.#answer).addSoa(line.field, line.value)
      case 'record':
        this.#belongs(this.#opened()).add(line.name, line.type, line.data)
        return true
      default:
        return null
    }
  }

  /** What there is in place of an answer. */
  #failure(line: NslookupLine, text: string): boolean {
    switch (line.kind) {
      case 'refused':
      case 'no-answer':
        this.#isNot(line)
        return true
      case 'attempt':
        this.#attempt(line, text)
        return true
      case 'given-up':
        this.#unanswered(this.#failed?.status ?? 'TIMEOUT')
        return true
      case 'bad-packet':
        this.#words.push(text.slice(3))
        this.#unanswered('BADREPLY')
        return true
      case 'truncated':
        this.#finish()
        this.#isTruncated = true
        return true
      case 'remark':
      case 'dump':
        if (text.startsWith(';; ') && this.#words.length < 8) this.#words.push(text.slice(3))
        return true
      case 'fatal':
        this.#fatal(line.error, text)
        return true
      default:
        return false
    }
  }

  #isNot(line: Extract<NslookupLine, { kind: 'refused' | 'no-answer' }>): void {
    // Below records it is about the next question: nslookup asks for AAAA after A.
    if (this.#answer?.says) this.#finish()
    const answer = this.#belongs(this.#opened())
    answer.name = line.name
    answer.status = line.status
    answer.isEmpty = true
    // The zone's own servers may still follow where the name exists.
    if (line.kind === 'refused') this.#finish()
  }

  #attempt({ server, error, failure }: Extract<NslookupLine, { kind: 'attempt' }>, text: string): void {
    if (failure) this.#failed = failure
    const words = text.replace(/^;; /, '')
    if (this.#words.length < 8 && this.#words.at(-1) !== words) this.#words.push(words)
    this.#evidence.attempt = { server, error }
    this.#events.push({ kind: 'nslookup.attempt', runId: this.#context.runId, line: this.#lines, server, error, text: kept(words), atMs: this.#nowMs })
  }

  #fatal(error: string, said: string): void {
    const text = kept(said.trimEnd())
    // The first reason is the reason; what follows tells the same in other words.
    if (this.#evidence.fatal !== null) return
    this.#evidence.fatal = { error, text }
    this.#events.push({ kind: 'nslookup.fatal', runId: this.#context.runId, line: this.#lines, error, text, atMs: this.#nowMs })
  }

  /** The answer being read, or a new one below the last head. */
  #opened(): Answer {
    this.#answer ??= new Answer(this.#head)
    return this.#answer
  }

  #belongs(answer: Answer): Answer {
    answer.line = this.#lines
    return answer
  }

  #unanswered(status: NoReply): void {
    this.#finish()
    const { transport = null, name = null } = this.#failed ?? {}
    const text = kept(this.#words.join('; '))
    this.#tell({
      name, serverName: null, line: this.#lines,
      reply: {
        status, server: null, transport: transport ?? (this.#isTruncated ? 'tcp' : null), flags: [], authoritative: null, answers: [], authority: [], additional: [],
        queryMs: null, bytes: null, truncated: this.#isTruncated, ede: [], ...(text === '' ? {} : { text }),
      },
    })
  }

  /** Tells the answer being read, if it says anything: a head alone is none. */
  #finish(): void {
    const answer = this.#answer
    this.#answer = null
    this.#awaitsAddress = false
    if (answer?.says !== true) return
    this.#tell({ name: answer.name, serverName: answer.head?.name ?? null, line: answer.line, reply: answer.reply(this.#isTruncated) })
  }

  #tell({ name, serverName, line, reply }: { name: string | null; serverName: string | null; line: number; reply: DnsReply }): void {
    const { runId, options, target } = this.#context
    this.#failed = null
    this.#words = []
    this.#isTruncated = false
    const type = options.recordType !== 'default' ? options.recordType : isAddress(target) ? 'PTR' : null
    const about = name ?? target.host
    this.#evidence.add({ name: about, status: reply.status, records: reply.answers.length + (reply.cut ?? 0), server: serverName ?? reply.server?.address ?? null })
    this.#events.push({ kind: 'nslookup.reply', runId, line, name: about, type, serverName, reply, atMs: this.#nowMs })
  }

  #settleWord(): void {
    const word = this.#word
    this.#word = null
    if (word) this.#unrecognised(word.text, word.line)
  }

  #unrecognised(text: string, line = this.#lines): void {
    const shown = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text
    this.#evidence.remark = shown
    if (this.#answer) this.#answer.isUnclear = true
    this.#events.push({ kind: 'unrecognised', runId: this.#context.runId, line, text: shown, atMs: this.#nowMs })
  }
}
