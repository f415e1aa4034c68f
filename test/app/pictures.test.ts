/** Small pictures and texts: sparkline, QR code, initials, share scope, ticket, boot. */
import { create } from 'qrcode'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClock } from '#lib/format/time.ts'
import { emptySession } from '#lib/session/fold.ts'
import { takeEvents } from '#lib/session/source.ts'
import { sparkPath, sparkSummary } from '../../app/_components/sessions/spark-path.ts'
import { contradicts, FIRST_CHOICE, scopeOf } from '../../app/_components/share/scope-choice.ts'
import { qrPath } from '../../app/_components/share/qr-path.ts'
import { initialsOf } from '../../app/_lib/initials.ts'
import { decodeBoot } from '../../app/_lib/boot-header.ts'
import { ticketText } from '../../app/_lib/ticket.ts'
import { history, reply, times } from '../lib/session/history.ts'

describe('sparkPath', () => {
  const size = { width: 84, height: 18 }
  it('stays in its box and breaks where nothing answered', () => {
    fc.assert(fc.property(fc.array(fc.option(fc.double({ min: 0.01, max: 5000, noNaN: true })), { maxLength: 60 }), (medianMs) => {
      const { line } = sparkPath({ medianMs, lost: [] }, size)
      for (const [, x = '', y = ''] of line.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)) {
        expect(Number(x)).toBeGreaterThanOrEqual(0)
        expect(Number(x)).toBeLessThanOrEqual(size.width)
        expect(Number(y)).toBeGreaterThanOrEqual(0)
        expect(Number(y)).toBeLessThanOrEqual(size.height)
      }
      const runs = medianMs.filter((ms, i) => ms !== null && (medianMs[i - 1] ?? null) === null).length
      expect([...line.matchAll(/M/g)].length).toBe(runs)
    }))
  })
  it('does not magnify noise, and counts losses', () => {
    const { line, losses } = sparkPath({ medianMs: [10, 10.1, 10], lost: [0, 3, 0] }, size)
    const ys = [...line.matchAll(/ ([\d.]+)/g)].map(([, y]) => Number(y))
    expect(Math.max(...ys) - Math.min(...ys)).toBeLessThan(1)
    expect(losses.length).toBe(1)
    expect(sparkSummary({ medianMs: [null], lost: [2] })).toBe('no reply, 2 lost')
  })
})

it('the QR path covers exactly the dark modules', () => {
  const text = `https://bastion.example.net/s/LiveSession00001#hss_${'k'.repeat(32)}`
  const { d, side } = qrPath(text)
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const drawn = new Set<string>()
  for (const [, x = '', y = '', width = ''] of d.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) for (let i = 0; i < Number(width); i++) drawn.add(`${Number(x) + i} ${y}`)
  let dark = 0
  for (let y = 0; y < modules.size; y++) for (let x = 0; x < modules.size; x++) {
    const isDark = modules.get(y, x) !== 0
    if (isDark) dark += 1
    expect(drawn.has(`${x + 2} ${y + 2}`)).toBe(isDark)
  }
  expect(drawn.size).toBe(dark)
  expect(side).toBe(modules.size + 4)
})

it('initials are of the first and last word', () => {
  expect(['Mara Ortiz', 'mara', 'Jean Luc de Vries', '  ', 'Øystein Å'].map(initialsOf)).toEqual(['MO', 'MA', 'JV', '?', 'ØÅ'])
})

describe('share scope', () => {
  it('starts without raw output and with hiding', () => expect(scopeOf(FIRST_CHOICE, 9)).toEqual({ transcript: false, hidePrivate: true, time: { mode: 'live' } }))
  it('freezes at what the sharer sees', () => expect(scopeOf({ ...FIRST_CHOICE, time: 'frozen' }, 41).time).toEqual({ mode: 'frozen', untilSeq: 41 }))
  it('raw output and hiding contradict', () => {
    expect(contradicts({ ...FIRST_CHOICE, transcript: true })).toBe(true)
    expect(contradicts({ ...FIRST_CHOICE, transcript: true, hidePrivate: false })).toBe(false)
  })
})

it('a ticket names target, command, counts and findings', () => {
  const view = emptySession()
  takeEvents(view, history([...times(40, reply(20)), ...times(10, 'lost'), ...times(40, reply(20))]))
  const text = ticketText(view, { clock: createClock('UTC'), link: 'https://x/s/1', hopTable: () => '' })
  expect(text).toContain('/usr/bin/ping -- 203.0.113.9')
  expect(text).toContain('https://x/s/1')
  expect(text).toMatch(/10 of 90/)
  for (const finding of view.findings) expect(text).toContain(finding.title)
  expect(view.findings.length).toBeGreaterThan(0)
})

describe('decodeBoot', () => {
  const boot = { me: null, share: null, setupNeeded: true, vantage: { name: 'x', online: true }, version: '1', nonce: 'n', nowMs: 5 }
  it('reads what the server wrote, and treats anything else as absent', () => {
    expect(decodeBoot(Buffer.from(JSON.stringify(boot)).toString('base64url'))).toEqual(boot)
    for (const header of ['', '%%%', Buffer.from('null').toString('base64url'), Buffer.from('{"nonce":1}').toString('base64url')]) expect(decodeBoot(header).me).toBeNull()
  })
})
