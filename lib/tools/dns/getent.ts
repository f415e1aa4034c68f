/** Reads what `getent ahosts NAME` prints: the addresses that programs on this host get for a name. */
import { formatAddress, parseAddress } from '#lib/policy/address.ts'

/** More addresses than this are counted, not kept. */
export const GETENT_ADDRESSES_MAX = 256

/** `192.0.2.7        STREAM host.example`: the type and the name stand only in the first line of an address. */
const LINE = /^(\S{1,64})[ \t]+(STREAM|DGRAM|RAW|SEQPACKET|PACKET|\d{1,5})(?:[ \t]+(\S{1,255}))?[ \t]*$/

/** One run of getent, line by line. It prints nothing and exits with 2 where the name is not known (`found` is false then). */
export class GetentReader {
  readonly #addresses = new Set<string>()
  #canonical: string | null = null
  #beyond = 0

  /** Takes one line without its end. False: it is no line of `getent ahosts`. */
  line(text: string): boolean {
    const [, spelling = '', , name] = LINE.exec(text) ?? []
    const parsed = parseAddress(spelling)
    if (parsed === null) return false
    const address = formatAddress(parsed)
    if (!this.#addresses.has(address)) {
      if (this.#addresses.size < GETENT_ADDRESSES_MAX) this.#addresses.add(address)
      else this.#beyond++
    }
    // Only the first line of all names the host: with its canonical name where it has one, else as it was asked.
    if (name !== undefined) this.#canonical ??= name
    return true
  }

  /** Canonical spelling, each once, in the order of getent (which is the order that programs try them in). */
  get addresses(): string[] {
    return [...this.#addresses]
  }

  /** The name that getent prints beside the first address; null where it printed none. */
  get canonicalName(): string | null {
    return this.#canonical
  }

  /** Lines with addresses beyond GETENT_ADDRESSES_MAX. */
  get beyond(): number {
    return this.#beyond
  }

  get found(): boolean {
    return this.#addresses.size > 0
  }
}
