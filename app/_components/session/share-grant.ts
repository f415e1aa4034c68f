/** Opening a share link: the secret in the fragment is exchanged once for a cookie, then leaves the address bar. */
import type { ShareScope } from '#lib/protocol/access.ts'
import type { Result } from '#lib/protocol/result.ts'
import { call } from '../../_lib/api.ts'

/** What a guest was given. */
export interface ShareGrant { sessionId: string; scope: ShareScope; expiresAtMs: number; by: string }

/** The link ends at a moment: nothing after it will ever come. */
export const isFrozen = (grant: ShareGrant | null): boolean => grant?.scope.time.mode === 'frozen'

const SECRET = /^#(hss_[A-Za-z0-9_-]{32})$/

/** The secret in a fragment, if it is one. */
export function secretIn(hash: string): string | null {
  return SECRET.exec(hash)?.[1] ?? null
}

/** Redeems the secret. The fragment is stripped first, so that it is not left in the history whatever happens next. */
export async function redeem(sessionId: string, secret: string): Promise<Result<ShareGrant>> {
  history.replaceState(history.state, '', location.pathname + location.search)
  return call('share.redeem', { sessionId, secret })
}
