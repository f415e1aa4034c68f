/** Exchange a link's secret for a cookie that shows its session and nothing else. The page posts it; a mere GET of the link tells nothing (S45). */
import type { RedeemedShare } from '#lib/protocol/api.ts'
import { RedeemShareRequest } from '#lib/protocol/requests.ts'
import { ok } from '#lib/protocol/result.ts'
import { clearSurplusShares, setShareCookie } from '../access/cookies.ts'
import { noteAttempt } from '../audit-by.ts'
import { defineAction } from '../guard.ts'

export const shareRedeem = defineAction({
  name: 'share.redeem', verb: 'open', decode: RedeemShareRequest,
  async run({ web, caller }, { sessionId, secret }) {
    const by = { userId: null, name: null, address: caller.address, via: 'share' as const }
    const redeemed = web.shares.redeem({ sessionId, secret, address: caller.address })
    if (!redeemed.ok) {
      await noteAttempt(web, { by, turnedAway: redeemed.error.code === 'rate-limited' }, { action: 'share-open-failed', sessionId })
      return redeemed
    }
    const { cookieValue, shareId, share } = redeemed.value
    await web.audit.write({ by, action: 'share-open', sessionId, shareId })
    const { cookie, https } = caller.credentials
    const maxAgeS = Math.max(1, Math.floor((share.expiresAtMs - web.clock.nowMs()) / 1000))
    caller.setCookies.push(...clearSurplusShares(cookie, { shareId, https }), setShareCookie({ shareId, value: cookieValue }, { maxAgeS, https }))
    return ok<RedeemedShare>({ shareId, sessionId: share.sessionId, scope: share.scope, expiresAtMs: share.expiresAtMs, by: share.by })
  },
})
