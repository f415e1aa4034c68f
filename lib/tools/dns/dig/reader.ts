/** Reads what dig prints, line by line: one reply for every question of its command line, in order. */
import type { DnsReply } from '../reply.ts'
import { isDump, isGivenUp, isRemark, readBadPacket, readFailure, TRUNCATED, type Failure } from './failure.ts'
import { isWhole, newMessage, readMessageLine, replyOf, type Message } from './message.ts'
import { readQuestion, readRecord } from './record.ts'
import { kept } from './text.ts'

/** One try that got no answer: `10.0.0.53#53` and what went wrong (failure.ts). */
export type Attempt = Pick<Failure, 'server' | 'error'>

export interface DigReply {
  reply: DnsReply
  /** As the answer repeats it; null where nobody answered, since dig does not say then which question that was. */
  question: { name: string; type: string } | null
  /** The server as it was named to dig (`SERVER: 10.0.0.53#53(ns1)`), where it is more than its address. */
  serverName: string | null
  /** Tries of this question that got no answer. */
  attempts: Attempt[]
  /** Number of the line that completed it. */
  line: number
}

/** Why dig could not ask at all. */
export interface DigFatal { error: 'usage' | 'bad-server' | 'other'; text: string }

/** What one line brought. */
export interface DigLine {
  replies: DigReply[]
  /** False: a line that dig's replies have not (as all of +short). */
  understood: boolean
  fatal?: DigFatal
}

const ATTEMPTS_KEPT = 16
const REMARKS_KEPT = 8
const BANNER = /^; <<>> DiG |^; \(\d+ servers? found\)$|^;; global options:/
const FATAL = /^dig: \S/
const USAGE = /is not a legal name|is not a legal IDNA|^dig: Couldn't parse |^dig: invalid |^Invalid option: /i

/** What was said about a question before its answer. */
interface Before { attempts: Failure[]; remarks: string[]; truncated: boolean }

const nothingBefore = (): Before => ({ attempts: [], remarks: [], truncated: false })

/**
 * A question that got no answer is a reply too, with a status of NO_REPLY. Replies come in the order of the questions; where dig prints nothing about
 * one (before 9.18, over TCP) there are fewer, so match what was answered by `question.type`. Cost is linear in the line, memory is one reply.
 */
export class DigReader {
  #open: Message | null = null
  #before = nothingBefore()
  #isDump = false
  /** The last line was a record: if no line follows, it may have been cut. */
  #endsInRecord = false

  /** Takes one line without its end (of one that was cut: what is there of it); `line` counts from 1. */
  line(printed: string, line: number): DigLine {
    const text = printed.trimEnd()
    this.#endsInRecord = false
    if (text === '') return understood()
    if (this.#isDump && isDump(text)) return understood()
    if (text.startsWith(';; ')) return this.#said(text, line)
    if (BANNER.test(text)) return understood(this.#finish(line - 1))
    if (FATAL.test(text) || text.startsWith('Invalid option: ')) return { ...understood(), fatal: fatalOf(text) }
    return this.#content(text, line)
  }

  /**
   * dig has ended by itself: what was being read is complete, or is no answer. `line` is the last one. Not to be called for a dig that was stopped:
   * what it had not printed yet is nobody's silence.
   */
  end(line: number): DigReply[] {
    // dig ends every section with an empty line.
    if (this.#endsInRecord && this.#open?.status != null) this.#open = null
    const replies = this.#finish(line)
    const { attempts, remarks } = this.#before
    // Old versions say why and no more.
    return attempts.length + remarks.length > 0 ? [...replies, this.#unanswered(line, null)] : replies
  }

  #said(text: string, line: number): DigLine {
    this.#isDump = false
    const failure = readFailure(text)
    if (failure || isRemark(text)) {
      // Inside a message a warning is about that message.
      if (this.#open !== null && !failure) return understood()
      const replies = this.#finish(line - 1)
      if (failure && this.#before.attempts.length < ATTEMPTS_KEPT) this.#before.attempts.push(failure)
      this.#remark(text)
      return understood(replies)
    }
    const bad = readBadPacket(text)
    if (bad !== null || isGivenUp(text)) {
      const replies = this.#finish(line - 1)
      this.#isDump = bad !== null
      if (bad !== null) this.#remark(text)
      return understood([...replies, this.#unanswered(line, bad === null ? null : 'BADREPLY')])
    }
    if (text === TRUNCATED) {
      const replies = this.#finish(line - 1)
      this.#before.truncated = true
      return understood(replies)
    }
    if (BANNER.test(text)) return understood(this.#finish(line - 1))
    return this.#messageLine(text, line)
  }

  #messageLine(text: string, line: number): DigLine {
    const read = readMessageLine(text)
    if (read === null) return { replies: [], understood: false }
    const replies = read.begins(this.#open) ? this.#finish(line - 1) : []
    this.#open ??= newMessage()
    read.apply(this.#open)
    if (!read.ends) return understood(replies)
    return understood([...replies, ...this.#finish(line)])
  }

  /** Questions, records and the lines of the OPT pseudosection. */
  #content(text: string, line: number): DigLine {
    if (text.startsWith('; ')) return { replies: [], understood: this.#open?.option(text) ?? text === '; Transfer failed.' }
    const question = text.startsWith(';') ? readQuestion(text) : null
    const record = question === null ? readRecord(text) : null
    if (question === null && record === null) return { replies: [], understood: false }
    // Without comments nothing tells one message from the next but its question.
    const replies = question !== null && this.#open?.question ? this.#finish(line - 1) : []
    this.#open ??= newMessage()
    if (question) this.#open.question = question
    if (record) this.#open.add(record)
    this.#endsInRecord = record !== null
    return understood(replies)
  }

  #remark(text: string): void {
    const words = text.slice(3)
    const { remarks } = this.#before
    if (remarks.length < REMARKS_KEPT && remarks.at(-1) !== words) remarks.push(words)
  }

  /** The message being read, if it is an answer: dig's own question (+qr) is none. */
  #finish(line: number): DigReply[] {
    const message = this.#open
    this.#open = null
    if (message === null || message.isQuery || !isWhole(message)) return []
    const { attempts, truncated } = this.#taken()
    return [{ reply: replyOf(message, truncated), question: message.question, serverName: message.serverName, attempts: attempts.map(attemptOf), line: Math.max(1, line) }]
  }

  #unanswered(line: number, status: 'BADREPLY' | null): DigReply {
    const { attempts, remarks, truncated } = this.#taken()
    const last = attempts.at(-1)
    const text = kept(remarks.join('; '))
    const reply: DnsReply = {
      status: status ?? last?.status ?? (remarks.length > 0 ? 'BADREPLY' : 'TIMEOUT'), server: null, transport: last?.transport ?? (truncated ? 'tcp' : null),
      flags: [], authoritative: null, answers: [], authority: [], additional: [], queryMs: null, bytes: null, truncated, ede: [], ...(text === '' ? {} : { text }),
    }
    return { reply, question: null, serverName: null, attempts: attempts.map(attemptOf), line: Math.max(1, line) }
  }

  #taken(): Before {
    const before = this.#before
    this.#before = nothingBefore()
    return before
  }
}

const understood = (replies: DigReply[] = []): DigLine => ({ replies, understood: true })
const attemptOf = ({ server, error }: Failure): Attempt => ({ server, error })

function fatalOf(text: string): DigFatal {
  const error = USAGE.test(text) ? 'usage' : text.startsWith("dig: couldn't get address for ") ? 'bad-server' : 'other'
  return { error, text: kept(text) }
}
