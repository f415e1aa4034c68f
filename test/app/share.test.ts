/** What the share dialog makes of a choice: scope, link, words. */
import { describe, expect, it } from 'vitest'
import { createClock } from '#lib/format/time.ts'
import { asGuestLink, linkAt, openAt } from '../../app/_components/share/open-at.ts'
import { contradicts, FIRST_CHOICE, scopeOf } from '../../app/_components/share/scope-choice.ts'
import { secretIn } from '../../app/_components/session/share-grant.ts'
import { fileNameIn } from '../../app/_lib/download.ts'
import { readPageQuery } from '../../app/_lib/window-url.ts'
import { countWord, countWordFirst } from '../../app/_lib/words.ts'
import { zoneChoice } from '../../app/_lib/zone.ts'

const T = Date.UTC(2026, 10, 22, 13, 35, 42)
const seen = { window: { fromMs: T - 60_000, toMs: T + 60_000, crosshairMs: T as number | null, nowMs: T + 30_000, scale: 'linear' as const }, view: 'path' as const, sel: 'F1', run: null, clock: createClock('UTC') }
const link = `https://bastion.example.net/s/LiveSession00001#hss_${'a'.repeat(32)}`

describe('a link that opens on a moment', () => {
  it('names the moment and the view, and reproduces window, crosshair and selection', () => {
    const at = openAt(seen)
    expect(at.words).toBe('Open at 13:35:42, on Path')
    const url = new URL(linkAt(link, at))
    expect(url.pathname).toBe('/s/LiveSession00001')
    expect(readPageQuery(url.searchParams)).toEqual({ window: { fromMs: T - 60_000, toMs: T + 60_000, atMs: T }, sel: 'F1', run: null })
  })
  it('without a crosshair it is now; the terminal is a path of its own', () => {
    const at = openAt({ ...seen, window: { ...seen.window, crosshairMs: null }, view: 'terminal' })
    expect(at.words).toBe('Open at 13:36:12, on Terminal')
    expect(new URL(linkAt(link, at)).pathname).toBe('/s/LiveSession00001/terminal')
  })
  it('a view is named unless the session opens with it', () => {
    const path = (view: 'path' | 'dns', home: 'path' | 'dns') => new URL(linkAt(link, openAt({ ...seen, view, home }))).pathname.slice('/s/LiveSession00001'.length)
    expect([path('dns', 'dns'), path('path', 'dns'), path('dns', 'path'), path('path', 'path')]).toEqual(['', '/path', '/dns', ''])
  })
  it('keeps the secret whole and last, previewed or not, and changes nothing when not wanted', () => {
    expect(linkAt(link, null)).toBe(link)
    for (const made of [linkAt(link, openAt(seen)), asGuestLink(link), asGuestLink(linkAt(link, openAt(seen)))]) expect(secretIn(new URL(made).hash)).toBe(secretIn(new URL(link).hash))
    expect(new URL(asGuestLink(link)).searchParams.get('as')).toBe('guest')
  })
})

describe('the choice', () => {
  it('starts with the least: no raw output, private things hidden', () => expect(scopeOf(FIRST_CHOICE, 9)).toEqual({ transcript: false, hidePrivate: true, time: { mode: 'live' } }))
  it('raw output and hiding exclude each other, but only where a link is made', () => {
    expect(contradicts({ ...FIRST_CHOICE, transcript: true })).toBe(true)
    expect(contradicts({ ...FIRST_CHOICE, transcript: true, hidePrivate: false })).toBe(false)
    expect(contradicts({ ...FIRST_CHOICE, transcript: true, who: 'team' })).toBe(false)
  })
})

it('numbers in sentences', () => {
  expect([0, 1, 10, 11].map(countWord)).toEqual(['none', 'one', 'ten', '11'])
  expect(countWordFirst(2)).toBe('Two')
})

it('a download takes only a name that our server could have given', () => {
  expect(fileNameIn('attachment; filename="hopscope-A-20261122T131500Z.csv"')).toBe('hopscope-A-20261122T131500Z.csv')
  for (const bad of [null, 'attachment', 'attachment; filename="../x"', 'attachment; filename="a b"']) expect(fileNameIn(bad)).toBeNull()
})

it('a zone cookie is a zone or nothing', () => {
  for (const zone of ['UTC', 'Europe/Berlin', 'America/Argentina/Ushuaia', 'Etc/GMT+5']) expect(zoneChoice(zone)).toBe(zone)
  for (const bad of [undefined, '', '/x', 'Europe/', 'a;b', '../etc']) expect(zoneChoice(bad)).toBeNull()
})
