/** One answer of nslookup, put together from its lines. */
import { recordOf } from '../dns/dig/record.ts'
import { nameOf } from '../dns/dig/text.ts'
import type { DnsRecord, DnsReply } from '../dns/reply.ts'
import { RECORDS_KEPT } from '../dns/status.ts'
import type { SoaField } from './lines.ts'

/** Who answered, as the head of an answer says. */
export interface Head { name: string; server: DnsReply['server'] }

export class Answer {
  readonly head: Head | null
  status = 'NOERROR'
  /** As the tool says; null: nothing about a name was said yet. */
  name: string | null = null
  /** True: it said that there is none, or showed an answer without records. */
  isEmpty = false
  isNotAuthoritative = false
  /** Number of the last line that belongs to it. */
  line = 0
  /** Blank lines since the head. */
  blanks = 0
  /** A line in it was not understood: then no record is not the same as that there is none. */
  isUnclear = false
  readonly answers: DnsRecord[] = []
  readonly authority: DnsRecord[] = []
  readonly additional: DnsRecord[] = []
  #cut = 0
  #isAuthority = false
  /** Owner of the addresses, or of the SOA, that come next. */
  #owner: string | null = null
  #soa: Partial<Record<SoaField, string>> = {}

  constructor(head: Head | null) {
    this.head = head
  }

  /** Something was answered: records, or that there are none. */
  get says(): boolean {
    return this.isEmpty || this.answers.length > 0 || this.status !== 'NOERROR'
  }

  /** What follows are the zone's own servers. */
  beginAuthority(): void {
    this.#isAuthority = true
    this.isNotAuthoritative = true
    this.#owner = null
  }

  own(name: string): void {
    this.#owner = name
    this.#soa = {}
  }

  add(name: string, type: string, data: string): void {
    if (!this.#isAuthority) this.name ??= name
    const list = !this.#isAuthority ? this.answers : type === 'A' || type === 'AAAA' ? this.additional : this.authority
    if (list.length < RECORDS_KEPT) list.push(recordOf(type, data, { name, ttl: null }))
    else this.#cut++
  }

  /** An address below the name it belongs to; false where no name stands before it. */
  addAddress(address: string): boolean {
    if (this.#owner === null) return false
    this.add(this.#owner, address.includes(':') ? 'AAAA' : 'A', address)
    return true
  }

  /** One line of an SOA record, which is complete with its last. False where no owner stands before it. */
  addSoa(field: SoaField, value: string): boolean {
    if (this.#owner === null) return false
    this.#soa[field] = value
    const { origin, 'mail addr': mail, serial, refresh, retry, expire, minimum } = this.#soa
    if (field === 'minimum' && origin !== undefined && mail !== undefined) {
      this.add(this.#owner, 'SOA', [nameOf(origin), nameOf(mail), serial ?? '', refresh ?? '', retry ?? '', expire ?? '', minimum ?? ''].join(' '))
      this.#soa = {}
    }
    return true
  }

  /** Nothing is known of TTL, flags and times: nslookup does not say. */
  reply(truncated: boolean): DnsReply {
    const isAnswered = this.status === 'NOERROR'
    return {
      status: this.status, server: this.head?.server ?? null, transport: truncated ? 'tcp' : null, flags: [],
      authoritative: !isAnswered ? null : this.isNotAuthoritative ? false : this.head === null ? null : true,
      answers: this.answers, authority: this.authority, additional: this.additional, ...(this.#cut > 0 ? { cut: this.#cut } : {}),
      queryMs: null, bytes: null, truncated, ede: [],
    }
  }
}
