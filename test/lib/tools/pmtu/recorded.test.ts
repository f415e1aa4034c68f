/** Recorded sweeps of real pings over a router with a smaller link: the same steps, and the same result, as the path has. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { pmtu } from '#lib/tools/pmtu/index.ts'
import { contextOf, NOW } from './sweep.ts'

const FOLDER = new URL('../../../fixtures/pmtu/', import.meta.url).pathname

it.each([['told-v4', '10.9.2.2', '10.9.1.1'], ['told-v6', 'fd00:2::2', 'fd00:1::1']])('%s', (name, address, router) => {
  const parts = readFileSync(`${FOLDER}${name}.txt`, 'utf8').split(/^(?=\$ )/m)
  const parser = pmtu.parser(contextOf({}, address))
  const events = parts.flatMap((part, at) => {
    const read = parser.push(new TextEncoder().encode(part), NOW)
    const step = parser.next?.({ code: 0, signal: null }, NOW)
    // What ran next is what the sweep asked for.
    expect(step ? `$ ${step.binary} ${step.args.join(' ')}` : null).toBe(parts[at + 1]?.split('\n')[0] ?? null)
    return read
  })
  events.push(...parser.end(NOW))
  expect(events.map((event) => (event.kind === 'pmtu.try' ? [event.packetBytes, event.fate, event.from ?? null, event.mtu ?? null, event.answered] : event.kind))).toEqual([
    [1500, 'too-big', router, 1400, 0], [1400, 'passed', null, null, 3], [1401, 'local', null, 1400, 0], 'pmtu.result',
  ])
  expect(events.at(-1)).toMatchObject({ mtu: 1400, failsFrom: 1401, toldBy: router })
})
