/** What the page puts into addresses and takes out of them: query, sign-in target, share secret, API calls. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { secretIn } from '../../app/_components/session/share-grant.ts'
import { requestOf } from '../../app/_lib/api.ts'
import { safeNext } from '../../app/_lib/safe-next.ts'
import { readPageQuery, writePageQuery, type PageQuery } from '../../app/_lib/window-url.ts'

describe('page query', () => {
  const seconds = fc.integer({ min: 1, max: 2_000_000_000 }).map((s) => s * 1000)
  const query: fc.Arbitrary<PageQuery> = fc.record({
    window: fc.oneof(
      fc.tuple(seconds, seconds).map(([fromMs, toMs]) => ({ fromMs, toMs })), fc.constantFrom({ spanMs: 60_000 }, { spanMs: null }, { spanMs: 45_000 }, {}, { log: true, utc: true }),
      seconds.map((atMs) => ({ atMs })),
    ),
    sel: fc.option(fc.string({ minLength: 1 })), run: fc.option(fc.string({ minLength: 1 })),
  })

  it('reads back what it wrote and leaves the parameters of others alone', () => {
    fc.assert(fc.property(query, (wanted) => {
      const written = writePageQuery(new URLSearchParams('f=x&from=1&to=2'), wanted)
      expect(written.get('f')).toBe('x')
      expect(readPageQuery(new URLSearchParams(String(written)))).toEqual(wanted)
    }))
  })

  it('writes nothing for the window the page opens with', () => {
    expect(String(writePageQuery(new URLSearchParams(), { window: { spanMs: 600_000 }, sel: null, run: null }))).toBe('')
  })

  it('leaves out what does not parse', () => {
    expect(readPageQuery(new URLSearchParams('from=x&to=5&last=9y&at=&tz=mars')).window).toEqual({ atMs: 0 })
  })
})

describe('safeNext', () => {
  it.each(['/', '/s/LiveSession00001', '/s/a/terminal?last=10m', '/sessions'])('keeps %s', (path) => expect(safeNext(path)).toBe(path))
  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '/x\n//y', '', undefined, ['/a']])('refuses %j', (path) => expect(safeNext(path)).toBe('/'))
})

describe('secretIn', () => {
  it('takes only a whole secret', () => {
    const secret = `hss_${'a'.repeat(32)}`
    expect(secretIn(`#${secret}`)).toBe(secret)
    for (const hash of ['', '#', `#${secret}x`, `#x${secret}`, '#hss_short']) expect(secretIn(hash)).toBeNull()
  })
})

describe('requestOf', () => {
  it('puts parts into the path, the rest into query or body', () => {
    expect(requestOf('run.stop', { sessionId: 'a/b', runId: 'r' })).toEqual({ url: '/api/v1/sessions/a%2Fb/runs/r/stop', init: { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' } })
    expect(requestOf('session.list', { limit: 5, text: 'a b', live: undefined })).toEqual({ url: '/api/v1/sessions?limit=5&text=a+b', init: { method: 'GET' } })
    expect(requestOf('share.revoke', { shareId: 'S' }).url).toBe('/api/v1/shares/S')
  })
})
