/** The recorded outputs of real digs and nslookups with their expected facts (schema: test/fixtures/dig/SCHEMA.md). */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface RecordFact { name: string; type: string; ttl: number | null; value: string; strings?: string[] | undefined }

/** One answer. A field that is absent or null is not asserted. */
export interface MessageFacts {
  status?: string | null
  flags?: string[]
  question?: { name: string; type: string } | null
  answers?: RecordFact[]
  authority?: RecordFact[]
  additional?: RecordFact[]
  server?: { name?: string; address: string; port: number; transport?: string | null } | null
  queryTimeMs?: number | null
  msgSize?: number | null
  counts?: [number, number, number, number] | null
  attempts?: { server: string; error: string }[]
  tcpRetry?: boolean
  authoritative?: boolean | null
  noAnswer?: boolean
  failedName?: string
  fatal?: { kind: string; text: string } | null
}

export interface Facts extends MessageFacts {
  messages?: MessageFacts[]
  format?: 'short'
  lines?: string[]
}

export interface Fixture {
  name: string
  flavor: string
  command: string[]
  exitCode: number | null
  stdout: Uint8Array
  stderr: Uint8Array
  facts: Facts
}

/** Every fixture of one tool. */
export function fixturesOf(tool: 'dig' | 'nslookup'): readonly Fixture[] {
  const folder = new URL(`../../../../fixtures/${tool}/`, import.meta.url).pathname
  return readdirSync(folder).filter((file) => file.endsWith('.expect.json')).map((file) => {
    const name = file.replace('.expect.json', '')
    const bytes = (ending: string): Uint8Array => {
      const path = join(folder, name + ending)
      return existsSync(path) ? new Uint8Array(readFileSync(path)) : new Uint8Array()
    }
    const { flavor, command = [], exitCode = null, expect } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { flavor: string; command?: string[]; exitCode?: number; expect: Facts }
    return { name, flavor, command, exitCode, stdout: bytes('.txt'), stderr: bytes('.stderr.txt'), facts: expect }
  })
}

const LF = 10

/** Standard output and error as one stream, in either order; a last line without an end gets one. */
export function merged(fixture: Fixture, first: 'stdout' | 'stderr' = 'stdout'): Uint8Array {
  const [one, two] = first === 'stdout' ? [fixture.stdout, fixture.stderr] : [fixture.stderr, fixture.stdout]
  return new Uint8Array(one.length > 0 && two.length > 0 && one.at(-1) !== LF ? [...one, LF, ...two] : [...one, ...two])
}

/** Splits bytes at ascending positions. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places, bytes.length]
  return ends.map((end, at) => bytes.slice(at === 0 ? 0 : ends[at - 1], end))
}

/** Records as the schema has them: a `ttl` that is not asserted is null here too. */
export const recordsLike = (read: readonly RecordFact[], wanted: readonly RecordFact[]): RecordFact[] =>
  read.map(({ name, type, ttl, value, strings }, at) => ({ name, type, ttl: wanted[at]?.ttl == null ? null : ttl, value, ...(strings === undefined ? {} : { strings }) }))
