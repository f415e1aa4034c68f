/** Properties of the target grammar over random and hostile text, with Node's URL parser as the independent second opinion. */
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTarget } from '#lib/policy/target.ts'
import { punycodeDecode, punycodeEncode } from '#lib/policy/punycode.ts'

const NAME = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/
const inGrammar = (host: string): boolean => NAME.test(host) || isIP(host.replace(/^(fe[89ab][0-9a-f]:.*)%[A-Za-z0-9._-]{1,15}$/, '$1')) !== 0

/** Text built of the pieces that parsers get wrong. */
const hostile = fc.array(fc.oneof(
  fc.constantFrom('.', ':', '::', '%', '[', ']', '/', '//', '@', '-', '--', ' ', '\\', "'", '"', '#', '?', '0x', '0', '1', '255', '256', 'a', 'xn--', 'http', 'https://', 'curl ', 'ssh ',
    'ping ', 'fe80', '%25', 'eth0', '\u0301', 'ü', 'а', '。', '１', '\u200b', '\u202e', '\0', '\n', '\\\n', '$', '`', ';', '|', '\ud800'),
  fc.string({ unit: 'binary', maxLength: 8 }),
), { maxLength: 60 }).map((parts) => parts.join(''))

const v6 = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(0xffff) }), { minLength: 8, maxLength: 8 })
  .filter((groups) => !(groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff))
  .filter((groups) => ((groups[0] ?? 0) & 0xffc0) !== 0xfe80)
const label = fc.stringMatching(/^[a-z0-9_](?:[a-z0-9_-]{0,12}[a-z0-9_])?$/).filter((text) => !text.startsWith('xn--'))
const name = fc.tuple(fc.array(label, { maxLength: 8 }), label.filter((text) => /^[a-z]/.test(text))).map(([front, last]) => [...front, last].join('.'))

describe('target grammar', () => {
  it('never throws, never answers with a host outside the grammar, and is idempotent', () => {
    fc.assert(fc.property(fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 300 })), (text) => {
      const result = parseTarget(text)
      if (!result.ok) {
        expect(result.error.message).toMatch(/^.{10,400}$/su)
        return
      }
      expect(inGrammar(result.value.host), result.value.host).toBe(true)
      const again = parseTarget(result.value.host)
      expect(again).toMatchObject({ ok: true, value: { kind: result.value.kind, host: result.value.host } })
      expect(again.ok && again.value.reducedFrom).toBeUndefined()
    }), { numRuns: 3000 })
  })

  it('takes every spelling of an IPv6 address and answers as RFC 5952 says', () => {
    fc.assert(fc.property(v6, fc.boolean(), (groups, upper) => {
      const long = groups.map((group) => group.toString(16).padStart(4, '0')).join(':')
      const host = new URL(`http://[${long}]/`).hostname.slice(1, -1)
      const spelled = [long, groups.map((group) => group.toString(16)).join(':'), host]
      for (const text of spelled) expect(parseTarget(upper ? text.toUpperCase() : text)).toEqual({ ok: true, value: { kind: 'ipv6', host } })
    }))
  })

  it('takes every dotted quad and every name as they are', () => {
    fc.assert(fc.property(fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }), (octets) => {
      expect(parseTarget(octets.join('.'))).toEqual({ ok: true, value: { kind: 'ipv4', host: octets.join('.') } })
    }))
    fc.assert(fc.property(name, fc.integer({ min: 1, max: 65535 }), (host, port) => {
      expect(parseTarget(`${host.toUpperCase()}:${port}`)).toEqual({ ok: true, value: { kind: 'name', host, port } })
      expect(parseTarget(`https://${host}:${port}/x?y#z`)).toMatchObject({ ok: true, value: { host, port } })
    }))
  })

  it('encodes international labels as Node does', () => {
    const letters = fc.constantFrom('ä', 'ö', 'ü', 'ß', 'é', 'ñ', 'ç', 'ø', 'å', 'ł', 'ž', 'ğ', 'a', 'b', '1')
    fc.assert(fc.property(fc.array(letters, { minLength: 1, maxLength: 20 }), (list) => {
      const text = `${list.join('')}.example`
      fc.pre(!/^[0-9-]/.test(text))
      const result = parseTarget(text)
      expect(result.ok && result.value.host).toBe(domainToASCII(text))
    }))
    for (const text of ['παράδειγμα.δοκιμή', 'пример.испытание', 'مثال.إختبار', 'उदाहरण.परीक्षा', '例子.测试', '실례.테스트', 'ตัวอย่าง.ไทย', 'דוגמה.טעסט']) {
      expect(parseTarget(text)).toEqual({ ok: true, value: { kind: 'name', host: domainToASCII(text), unicodeHost: text } })
    }
  })

  it('undoes Punycode, and holds against the samples of RFC 3492 section 7.1', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (text) => {
      const encoded = punycodeEncode(text)
      if (encoded.length <= 59) expect(punycodeDecode(encoded)).toBe(text)
    }))
    expect(punycodeEncode('ليهمابتكلموشعربي؟')).toBe('egbpdaj6bu4bxfgehfvwxn')
    expect(punycodeEncode('他们为什么不说中文')).toBe('ihqwcrb4cv8a8dqg056pqjye')
    expect(punycodeEncode('3年b組金八先生')).toBe('3b-ww4c5e180e575a65lsy2b')
    expect(punycodeEncode('pročprostěnemluvíčesky')).toBe('proprostnemluvesky-uyb24dma41a')
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 70 }), (text) => { punycodeDecode(text) }))
  })

  it('reads 2 KB of hostile text in under a millisecond', () => {
    const pieces = ['.', 'a.', ':', '1.', '%', '[', '-', 'ü', 'ü.', 'a\u0301', '/', '@', 'curl ', "'", '\\ ', 'ping a ', '0x1.', 'xn--', ' ']
    for (const piece of pieces) {
      for (const front of ['', 'curl ', 'http://', 'ping ', 'fe80::1%', '1', 'a']) {
        const text = (front + piece.repeat(2048)).slice(0, 2048)
        expect(quickestMs(() => { parseTarget(text) }), JSON.stringify(text.slice(0, 20))).toBeLessThan(1)
      }
    }
  })
})

/** The best of many runs: a busy machine can only make single runs slower, never the best one of a quadratic step fast. */
function quickestMs(work: () => void): number {
  let best = Infinity
  for (let round = 0; round < 200 && best >= 1; round += 1) {
    const started = performance.now()
    work()
    best = Math.min(best, performance.now() - started)
  }
  return best
}
