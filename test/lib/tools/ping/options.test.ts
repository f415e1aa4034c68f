/** Options, command line, bounds and hop counts. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TOOLS } from '#lib/tools/index.ts'
import { routersBack } from '#lib/tools/ping/hops.ts'
import { contextOf, options } from './context.ts'

const { ping } = TOOLS
const target = contextOf('192.0.2.1').target
const FORM = /^-n -O -D -4 -i (\d+(?:\.\d{1,3})?) -W (\d+(?:\.\d{1,3})?) -s (\d+)(?: -t (\d+))?(?: -c (\d+))?(?: -w (\d+))? -- 192\.0\.2\.1$/

interface Attack { id: string; tool: string; raw: string; expect: string }
const attacks = readFileSync(new URL('../../../fixtures/attacks/options.public.jsonl', import.meta.url), 'utf8')
  .split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Attack).filter((attack) => attack.tool === 'ping')

/** `@repeat(text,n)` stands for text n times. */
const expand = (raw: string): string => raw.replaceAll(/@repeat\((.+?),(\d+)\)/g, (_, text: string, times: string) => text.repeat(Number(times)))

function parsed(raw: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(expand(raw)) as unknown }
  } catch {
    return null
  }
}

const inRange = (argv: readonly string[]): void => {
  const found = FORM.exec(argv.join(' '))
  expect(found, argv.join(' ')).not.toBeNull()
  const [, interval, timeout, size, ttl = '64', count = '1', deadline = '1'] = (found ?? []).map((part) => part as string | undefined)
  const between = (text: string | undefined, low: number, high: number) => expect(Number(text) >= low && Number(text) <= high, text).toBe(true)
  between(interval, 0.2, 60)
  between(timeout, 0.2, 10)
  between(size, 0, 1472)
  between(ttl, 1, 255)
  between(count, 1, 1000)
  between(deadline, 1, 86_400)
}

describe('hostile options', () => {
  it.each(attacks.map((attack) => [attack.id, attack.expect, attack] as const))('%s %s', (_id, wanted, attack) => {
    const raw = parsed(attack.raw)
    if (!raw) return expect(['reject', 'reject-fast', 'either']).toContain(wanted)
    const decoded = ping.decodeOptions(raw.value)
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted')
    if (!decoded.ok) {
      expect(decoded.error.field).toMatch(/^options/)
      // What a row calls valid may name an option that ping here does not have.
      if (wanted === 'accept') expect(decoded.error.message).toContain('has no option')
      return undefined
    }
    expect(['accept', 'bounded', 'either', 'inert']).toContain(wanted)
    const argv = ping.argv(decoded.value, target)
    inRange(argv)
    if (wanted === 'inert' && !attack.raw.includes('count')) expect(argv).toEqual(ping.argv(options(), target))
    return undefined
  })
})

/** Every option of ping is a number. */
const NUMBERS = ping.fields.filter((field) => field.kind === 'number')

