/** Which loss on a path is loss. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wilson } from '#lib/stats/wilson.ts'
import { hopVerdicts, type HopLoss } from '#lib/tools/path/verdicts.ts'

const hops = (...losses: [judged: number, lost: number][]): HopLoss[] => losses.map(([judged, lost], at) => ({ ttl: at + 1, judged, lost, answered: judged - lost }))
const kinds = (...losses: [number, number][]): string[] => hopVerdicts(hops(...losses), losses.length).map((one) => one.kind)

describe('verdicts', () => {
  it('a limit is no loss: later hops answered what passed it', () => {
    expect(kinds([300, 245], [300, 0], [300, 0])).toEqual(['cosmetic', 'none', 'none'])
    // Decided below 30 probes too, where there is no doubt left.
    expect(kinds([24, 20], [24, 0])).toEqual(['cosmetic', 'none'])
    // A limit before real loss is a limit all the same.
    expect(kinds([1000, 800], [1000, 0], [1000, 100], [1000, 105])).toEqual(['cosmetic', 'none', 'real', 'real'])
  })

  it('loss that everybody later shares is real, from where it begins', () => {
    expect(kinds([600, 0], [600, 60], [600, 66], [600, 58])).toEqual(['none', 'real', 'real', 'real'])
    expect(kinds([600, 0], [600, 60], [600, 0], [600, 58])).toEqual(['none', 'cosmetic', 'none', 'real'])
  })

  it('silence says nothing about what is forwarded', () => {
    expect(kinds([100, 100], [100, 0])).toEqual(['silent', 'none'])
    const [silent, last] = hopVerdicts(hops([100, 0], [100, 100]), null).slice(0)
    expect([silent?.kind, last?.kind, last?.trueLossAtMost, last?.witnessTtl]).toEqual(['none', 'silent', null, null])
  })

  it('few probes decide nothing, and none are waited for', () => {
    expect(kinds([20, 2], [20, 2])).toEqual(['few', 'few'])
    expect(kinds([0, 0], [20, 0])).toEqual(['waiting', 'none'])
    expect(hopVerdicts(hops([0, 0]), 1)[0]).toMatchObject({ share: NaN, low: 0, high: 1, trueLossAtMost: null })
    // 1 of 1000 is not beyond doubt.
    expect(kinds([1000, 1], [1000, 1])).toEqual(['few', 'few'])
  })

  it('the last that answers, when it is not the target, may only be limiting', () => {
    expect(hopVerdicts(hops([300, 0], [300, 240], [300, 300]), null).map((one) => one.kind)).toEqual(['none', 'few', 'silent'])
    expect(hopVerdicts(hops([300, 0], [300, 240]), 2).map((one) => one.kind)).toEqual(['none', 'real'])
  })

  it('what lies beyond the target bears no witness', () => {
    expect(hopVerdicts(hops([300, 30], [300, 30], [300, 0]), 2).map((one) => one.kind)).toEqual(['real', 'real', 'none'])
  })

  it('names the least that was lost from here on, and who bears witness', () => {
    const [first, second] = hopVerdicts(hops([300, 245], [300, 12], [100, 0], [300, 0]), 4)
    expect(first).toMatchObject({ kind: 'cosmetic', trueLossAtMost: wilson(0, 300).high, witnessTtl: 4 })
    expect(second?.trueLossAtMost).toBe(wilson(0, 300).high)
  })

  it('holds for any path: bounds in order, and no verdict of loss against a later witness', () => {
    const hop = fc.nat(400).chain((judged) => fc.record({ judged: fc.constant(judged), lost: fc.nat(judged) }))
    fc.assert(fc.property(fc.array(hop, { minLength: 1, maxLength: 12 }), (list) => {
      const losses = list.map(({ judged, lost }, at) => ({ ttl: at + 1, judged, lost, answered: judged - lost }))
      const verdicts = hopVerdicts(losses, losses.length)
      verdicts.forEach((one, at) => {
        const { judged, lost } = losses[at] ?? { judged: 0, lost: 0 }
        const later = losses.slice(at + 1).filter((other) => other.judged > other.lost)
        const contradicted = later.some((other) => wilson(lost, judged).low > wilson(other.lost, other.judged).high)
        if (one.kind === 'real') expect(contradicted || judged < 30).toBe(false)
        if (judged > lost && lost > 0) expect(one.kind === 'cosmetic').toBe(contradicted)
        if (one.trueLossAtMost !== null) for (const other of later) expect(one.trueLossAtMost).toBeLessThanOrEqual(wilson(other.lost, other.judged).high)
      })
    }))
  })
})
