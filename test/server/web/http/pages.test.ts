/** Who is sent where before a page is drawn. */
import { describe, expect, it } from 'vitest'
import type { Me } from '#lib/protocol/api.ts'
import { UserId } from '#lib/protocol/ids.ts'
import { destination } from '#server/web/http/pages.ts'

const ME: Me = { userId: UserId.parse('AAAAAAAAAAAAAAAA'), name: 'olga', display: 'Olga', role: 'admin' }
const to = (path: string, boot: { setupNeeded?: boolean; me?: Me | null } = {}): string | null => destination({ setupNeeded: false, me: null, ...boot }, new URL(path, 'http://console.example'))

describe('destination', () => {
  it.each([
    ['/', '/sign-in?to=%2F'],
    ['/sessions?who=mine', '/sign-in?to=%2Fsessions%3Fwho%3Dmine'],
    ['/sign-in', null],
    ['/s/AAAAAAAAAAAAAAAA', null],
    ['/s/AAAAAAAAAAAAAAAA/terminal', null],
    ['/links', '/sign-in?to=%2Flinks'],
    ['/setup', '/'],
  ])('a stranger at %s: %s', (path, expected) => expect(to(path)).toBe(expected))

  it.each([['/', null], ['/sessions', null], ['/sign-in?to=/links', '/'], ['/setup', '/']])('a member at %s: %s', (path, expected) => expect(to(path, { me: ME })).toBe(expected))

  it.each([['/', '/setup'], ['/setup', null], ['/s/AAAAAAAAAAAAAAAA', '/setup']])('before the first account, at %s: %s', (path, expected) => expect(to(path, { setupNeeded: true })).toBe(expected))
})
