/** The runner's end of the link: dials web's socket, says hello, and dials again whenever the connection is lost. */
import { connect } from 'node:net'
import { LINK_VERSION, LinkRequest, type LinkReply } from '#lib/protocol/link.ts'
import type { VantageFacts } from '#lib/protocol/vantage.ts'
import { openChannel, type Channel } from './channel.ts'

const FIRST_RETRY_MS = 50
/** Dialling a socket of this machine costs nothing; a restart that waits for the next turn costs the people who look. */
const LAST_RETRY_MS = 500

export interface DialOptions {
  path: string
  /** What hello carries; asked at each connection. */
  facts(): VantageFacts
  onRequest(request: LinkRequest): void
  /** Web answered our hello in our version. */
  onUp(): void
  /** The link that was up is lost: whatever web asked for is over. */
  onDown(reason: string): void
  log(line: string): void
}

export interface DialledLink {
  /** False while the link is down: the frame is gone. */
  send(frame: LinkReply): boolean
  up(): boolean
  /** Sends what is queued, closes and stops dialling. */
  close(): Promise<void>
}

/** Dials until `close`. Waits 50 ms after the first failure and up to half a second after later ones. */
export function dialLink(options: DialOptions): DialledLink {
  let channel: Channel<LinkReply> | null = null
  let up = false
  let ended: (() => void) | null = null
  let retryMs = FIRST_RETRY_MS
  let timer: NodeJS.Timeout | null = null

  const receive = (frame: LinkRequest): void => {
    if (up) { options.onRequest(frame); return }
    if (frame.type !== 'hello') { channel?.close('Web did not say hello first.'); return }
    if (frame.version !== LINK_VERSION) {
      options.log(`link: web speaks version ${frame.version} and this runner version ${LINK_VERSION}; restart both from the same release`)
      channel?.close(`It speaks link version ${frame.version}, we speak ${LINK_VERSION}.`)
      return
    }
    up = true
    retryMs = FIRST_RETRY_MS
    options.onUp()
  }
  const lost = (reason: string): void => {
    const wasUp = up
    channel = null
    up = false
    if (wasUp) options.onDown(reason)
    if (ended !== null) { ended(); return }
    timer = setTimeout(dial, retryMs)
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)
  }
  function dial(): void {
    timer = null
    const socket = connect(options.path)
    channel = openChannel<LinkRequest, LinkReply>({ socket, decoder: LinkRequest, onFrame: receive, onClose: lost })
    channel.send({ type: 'hello', version: LINK_VERSION, facts: options.facts() })
  }
  dial()

  return {
    send: (frame) => up && channel !== null && channel.send(frame),
    up: () => up,
    close: () => new Promise((resolve) => {
      ended = resolve
      if (timer !== null) clearTimeout(timer)
      if (channel === null) resolve()
      else channel.close('The runner is stopping.')
    }),
  }
}
