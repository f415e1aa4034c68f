/** The recorded outputs of real traceroutes with their expected facts (schema: test/fixtures/traceroute/SCHEMA.md). */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = new URL('../../../fixtures/traceroute/', import.meta.url).pathname

export interface ProbeFact {
  ip: string | null
  host: string | null
  rttMs: number | null
  flag?: string
  asn?: string[]
  mpls?: { label: number; tc: number; s: number; ttl: number }[]
  mtu?: number
  backHops?: number
}

export interface Facts {
  target: string | null
  ip: string | null
  family: 4 | 6 | null
  maxHops: number | null
  packetBytes: number | null
  hops: { ttl: number; probes: ProbeFact[] }[]
  reached: boolean | null
  fatal: { kind: string; text: string } | null
}

export interface Fixture {
  name: string
  flavor: string
  exitCode: number | null
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
  const expect = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { flavor: string; exitCode?: number; expect: Facts }
  return { name, flavor: expect.flavor, exitCode: expect.exitCode ?? null, stdout: bytes('.txt'), stderr: bytes('.stderr.txt'), facts: expect.expect }
}

/** What we run, and what we do not: all of them are read in full. */
export const FIXTURES: readonly Fixture[] = [FOLDER, join(FOLDER, 'other-os')].flatMap((folder) =>
  readdirSync(folder).filter((file) => file.endsWith('.expect.json')).map((file) => load(folder, file)))

const LF = 10

/** Standard output and error as one stream, in either order; a last line without an end gets one, as on a terminal. */
export function merged(fixture: Fixture, first: 'stdout' | 'stderr' = 'stdout'): Uint8Array {
  const [one, two] = first === 'stdout' ? [fixture.stdout, fixture.stderr] : [fixture.stderr, fixture.stdout]
  return new Uint8Array(one.length > 0 && two.length > 0 && one.at(-1) !== LF ? [...one, LF, ...two] : [...one, ...two])
}
