/** The server's clock, for the round trip and offset in the status bar. */
import { Nothing } from '#lib/protocol/requests.ts'
import { ok } from '#lib/protocol/result.ts'
import { defineAction } from '../guard.ts'

export const clock = defineAction({
  name: 'clock', verb: 'session:read', decode: Nothing,
  async run({ web }) {
    return ok({ nowMs: web.clock.nowMs() })
  },
})
