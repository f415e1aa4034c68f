/** Who is calling: for scripts that test their token, and for pages after signing in. */
import { Nothing } from '#lib/protocol/requests.ts'
import type { Me } from '#lib/protocol/api.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import { defineAction } from '../guard.ts'

export const meRead = defineAction({
  name: 'me.read', verb: 'open', decode: Nothing,
  async run({ principal }) {
    if (principal.kind !== 'user') return fail({ code: 'not-signed-in', message: 'Nobody is signed in here. Sign in, or send an API token.' })
    const { userId, name, display, role } = principal
    return ok<Me>({ userId, name, display, role })
  },
})
