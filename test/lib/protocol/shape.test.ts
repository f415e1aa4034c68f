/** Shapes let through what a build of ours wrote and nothing else. */
import { expect, test } from 'vitest'
import { fields, isCount, isNumber, isText, isWhole, listOf, maybe, nullOr, oneOf } from '#lib/protocol/shape.ts'

const shape = fields({ name: isText, n: isCount, mean: nullOr(isNumber), list: listOf(isWhole), kind: oneOf('a', 'b'), mtu: maybe(isWhole) })
const good = { name: 'x', n: 0, mean: null, list: [1, -2], kind: 'a' }

test.each([[good], [{ ...good, mtu: 1400 }], [{ ...good, mean: 1.5, extra: true }]])('%j passes', (value) => expect(shape(value)).toBe(true))

test.each([
  [null], ['x'], [[]], [{ ...good, name: 1 }], [{ ...good, n: -1 }], [{ ...good, n: 0.5 }], [{ ...good, mean: 'NaN' }], [{ ...good, list: [1.5] }],
  [{ ...good, list: { 0: 1 } }], [{ ...good, kind: 'c' }], [{ ...good, mtu: '1400' }], [{ name: 'x' }],
])('%j is refused', (value) => expect(shape(value)).toBe(false))

test('fields of a prototype do not count', () => expect(shape(Object.create(good))).toBe(false))
