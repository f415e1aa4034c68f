/** `npm run reliability`: the long form of the reliability suite, with the figures it measured as a table at the end. Needs root and a build. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const OUT = join(ROOT, 'test/.out')
const FIGURES = join(OUT, 'reliability.ndjson')

interface Figure { id: string; what: string; value: string; bound: string }

/** One line a figure, in the order of their ids. */
function table(figures: Figure[]): string {
  const rows = [{ id: '', what: 'measured', value: 'value', bound: 'promised' }, ...figures.toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }))]
  const width = (key: keyof Figure): number => Math.max(...rows.map((row) => row[key].length))
  const [id, what, value] = [width('id'), width('what'), width('value')]
  return rows.map((row) => `${row.id.padEnd(id)}  ${row.what.padEnd(what)}  ${row.value.padStart(value)}  ${row.bound}`).join('\n')
}

mkdirSync(OUT, { recursive: true })
rmSync(FIGURES, { force: true })
const vitest = join(ROOT, 'node_modules/.bin/vitest')
const long = !process.argv.includes('--short')
const ran = spawnSync(vitest, ['run', '--config', 'test/reliability/vitest.reliability.config.ts', ...process.argv.slice(2).filter((word) => word !== '--short')], {
  cwd: ROOT, stdio: 'inherit',
  env: { ...process.env, PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`, RELIABILITY: long ? 'long' : 'short', RELIABILITY_FIGURES: FIGURES },
})
const figures = existsSync(FIGURES) ? readFileSync(FIGURES, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Figure) : []
console.log(`\n${table(figures)}`)
process.exit(ran.status ?? 1)
