/** Make an API token of yours: scoped, expiring, shown once. */
import type { CreatedToken } from '#lib/protocol/api.ts'
import { CreateTokenRequest } from '#lib/protocol/requests.ts'
import { ok } from '#lib/protocol/result.ts'
import { auditBy } from '../audit-by.ts'
import { defineAction } from '../guard.ts'

export const tokenCreate = defineAction({
  name: 'token.create', verb: 'token:manage', decode: CreateTokenRequest,
  async run({ web, caller, principal }, { name, scopes, expiresInS }) {
    const made = web.tokens.create({ userId: principal.userId, name, scopes, expiresInS })
    if (!made.ok) return made
    const { token } = made.value
    try {
      await web.audit.write({ by: auditBy(principal, caller), action: 'token-create', tokenId: token.tokenId, scopes, expiresAtMs: token.expiresAtMs })
    } catch (error) {
      web.tokens.revoke(principal.userId, token.tokenId)
      throw error
    }
    return ok<CreatedToken>(made.value)
  },
})
