/** The bootstrap does what is due and nothing else: packages when the lock changed, a build when sources are newer. npm and next are stand-ins that write down their calls. */
import { spawnSync } from 'node:child_process'
import { appendFileSync, chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exactEnv } from '#server/exact-env.ts'

const BOOTSTRAP = fileURLToPath(new URL('../../../server/bootstrap.mjs', import.meta.url))
let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hopscope-boot-'))
  for (const folder of ['server', 'app', 'lib', 'bin', '.next/types', '.next/dev/types']) mkdirSync(join(dir, folder), { recursive: true })
  copyFileSync(BOOTSTRAP, join(dir, 'server/bootstrap.mjs'))
  for (const name of ['package.json', 'package-lock.json', 'next.config.js', 'tsconfig.json', 'app/page.tsx', 'lib/a.ts']) writeFileSync(join(dir, name), '{}')
  program('next-stand-in', `echo "build $NEXT_TELEMETRY_DISABLED $*" >> ${dir}/calls; test -d ${dir}/.next/types && echo stale >> ${dir}/calls; touch ${dir}/.next/BUILD_ID`)
  program('npm', `echo "npm $*" >> ${dir}/calls; mkdir -p ${dir}/node_modules/.bin; cp ${dir}/bin/next-stand-in ${dir}/node_modules/.bin/node`)
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function program(name: string, body: string): void {
  writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${body}\n`)
  chmodSync(join(dir, 'bin', name), 0o755)
}

/** Runs it and returns the calls it made. */
function boot(mode: string): { status: number | null; out: string; calls: string[] } {
  writeFileSync(join(dir, 'calls'), '')
  const done = spawnSync(process.execPath, [join(dir, 'server/bootstrap.mjs'), mode], { encoding: 'utf8', cwd: '/', env: exactEnv({ PATH: `${join(dir, 'bin')}:/usr/bin:/bin` }) })
  return { status: done.status, out: done.stdout, calls: readFileSync(join(dir, 'calls'), 'utf8').split('\n').filter((line) => line !== '') }
}
const inFuture = (name: string): void => { const at = Date.now() / 1000 + 100; utimesSync(join(dir, name), at, at) }
const BUILD = (): string => `build 1 ${join(dir, 'node_modules/next/dist/bin/next')} build`
const CI = 'npm ci --loglevel=error --no-audit --no-fund'

test('a fresh checkout is installed and built once', () => {
  expect(boot('start')).toMatchObject({ status: 0, calls: [CI, BUILD()], out: expect.stringMatching(/\[bootstrap +\d+\.\d s\] ready\n$/) })
  expect(boot('start').calls).toEqual([])
})

test('dev and install do not build', () => {
  expect(boot('dev').calls).toEqual([CI])
  expect(boot('install').calls).toEqual([])
})

test('a changed lock installs again, a changed or removed source builds again', () => {
  boot('start')
  appendFileSync(join(dir, 'package-lock.json'), ' ')
  expect(boot('start').calls).toEqual([CI])
  inFuture('lib/a.ts')
  expect(boot('start').calls).toEqual([BUILD()])
  utimesSync(join(dir, 'lib/a.ts'), 1, 1)
  expect(boot('start').calls).toEqual([])
  inFuture('app')
  expect(boot('start').calls).toEqual([BUILD()])
  expect(existsSync(join(dir, '.next/dev/types'))).toBe(false)
})

test('a failure is told and ends it', () => {
  program('npm', 'exit 1')
  expect(boot('start')).toMatchObject({ status: 1, out: expect.stringContaining('npm ci failed') })
  expect(boot('nonsense')).toMatchObject({ status: 1, out: expect.stringContaining('start|dev|test|install') })
})
