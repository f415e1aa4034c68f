/** Vitest: the real launcher, web and runner under crashes, floods, full disks, cut connections and clock steps. `npm run reliability` is the long form. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  test: {
    include: ['test/reliability/*.test.ts'],
    pool: 'forks',
    execArgv: ['--expose-gc'],
    // Two products at once are as much as two cores bear.
    maxWorkers: 2,
    testTimeout: process.env['RELIABILITY'] === 'long' ? 3_600_000 : 120_000,
    hookTimeout: 120_000,
  },
})
