/** `npm test`: types, lint and every suite in order; ends with the one line `N passed, N failed, N skipped`. `--fast`: without lab and browser. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..')
const OUT = join(ROOT, 'test/.out')
const BIN = join(ROOT, 'node_modules/.bin')

interface Tally { passed: number; failed: number; skipped: number; failures?: readonly string[] }
interface Report {
  numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number
  testResults: { name: string; message?: string; assertionResults: { fullName: string; status: string; failureMessages?: string[] }[] }[]
}
interface Step { name: string; run(): Tally }

const NONE: Tally = { passed: 0, failed: 0, skipped: 0 }

/** A program that passes or fails as a whole. */
function command(name: string, file: string, args: string[]): Step {
  return { name, run: () => (exec(file, args) ? { ...NONE, passed: 1 } : { ...NONE, failed: 1 }) }
}

/** A vitest project; its own JSON report gives the counts. A project that ran no test has failed. */
function suite(name: string, config: string): Step {
  return {
    name,
    run: () => {
      const report = join(OUT, `${name}.json`)
      rmSync(report, { force: true })
      const clean = exec('vitest', ['run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`])
      const tally = existsSync(report) ? read(report) : NONE
      const ran = tally.passed + tally.failed > 0
      return clean && ran ? tally : { ...tally, failed: Math.max(1, tally.failed) }
    },
  }
}

function exec(file: string, args: string[]): boolean {
  const env = { ...process.env, PATH: `${BIN}:${process.env['PATH'] ?? ''}`, NEXT_TELEMETRY_DISABLED: '1', FORCE_COLOR: '0' }
  return spawnSync(join(BIN, file), args, { cwd: ROOT, stdio: 'inherit', env }).status === 0
}

function read(report: string): Tally {
  const json = JSON.parse(readFileSync(report, 'utf8')) as Report
  return { passed: json.numPassedTests, failed: json.numFailedTests, skipped: json.numPendingTests + json.numTodoTests, failures: json.testResults.flatMap(failuresOf) }
}

/** What failed and why, for the end of the output: whoever keeps only its tail must still learn that. */
function failuresOf({ name, message, assertionResults }: Report['testResults'][number]): string[] {
  const failed = assertionResults.filter((test) => test.status === 'failed')
  if (failed.length === 0) return message ? [`${relative(ROOT, name)}: ${shortened(message)}`] : []
  return failed.map((test) => `${relative(ROOT, name)} > ${test.fullName}\n    ${shortened(test.failureMessages?.join('\n') ?? '')}`)
}

const shortened = (text: string): string => text.split('\n').filter((line) => !/^\s+at .*node_modules/u.test(line)).slice(0, 12).join('\n    ').slice(0, 1200)

const FAST: Step[] = [
  command('types', 'tsc', ['--noEmit']),
  command('types of lib alone', 'tsc', ['--noEmit', '-p', 'lib/tsconfig.json']),
  command('lint', 'oxlint', ['--type-aware', '--deny-warnings']),
  suite('unit', 'test/vitest.config.ts'),
]
const SLOW: Step[] = [
  suite('attacks', 'test/attacks/vitest.attacks.config.ts'),
  suite('reliability', 'test/reliability/vitest.reliability.config.ts'),
  suite('lab', 'test/lab/vitest.lab.config.ts'),
  suite('e2e', 'test/e2e/vitest.e2e.config.ts'),
]

function main(): void {
  mkdirSync(OUT, { recursive: true })
  const steps = process.argv.includes('--fast') ? FAST : [...FAST, ...SLOW]
  const total = { ...NONE }
  const summary: string[] = []
  const failures: string[] = []
  for (const step of steps) {
    console.log(`\n== ${step.name}`)
    const started = performance.now()
    const tally = step.run()
    for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += tally[key]
    failures.push(...(tally.failures ?? []))
    summary.push(`${tally.failed > 0 ? 'FAILED' : 'ok    '} ${step.name}: ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped, ${((performance.now() - started) / 1000).toFixed(1)} s`)
  }
  if (failures.length > 0) console.log(`\n== what failed\n${failures.join('\n')}`)
  console.log(`\n${summary.join('\n')}\n`)
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  process.exitCode = total.failed > 0 ? 1 : 0
}

main()
