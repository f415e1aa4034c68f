/**
 * AS numbers from a local file: one range a line, `start TAB end TAB asn TAB country TAB name`, each family in order and without overlaps, as
 * iptoasn.com publishes them (IPv4, IPv6 or both). Held in typed arrays: half a million ranges in about 10 MB, found by halving.
 */
import { createReadStream } from 'node:fs'
import type { Address } from '#lib/policy/address.ts'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import { plainName, type Origin } from './as-origin.ts'

export interface AsTable {
  /** Null: in no range, or in one that nobody announces. */
  find(address: Address): Origin | null
  rows: number
}

const SETTING = 'HOPSCOPE_AS_NUMBERS'
const LINE_MAX = 4096
const ROWS_MAX = 4_000_000
const ASN_MAX = 4_294_967_295

/** Reads the file piece by piece, so that nothing else waits. Fails with `invalid`, naming the setting, the line and what is wrong with it. */
export async function loadAsTable(path: string): Promise<Result<AsTable>> {
  const building = new Building()
  let rest = ''
  let line = 0
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 32 * 1024 })) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const text of rest.length > LINE_MAX ? [...lines, rest] : lines) {
        line += 1
        const wrong = building.add(text)
        if (wrong !== null) return refuse(path, line, wrong)
      }
    }
  } catch (error) {
    return fail({ code: 'invalid', field: SETTING, message: `${SETTING}: ${path} cannot be read (${error instanceof Error ? error.message : String(error)}). Check the path and that the account Hopscope runs as may read it.` })
  }
  const wrong = building.add(rest)
  if (wrong !== null) return refuse(path, line + 1, wrong)
  return building.rows === 0 ? refuse(path, line + 1, 'the file holds no range') : ok(building.done())
}

function refuse(path: string, line: number, wrong: string): Result<never> {
  return fail({ code: 'invalid', field: SETTING, message: `${SETTING}: ${path}, line ${line}: ${wrong}. It must be text with the fields start, end, AS number, country and name, separated by tabs, as ip2asn-combined.tsv of iptoasn.com.` })
}

/** 32-bit words of an address: one of IPv4, four of IPv6; null where the text is no literal. Written out, as a table has a million of them. */
function wordsOf(text: string): readonly number[] | null {
  return text.includes(':') ? wordsOfV6(text) : wordsOfV4(text)
}

function wordsOfV4(text: string): readonly number[] | null {
  const v4 = /^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$/.exec(text)
  if (v4 === null) return null
  const [a, b, c, d] = [Number(v4[1]), Number(v4[2]), Number(v4[3]), Number(v4[4])]
  return a <= 255 && b <= 255 && c <= 255 && d <= 255 ? [((a << 24) | (b << 16) | (c << 8) | d) >>> 0] : null
}

function wordsOfV6(text: string): readonly number[] | null {
  const [head = '', tail, more] = text.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const given = front.length + back.length
  if (more !== undefined || (tail === undefined ? given !== 8 : given > 7)) return null
  const groups = [...front, ...Array.from({ length: 8 - given }, () => '0'), ...back]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null
  const numbers = groups.map((group) => Number.parseInt(group, 16))
  return [0, 2, 4, 6].map((i) => (numbers[i] ?? 0) * 65_536 + (numbers[i + 1] ?? 0))
}

function wordsIn({ ip }: Address): number[] {
  const bytes = ip.toByteArray()
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.slice(i * 4, i * 4 + 4).reduce((word, byte) => word * 256 + byte, 0))
}

/** Ranges of one family in order, found by halving. */
class Ranges {
  readonly #words: number
  #starts: Uint32Array
  #ends: Uint32Array
  /** Index into the table's origins. */
  #origins: Uint32Array
  #length = 0

  constructor(words: number) {
    this.#words = words
    this.#starts = new Uint32Array(words * 1024)
    this.#ends = new Uint32Array(words * 1024)
    this.#origins = new Uint32Array(1024)
  }

  /** False when it does not begin behind the end of the one before. */
  add(start: readonly number[], end: readonly number[], origin: number): boolean {
    if (this.#length > 0 && this.#compare(this.#ends, this.#length - 1, start) >= 0) return false
    if (this.#length === this.#origins.length) this.#grow()
    this.#starts.set(start, this.#length * this.#words)
    this.#ends.set(end, this.#length * this.#words)
    this.#origins[this.#length] = origin
    this.#length += 1
    return true
  }

  /** Origin of the range that holds the address; -1: none does. */
  find(address: readonly number[]): number {
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#compare(this.#starts, middle, address) <= 0) low = middle + 1
      else high = middle
    }
    return low > 0 && this.#compare(this.#ends, low - 1, address) >= 0 ? this.#origins[low - 1] ?? -1 : -1
  }

  /** Sign of `column[row] - address`. */
  #compare(column: Uint32Array, row: number, address: readonly number[]): number {
    for (let i = 0; i < this.#words; i += 1) {
      const difference = (column[row * this.#words + i] ?? 0) - (address[i] ?? 0)
      if (difference !== 0) return difference
    }
    return 0
  }

  #grow(): void {
    const grown = (from: Uint32Array): Uint32Array => {
      const to = new Uint32Array(from.length * 2)
      to.set(from)
      return to
    }
    this.#starts = grown(this.#starts)
    this.#ends = grown(this.#ends)
    this.#origins = grown(this.#origins)
  }
}

const smaller = (a: readonly number[], b: readonly number[]): boolean => {
  const i = a.findIndex((word, at) => word !== b[at])
  return i >= 0 && (a[i] ?? 0) < (b[i] ?? 0)
}

class Building {
  rows = 0
  readonly #v4 = new Ranges(1)
  readonly #v6 = new Ranges(4)
  readonly #origins: Origin[] = []
  readonly #known = new Map<string, number>()

  /** Null: taken, or a line that says nothing (empty, a comment, a range that nobody announces); else what is wrong with it. */
  add(text: string): string | null {
    if (text === '' || text === '\r' || text.startsWith('#')) return null
    const [from = '', to = '', number = '', , name = ''] = text.replace(/\r$/, '').split('\t')
    const start = wordsOf(from)
    const end = wordsOf(to)
    if (start === null || end === null || start.length !== end.length) return 'it does not begin with two addresses of one family'
    if (smaller(end, start)) return 'the range ends before it begins'
    if (!/^[0-9]{1,10}$/.test(number) || Number(number) > ASN_MAX) return 'the third field is not an AS number'
    if (this.rows >= ROWS_MAX) return `the file has more than ${ROWS_MAX} ranges`
    this.rows += 1
    if (Number(number) === 0) return null
    const ranges = start.length === 1 ? this.#v4 : this.#v6
    return ranges.add(start, end, this.#origin(number, name)) ? null : 'the range does not lie behind the one before; the file must be in order and without overlaps'
  }

  done(): AsTable {
    const origins = this.#origins
    return { rows: this.rows, find: (address) => origins[(address.family === 4 ? this.#v4 : this.#v6).find(wordsIn(address))] ?? null }
  }

  #origin(number: string, name: string): number {
    const key = `${number} ${name}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.#known.set(key, this.#origins.length)
    return this.#origins.push({ asn: Number(number), asName: plainName(name) }) - 1
  }
}
