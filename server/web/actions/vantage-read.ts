/** The vantage and its tools, as of its last self-test. */
import { Nothing } from '#lib/protocol/requests.ts'
import { ok } from '#lib/protocol/result.ts'
import { defineAction } from '../guard.ts'

export const vantageRead = defineAction({
  name: 'vantage.read', verb: 'vantage:read', decode: Nothing,
  async run({ web }) {
    return ok({ online: web.vantage.online(), facts: web.vantage.facts() })
  },
})
