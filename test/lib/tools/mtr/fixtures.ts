/** The recorded outputs of real mtrs with their expected facts (schema: test/fixtures/mtr/SCHEMA.md). */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = new URL('../../../fixtures/mtr/', import.meta.url).pathname

export interface RawHop {
  ttl: number
  hosts: string[]
  names: string[]
  sent: number | null
  received: number
  rttsUs: number[]
  mpls?: { label: number; tc: number; s: number; ttl: number }[]
}

export interface Facts {
  format: string | null
  hops: RawHop[]
  destinationTtl?: number | null
  fatal?: { kind: string; text: string }
}

export interface Fixture {
  name: string
  version: string
  exitCode: number | null
  target: string
  stdout: Uint8Array
  stderr: Uint8Array
  facts: Facts
}

function load(file: string): Fixture {
  const name = file.replace('.expect.json', '')
  const bytes = (ending: string): Uint8Array => (existsSync(join(FOLDER, name + ending)) ? new Uint8Array(readFileSync(join(FOLDER, name + ending))) : new Uint8Array())
  const expect = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as { version?: string; exitCode?: number; command?: string[]; expect: Facts }
  const last = expect.command?.at(-1) ?? ''
  return {
    name, version: expect.version ?? '', exitCode: expect.exitCode ?? null, target: /^[\d.]+$/.test(last) ? last : '203.0.113.10',
    stdout: bytes('.txt'), stderr: bytes('.stderr.txt'), facts: expect.expect,
  }
}

const all = readdirSync(FOLDER).filter((file) => file.endsWith('.expect.json')).map(load)

/** What we run: `--raw`. */
export const RAW: readonly Fixture[] = all.filter((fixture) => fixture.name.includes('-raw'))
/** What we do not run, and must not misread. */
export const OTHERS: readonly Fixture[] = all.filter((fixture) => !fixture.name.includes('-raw'))
