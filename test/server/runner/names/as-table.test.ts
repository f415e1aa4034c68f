/** The table of AS numbers: finds what a linear search finds, names setting and line when the file is wrong, and never blocks the loop while it loads. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseAddress, type Address } from '#lib/policy/address.ts'
import { loadAsTable } from '#server/runner/names/as-table.ts'

let folder: string
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'hopscope-as-')) })
afterAll(() => rm(folder, { recursive: true, force: true }))

const address = (text: string): Address => parseAddress(text) ?? expect.fail(text)
async function load(text: string): ReturnType<typeof loadAsTable> {
  const path = join(folder, 'table.tsv')
  await writeFile(path, text)
  return loadAsTable(path)
}
const v4 = (n: number): string => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.')
const v6 = (n: bigint): string => Array.from({ length: 8 }, (_, i) => ((n >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(':')

it('finds exactly the range that holds an address, as a linear search does', async () => {
  const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 5 })), { minLength: 1, maxLength: 60 })
  await fc.assert(fc.asyncProperty(gaps, fc.boolean(), fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 30 }), async (parts, six, questions) => {
    const base = six ? 0x20010db8000000000000fffffffff000n : 0xfffa0000n
    const text = (n: bigint): string => (six ? v6(n) : v4(Number(n)))
    let at = base
    const ranges = parts.map(([gap, size, asn]) => {
      const start = at + BigInt(gap)
      at = start + BigInt(size)
      return { start, end: at, asn }
    })
    const table = await load(ranges.map(({ start, end, asn }) => `${text(start)}\t${text(end)}\t${asn}\tZZ\tNAME ${asn}\n`).join(''))
    if (!table.ok) throw new Error(table.error.message)
    expect(table.value.rows).toBe(ranges.length)
    for (const n of [...questions.map((q) => base + BigInt(q)), ...ranges.flatMap(({ start, end }) => [start - 1n, start, end, end + 1n])]) {
      const asn = ranges.find(({ start, end }) => n >= start && n <= end)?.asn ?? 0
      expect(table.value.find(address(text(n)))).toEqual(asn === 0 ? null : { asn, asName: `NAME ${asn}` })
    }
  }), { numRuns: 60 })
})

it('both families, comments, other line ends and a last line without one', async () => {
  const table = await load('# a table\r\n1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUDFLARENET\r\n\r\n255.255.255.0\t255.255.255.255\t64501\tZZ\t\u001b[31m\n2001:200::\t2001:200:5ff:ffff:ffff:ffff:ffff:ffff\t2500\tJP\tWIDE-BB\nffff::\tffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\t4294967295\tZZ\t-')
  if (!table.ok) throw new Error(table.error.message)
  const { find, rows } = table.value
  expect(rows).toBe(4)
  expect(find(address('1.0.0.255'))).toEqual({ asn: 13335, asName: 'CLOUDFLARENET' })
  expect(find(address('1.0.1.0'))).toBeNull()
  expect(find(address('0.255.255.255'))).toBeNull()
  expect(find(address('255.255.255.255'))).toEqual({ asn: 64501, asName: null })
  expect(find(address('2001:200:5ff:ffff:ffff:ffff:ffff:ffff'))).toEqual({ asn: 2500, asName: 'WIDE-BB' })
  expect(find(address('2001:200:600::'))).toBeNull()
  expect(find(address('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'))).toEqual({ asn: 4_294_967_295, asName: '-' })
})

it.each([
  ['1.0.0.0\t1.0.0.9\tAS1\tZZ\tx\n', 1, 'AS number'], ['\n1.0.0.0 1.0.0.9 1\n', 2, 'two addresses'], ['1.0.0.9\t1.0.0.0\t1\tZZ\tx\n', 1, 'before it begins'], ['1.0.0.0\t::1\t1\tZZ\tx', 1, 'one family'],
  ['1.0.0.0\t1.0.0.9\t1\tZZ\tx\n1.0.0.9\t1.0.0.10\t2\tZZ\ty\n', 2, 'in order'], ['1.0.0.0\t1.0.0.9\t4294967296\tZZ\tx', 1, 'AS number'], ['', 1, 'no range'], ['x'.repeat(200_000), 1, 'two addresses'], ['1.0.0.300\t1.0.0.400\t1\tZZ\tx', 1, 'two addresses'],
])('%j is refused with the setting and the line', async (text, line, why) => {
  expect(await load(text)).toMatchObject({ ok: false, error: { code: 'invalid', field: 'HOPSCOPE_AS_NUMBERS', message: expect.stringMatching(new RegExp(`^HOPSCOPE_AS_NUMBERS: .*table.tsv, line ${line}: .*${why}`)) } })
})

it('a file that is not there is refused with the setting', async () => {
  expect(await loadAsTable(join(folder, 'absent'))).toMatchObject({ ok: false, error: { field: 'HOPSCOPE_AS_NUMBERS', message: expect.stringContaining('cannot be read') } })
})

it('while it loads, everything else goes on', async () => {
  const rows = Array.from({ length: 60_000 }, (_, i) => `${v4(i * 256)}\t${v4(i * 256 + 255)}\t${i + 1}\tZZ\tNAME ${i}\n`).join('')
  const path = join(folder, 'large.tsv')
  await writeFile(path, rows)
  let turns = 0
  let loading = true
  const turn = (): void => {
    if (!loading) return
    turns += 1
    setImmediate(turn)
  }
  setImmediate(turn)
  const table = await loadAsTable(path)
  loading = false
  expect(table.ok && table.value.find(address('0.3.0.1'))).toEqual({ asn: 769, asName: 'NAME 768' })
  // One turn for each piece of the file that was read, at least.
  expect(turns).toBeGreaterThanOrEqual(Math.floor(rows.length / (32 * 1024)))
})
