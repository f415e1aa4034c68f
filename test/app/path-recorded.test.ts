/** Recorded outputs of mtr through parser and fold to the rows that are shown: the figures are those of the recording. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { mtrShown } from '#lib/tools/mtr/shown.ts'
import type { PathView } from '#lib/tools/path/view.ts'
import { pathRows } from '../../app/_components/path/path-rows.ts'
import { contextOf, mtrOptions, parseLines, targetOf } from '../lib/tools/mtr/context.ts'

interface Recorded { expect: { hops: { ttl: number; hosts: string[]; rttsUs: number[] }[]; destinationTtl: number } }
const FOLDER = new URL('../fixtures/mtr/', import.meta.url)
/** Guarantee: the fixtures' own schema (SCHEMA.md there). */
const recorded = (name: string): Recorded => JSON.parse(readFileSync(new URL(`${name}.expect.json`, FOLDER), 'utf8')) as Recorded

function foldOf(name: string, address: string): PathView {
  const context = { ...contextOf(), target: targetOf(address) }
  const view = mtrShown.fold.empty({ ...context, options: mtrOptions() })
  parseLines(readFileSync(new URL(`${name}.txt`, FOLDER), 'utf8'), context).forEach((event, i) => mtrShown.fold.apply(view, { ...event, seq: i + 1 }))
  return view
}

describe.each(['mtr-0.92-raw-flap', 'mtr-0.95-raw-flap', 'mtr-0.95-raw-loss', 'mtr-0.96-raw-loss'])('%s', (name) => {
  const { hops, destinationTtl } = recorded(name).expect
  const address = hops.find((hop) => hop.ttl === destinationTtl)?.hosts[0] ?? ''
  const view = foldOf(name, address)
  const rows = pathRows(view, { fromMs: view.firstSentMs - 1000, toMs: view.lastSentMs + 60_000 }, 'target.example').rows.filter((row) => row.kind === 'hop')
  it('has every hop up to the target, and none beyond', () => {
    expect(rows.map((row) => [row.ttl, row.host?.address ?? null])).toEqual(hops.filter((hop) => hop.ttl <= destinationTtl).map((hop) => [hop.ttl, hop.hosts[0] ?? null]))
    expect(rows.at(-1)).toMatchObject({ isTarget: true, host: { name: 'target.example', address } })
  })
  it('has the recording\u2019s round trips', () => {
    for (const row of rows) {
      const rtts = hops.find((hop) => hop.ttl === row.ttl)?.rttsUs ?? []
      expect(row.figures.answered).toBe(rtts.length)
      if (rtts.length === 0) continue
      expect(row.figures.meanMs).toBeCloseTo(rtts.reduce((a, b) => a + b, 0) / rtts.length / 1000, 9)
      expect(row.figures.minMs).toBeCloseTo(Math.min(...rtts) / 1000, 9)
      expect(row.figures.lastMs).toBeCloseTo((rtts.at(-1) ?? Number.NaN) / 1000, 9)
    }
  })
})