describe('decodeOptions', () => {
  it('has numbers only', () => expect(NUMBERS).toHaveLength(ping.fields.length))

  it('fills defaults, and gives the same again for what it gave', () => {
    const decoded = ping.decodeOptions({})
    expect(decoded).toEqual({ ok: true, value: { count: null, intervalMs: 1000, sizeBytes: 56, ttl: null, timeoutMs: 2000, deadlineS: null } })
    if (decoded.ok) expect(ping.decodeOptions(JSON.parse(JSON.stringify(decoded.value)))).toEqual(decoded)
  })

  it('lets through exactly the whole numbers of each field’s range', () => {
    fc.assert(fc.property(fc.constantFrom(...NUMBERS), fc.oneof(fc.double(), fc.integer({ min: -5, max: 90_000 })), (field, value) => {
      const decoded = ping.decodeOptions({ [field.name]: value })
      expect(decoded.ok).toBe(Number.isInteger(value) && value >= field.min && value <= field.max)
      if (decoded.ok) return inRange(ping.argv(decoded.value, target))
      expect(decoded.error).toMatchObject({ code: 'invalid', field: `options.${field.name}` })
      expect(decoded.error.message).toContain(`from ${field.min} to ${field.max}`)
      return undefined
    }))
    for (const field of NUMBERS) for (const edge of [field.min, field.max]) expect(ping.decodeOptions({ [field.name]: edge }).ok).toBe(true)
  })

  it.each([null, undefined, 5, 'x', [], [1], true])('refuses %j as a set of options', (raw) => expect(ping.decodeOptions(raw).ok).toBe(false))

  it('takes own keys only, and names a foreign one without its control characters', () => {
    expect(ping.decodeOptions(Object.create({ count: 1e9 }))).toEqual(ping.decodeOptions({}))
    const refused = ping.decodeOptions({ ['\u001b[2J' + 'k'.repeat(100)]: 1 })
    expect(refused.ok || refused.error.field).toBe(`options.?[2J${'k'.repeat(28)}…`)
    expect(ping.decodeOptions(JSON.parse('{"__proto__":{"count":5}}')).ok).toBe(false)
    expect(ping.decodeOptions({ count: 5, [Symbol('x')]: 1 }).ok).toBe(false)
  })
})

describe('argv', () => {
  it('is the table’s, with decimal seconds and the literal behind --', () => {
    expect(ping.argv(options(), target)).toEqual(['-n', '-O', '-D', '-4', '-i', '1', '-W', '2', '-s', '56', '--', '192.0.2.1'])
    const all = options({ count: 10, intervalMs: 250, timeoutMs: 1500, sizeBytes: 0, ttl: 1, deadlineS: 60 })
    expect(ping.argv(all, contextOf('fe80::1%eth0').target).join(' ')).toBe('-n -O -D -6 -i 0.25 -W 1.5 -s 0 -t 1 -c 10 -w 60 -- fe80::1%eth0')
  })
})

describe('how long it may run', () => {
  it('is bounded by a day, a deadline or the probes', () => {
    expect([ping.bound(options()), ping.deadlineMs(options())]).toEqual(['24 h at most', 86_400_000])
    expect([ping.bound(options({ deadlineS: 5400 })), ping.deadlineMs(options({ deadlineS: 5400 }))]).toEqual(['1 h 30 min at most', 5_410_000])
    expect([ping.bound(options({ count: 10 })), ping.deadlineMs(options({ count: 10 }))]).toEqual(['10 probes, about 11 s', 23_000])
    expect(ping.bound(options({ count: 1 }))).toBe('1 probe, about 2 s')
    expect(ping.deadlineMs(options({ deadlineS: 86_400 }))).toBe(86_400_000)
  })
})

describe('self-test', () => {
  it.each([
    ['ping from iputils 20221126\nlibcap: yes, IDN: yes\n', '20221126'],
    ['ping from iputils s20190709\r\n', 's20190709'],
    ['ping utility, iputils-s20161105\n', 's20161105'],
    ['ping (GNU inetutils) 2.4\n', null],
    ['BusyBox v1.35.0\n', null],
  ])('%j is version %s', (output, version) => expect(ping.selfTest.version(output)).toBe(version))

  it('sends nothing off the host', () => expect(ping.selfTest.probeArgs.at(-1)).toBe('127.0.0.1'))
})

describe('routersBack', () => {
  it.each([
    [64, 64, 0, 'sure'], [56, 64, 8, 'sure'], [55, 64, 9, 'sure'], [62, 64, 2, 'sure'], [34, 64, 30, 'sure'], [33, 64, 31, 'unlikely'],
    [32, 64, 32, '64 or 32, unsure'], [1, 64, 63, '64 or 32, unsure'], [65, 128, 63, 'unlikely'], [128, 128, 0, 'sure'], [117, 128, 11, 'sure'],
    [129, 255, 126, 'unlikely'], [255, 255, 0, 'sure'], [243, 255, 12, 'sure'],
  ] as const)('ttl %i: from %i, %i routers, %s', (ttl, initial, routers, note) => expect(routersBack(ttl)).toEqual({ initial, routers, note }))
})
