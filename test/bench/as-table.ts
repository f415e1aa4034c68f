/** The table of AS numbers: half a million ranges loaded while the loop stays free, and looked up beside a linear search. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseAddress, type Address } from '#lib/policy/address.ts'
import { loadAsTable, type AsTable } from '#server/runner/names/as-table.ts'
import type { Figure } from './run.ts'

const ROWS_V4 = 400_000
const ROWS_V6 = 100_000
const LOOKUPS = 200_000
const LINEAR_LOOKUPS = 200

const v4 = (n: number): string => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.')
/** The `n`-th range of each family; every fourth is a gap. */
const rowV4 = (n: number): string => `${v4(0x01000000 + n * 1024)}\t${v4(0x01000000 + n * 1024 + 767)}\t${1 + (n % 70_000)}\tZZ\tNETWORK-${n % 70_000}\n`
const rowV6 = (n: number): string => `2${(n >> 16).toString(16).padStart(3, '0')}:${(n & 0xffff).toString(16)}::\t2${(n >> 16).toString(16).padStart(3, '0')}:${(n & 0xffff).toString(16)}:bfff:ffff:ffff:ffff:ffff:ffff\t${1 + (n % 70_000)}\tZZ\tNETWORK-${n % 70_000}\n`

function addresses(count: number): Address[] {
  let random = 1
  const next = (below: number): number => (random = (Math.imul(random, 1664525) + 1013904223) >>> 0) % below
  return Array.from({ length: count }, () => parseAddress(v4(0x01000000 + next(ROWS_V4 * 1024)))).filter((address) => address !== null)
}

function nanosEach(count: number, work: () => void): number {
  const began = performance.now()
  work()
  return ((performance.now() - began) * 1e6) / count
}

/** CPU of this process: other work on the machine does not count. */
const cpuMs = (since?: NodeJS.CpuUsage): number => { const { user, system } = process.cpuUsage(since); return (user + system) / 1000 }

async function loaded(path: string): Promise<{ table: AsTable; ms: number; stallMs: number }> {
  const lag = monitorEventLoopDelay({ resolution: 5 })
  lag.enable()
  const began = process.cpuUsage()
  const table = await loadAsTable(path)
  const ms = cpuMs(began)
  lag.disable()
  if (!table.ok) throw new Error(table.error.message)
  return { table: table.value, ms, stallMs: lag.max / 1e6 }
}

export async function bench(): Promise<Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'hopscope-as-'))
  try {
    const path = join(dir, 'table.tsv')
    writeFileSync(path, `${Array.from({ length: ROWS_V4 }, (_, n) => rowV4(n)).join('')}${Array.from({ length: ROWS_V6 }, (_, n) => rowV6(n)).join('')}`)
    const { table, ms, stallMs } = await loaded(path)
    const wanted = addresses(LOOKUPS)
    const ours = nanosEach(LOOKUPS, () => { for (const address of wanted) table.find(address) })
    const starts = Float64Array.from({ length: ROWS_V4 }, (_, n) => 0x01000000 + n * 1024)
    const some = wanted.slice(0, LINEAR_LOOKUPS).map(({ ip }) => ip.toByteArray().reduce((number, byte) => number * 256 + byte, 0))
    const linear = nanosEach(LINEAR_LOOKUPS, () => { for (const number of some) starts.findIndex((start) => number <= start + 767) })
    return [
      { figure: `load ${ROWS_V4 + ROWS_V6} ranges, CPU`, ours: ms, unit: 'ms', against: 'three seconds', ratio: ms / 3000, goal: '<= 1' },
      { figure: 'longest stall of the loop meanwhile', ours: stallMs, unit: 'ms', against: '50 ms', ratio: stallMs / 50, goal: '<= 1' },
      { figure: 'one look-up', ours, unit: 'ns', against: `a linear search (${Math.round(linear)} ns)`, ratio: ours / linear, goal: '<= 0.05' },
    ]
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
