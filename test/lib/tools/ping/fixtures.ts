/** The recorded outputs of real pings with their expected facts (schema: test/fixtures/ping/SCHEMA.md). */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = new URL('../../../fixtures/ping/', import.meta.url).pathname

export interface Facts {
  target: string | null
  ip: string | null
  family: 4 | 6 | null
  payloadBytes: number | null
  sourceSpec?: string
  replies: {
    seq: number | null; ttl: number | null; rttMs: number | null; bytes: number; from: string; host?: string; dup: boolean
    timestamp?: number; truncated?: boolean; differentAddress?: boolean; rttIsUpperBound?: boolean
  }[]
  noAnswer: { seq: number; timestamp?: number }[]
  errors: { seq: number | null; from: string; host?: string; kind: string; text: string; timestamp?: number; mtu?: number; nexthop?: string; pointer?: number; code?: number }[]
  localErrors: { kind: string; mtu?: number; text: string }[]
  summary: {
    transmitted: number; received: number; duplicates: number; errors: number; corrupted: number; lossPct: number | null; timeMs: number | null
    rtt: { min: number; avg: number; max: number; mdev: number | null } | null; pipe: number | null; ipgMs?: number; ewmaMs?: number
  } | null
  progress?: { received: number; transmitted: number; lossPct: number; rtt: object }[]
  fatal: { kind: string; text: string } | null
}

export interface Fixture {
  name: string
  flavor: string
  exitCode: number | null
  command: string[]
  stdout: Uint8Array
  stderr: Uint8Array
  facts: Facts
}

function load(folder: string, file: string): Fixture {
  const name = file.replace('.expect.json', '')
  const bytes = (ending: string): Uint8Array => {
    const path = join(folder, name + ending)
    return existsSync(path) ? new Uint8Array(readFileSync(path)) : new Uint8Array()
  }
  const expect = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { flavor: string; exitCode?: number; command?: string[]; expect: Facts }
  return {
    name, flavor: expect.flavor, exitCode: expect.exitCode ?? null, command: expect.command ?? [],
    stdout: bytes('.txt'), stderr: bytes('.stderr.txt'), facts: expect.expect,
  }
}

const all = [FOLDER, join(FOLDER, 'other-os')].flatMap((folder) =>
  readdirSync(folder).filter((file) => file.endsWith('.expect.json')).map((file) => load(folder, file)))

/** What we run. */
export const IPUTILS: readonly Fixture[] = all.filter((fixture) => fixture.flavor === 'iputils')
/** What we do not run, and must not misread. */
export const OTHERS: readonly Fixture[] = all.filter((fixture) => fixture.flavor !== 'iputils')

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

const LF = new Uint8Array([10])

/** Standard output and error as one stream, in either order; a last line without an end gets one, as on a terminal. */
export function merged(fixture: Fixture, first: 'stdout' | 'stderr' = 'stdout'): Uint8Array {
  const ended = (part: Uint8Array): Uint8Array => (part.length > 0 && part.at(-1) !== 10 ? concat(part, LF) : part)
  return first === 'stdout' ? concat(ended(fixture.stdout), fixture.stderr) : concat(ended(fixture.stderr), fixture.stdout)
}
