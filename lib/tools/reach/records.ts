/** Every line of the reach probe, read back: connections, and records of JSON that may go on over several lines. */
import { fields, isCount, isNumber, isText, isWhole, listOf, maybe, nullOr, type Shaped } from '#lib/protocol/shape.ts'
import type { Certificate } from './events.ts'
import { readTcpLine, stampMs, type TcpLine } from './lines.ts'

const isFlag = (value: unknown): value is boolean => typeof value === 'boolean'
const text = nullOr(isText)
const number = nullOr(isNumber)
const to = { address: isText, port: isWhole, hop: isCount }

const cert = fields({
  ...to, i: isCount, subject: isText, issuer: isText, names: listOf(isText), namesCut: maybe(isCount), notBeforeMs: isNumber, notAfterMs: isNumber,
  serial: isText, sha256: isText, key: isText, selfIssued: isFlag,
})
const tls = fields({ ...to, serverName: text, shaken: isFlag, ms: number, version: text, cipher: text, alpn: text, reason: text, reasonText: text, certificates: isCount })
const http = fields({ ...to, url: isText, status: nullOr(isWhole), location: text, server: text, connectMs: number, tlsMs: number, firstByteMs: number, problem: text })

export type HttpRecord = { kind: 'http'; atMs: number } & Shaped<typeof http>
/** With the certificates that were told before it. */
export type TlsRecord = { kind: 'tls'; atMs: number; chain: Certificate[] } & Omit<Shaped<typeof tls>, 'certificates'>
/** `part`: what it belongs to is not whole yet. */
export type ProbeRecord = TcpLine | TlsRecord | HttpRecord | { kind: 'part' }

const LINE = /^(\d{1,10})\.(\d{6}) (cert|tls|http)(\+?) (.+)$/s
/** More than the probe ever writes of one thing. */
const JSON_MAX = 131_072
const CHAIN_MAX = 8
/** Chains that wait for their `tls`: one per address at a time. */
const OPEN_MAX = 16

/** Reads the lines of one probe, in order. */
export class RecordReader {
  #word = ''
  #json = ''
  readonly #chains = new Map<string, Certificate[]>()

  /** Null: no line of the probe, or not one that can stand here. */
  read(line: string): ProbeRecord | null {
    const tcp = readTcpLine(line)
    if (tcp) return tcp
    const [all, seconds, micros, word = '', more, part = ''] = LINE.exec(line) ?? []
    if (all === undefined || (this.#json !== '' && word !== this.#word) || this.#json.length + part.length > JSON_MAX) return this.#drop()
    this.#word = word
    this.#json += part
    if (more === '+') return { kind: 'part' }
    const value = parsed(this.#json)
    this.#json = ''
    return this.#record(word, stampMs(seconds, micros), value)
  }

  #drop(): null {
    this.#json = ''
    return null
  }

  #record(word: string, atMs: number, value: unknown): ProbeRecord | null {
    if (word === 'http') return http(value) ? { kind: 'http', atMs, ...value } : null
    if (word === 'cert') return this.#certificate(value)
    if (!tls(value)) return null
    const { certificates: _, ...told } = value
    const key = keyOf(value)
    const chain = this.#chains.get(key) ?? []
    this.#chains.delete(key)
    return { kind: 'tls', atMs, ...told, chain }
  }

  #certificate(value: unknown): ProbeRecord | null {
    if (!cert(value)) return null
    const { address, port, hop, i, ...certificate } = value
    const key = keyOf({ address, port, hop })
    const chain = this.#chains.get(key) ?? []
    if (i !== chain.length || chain.length >= CHAIN_MAX || (chain.length === 0 && this.#chains.size >= OPEN_MAX)) return null
    this.#chains.set(key, [...chain, certificate])
    return { kind: 'part' }
  }
}

const keyOf = ({ address, port, hop }: { address: string; port: number; hop: number }): string => `${address} ${port} ${hop}`

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
