/** Architecture: imports run one way (app -> lib <- server), lib stays pure, processes start in one place. */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const ROOMS = ['app', 'server', 'lib', 'test'] as const
type Room = (typeof ROOMS)[number]

interface Source { path: string; room: Room; text: string; imports: string[] }

/** Every static or dynamic import names its module in one of these three ways; each pattern is linear. */
const IMPORTS = [/(?<!['"])\bfrom\s*['"]([^'"\n]+)['"]/g, /\bimport\(\s*['"]([^'"\n]+)['"]/g, /^import\s+['"]([^'"\n]+)['"]/gm]
const importsOf = (text: string): string[] => IMPORTS.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''))

function sources(): Source[] {
  return ROOMS.flatMap((room) => readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(tsx?|mjs)$/.test(name) && !name.includes('fixtures'))
    .map((name) => {
      const path = join(room, name)
      const text = readFileSync(join(ROOT, path), 'utf8')
      return { path, room, text, imports: importsOf(text) }
    }))
}

/** The room an import points into, or null for a package. */
function roomOf(source: Source, specifier: string): Room | null {
  if (specifier.startsWith('#')) return ROOMS.find((room) => specifier.startsWith(`#${room}/`)) ?? null
  if (!specifier.startsWith('.')) return null
  const target = relative(ROOT, resolve(ROOT, dirname(source.path), specifier))
  return ROOMS.find((room) => target.startsWith(`${room}/`)) ?? null
}

const ALLOWED: Record<Room, readonly Room[]> = {
  lib: ['lib'], server: ['server', 'lib'], app: ['app', 'lib'], test: ['test', 'app', 'server', 'lib'],
}
/** Packages that lib may use: pure computation only. */
const LIB_PACKAGES = new Set(['zod/mini', 'ipaddr.js'])

describe('import direction', () => {
  const all = sources()
  test('the scan sees the project', () => {
    expect(all.length).toBeGreaterThan(30)
    expect(all.some((source) => source.imports.length > 3)).toBe(true)
  })
  test.each(ROOMS)('%s imports only the rooms below it', (room) => {
    const wrong = all.filter((source) => source.room === room).flatMap((source) => source.imports
      .filter((specifier) => { const to = roomOf(source, specifier); return to !== null && !ALLOWED[room].includes(to) })
      .map((specifier) => `${source.path} -> ${specifier}`))
    expect(wrong).toEqual([])
  })
  test('lib uses only pure packages', () => {
    const wrong = all.filter((source) => source.room === 'lib').flatMap((source) => source.imports
      .filter((specifier) => roomOf(source, specifier) === null && !LIB_PACKAGES.has(specifier))
      .map((specifier) => `${source.path} -> ${specifier}`))
    expect(wrong).toEqual([])
  })
  test('lib has no clock and no randomness', () => {
    const wrong = all.filter((source) => source.room === 'lib' && /\bDate\.now\(|\bMath\.random\(|\bperformance\.now\(/.test(source.text))
    expect(wrong.map((source) => source.path)).toEqual([])
  })
  test('programs start in server/runner/process, the launcher and the bootstrap only', () => {
    const may = (path: string) => path.startsWith('server/runner/process/') || path.startsWith('server/launch/')
      || path === 'server/main.ts' || path === 'server/bootstrap.mjs'
    const wrong = all.filter((source) => (source.room === 'server' || source.room === 'app' || source.room === 'lib')
      && source.imports.some((specifier) => /^(node:)?child_process$|^node-pty$/.test(specifier)) && !may(source.path))
    expect(wrong.map((source) => source.path)).toEqual([])
  })
  test('no shell anywhere', () => {
    const wrong = all.filter((source) => source.room !== 'test' && /shell:\s*true|\bexecSync\(|[^.\w]exec\(['"`]/.test(source.text))
    expect(wrong.map((source) => source.path)).toEqual([])
  })
  test('only server/config.ts and the bootstrap read the environment', () => {
    const may = new Set(['server/config.ts', 'server/bootstrap.mjs', 'server/main.ts', 'server/web/main.ts', 'server/runner/main.ts'])
    const wrong = all.filter((source) => (source.room === 'server' || source.room === 'lib') && !may.has(source.path) && /process\.env\b/.test(source.text))
    expect(wrong.map((source) => source.path)).toEqual([])
  })
  test('nothing writes raw HTML', () => {
    const wrong = all.filter((source) => source.room === 'app' && /dangerouslySetInnerHTML|\.innerHTML\s*=/.test(source.text))
    expect(wrong.map((source) => source.path)).toEqual([])
  })
  test('one place holds a browser socket', () => {
    const wrong = all.filter((source) => source.room === 'app' && source.imports.includes('socket.io-client') && source.path !== 'app/_hooks/use-session.ts')
    expect(wrong.map((source) => source.path)).toEqual([])
  })
})
