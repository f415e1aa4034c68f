/** Runs the vantage's self-tests again. */
import { Nothing } from '#lib/protocol/requests.ts'
import { defineAction } from '../guard.ts'

export const vantageCheck = defineAction({
  name: 'vantage.check', verb: 'vantage:check', decode: Nothing,
  run: ({ web }) => web.vantage.check(),
})
