/** What a socket hears besides events depends on who it is: the team hears what ails the machine, a guest only that something does. */
import { expect, test } from 'vitest'
import type { Web } from '#server/web/context.ts'
import { createNews } from '#server/web/gateway/news.ts'
import type { Visitor } from '#server/web/gateway/visitor.ts'

/** A visitor that notes what it is told; only what news reads of it is there. */
function listener(kind: 'user' | 'share'): { visitor: Visitor; told: unknown[] } {
  const told: unknown[] = []
  const visitor = { principals: [{ kind }], outbox: { latest: (_key: string, event: string, value: unknown) => told.push([event, value]) } }
  return { visitor: visitor as unknown as Visitor, told }
}

test('a guest learns neither the vantage\'s facts nor the words of a storage fault', () => {
  const state = { ok: false, message: 'disk I/O error in /srv/private/hopscope', notStoredFromMs: 5 }
  const web = {
    store: { on: () => undefined, state: () => state },
    vantage: { on: () => undefined, online: () => true, facts: () => ({ hostname: 'bastion-1' }) },
  } as unknown as Web
  const [person, guest] = [listener('user'), listener('share')]
  const news = createNews(web, { visitors: () => [person.visitor, guest.visitor], viewersOf: () => [], presenceChanged: () => undefined })
  for (const { visitor } of [person, guest]) news.greet(visitor)
  expect(person.told).toEqual([['vantage', { online: true, facts: { hostname: 'bastion-1' } }], ['storage', { ok: false, message: state.message, notStoredFromMs: 5 }]])
  expect(guest.told).toEqual([['vantage', { online: true, facts: null }], ['storage', { ok: false, message: expect.stringContaining('cannot be stored'), notStoredFromMs: 5 }]])
  expect(JSON.stringify(guest.told)).not.toMatch(/private|bastion/)
  news.stop()
})
