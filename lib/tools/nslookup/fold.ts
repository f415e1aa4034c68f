/** The fold of nslookup: what was answered, in order. Deterministic and bounded. */
import type { EventOf, SessionEvent } from '#lib/protocol/events.ts'
import { fields, isCount, isNumber, isText, isWhole, listOf, nullOr, oneOf } from '#lib/protocol/shape.ts'
import { isDnsReply } from '../dns/dig/shape.ts'
import type { ToolFold } from '../tool.ts'
import type { NslookupOptions } from './options.ts'
import type { NslookupView } from './view.ts'

/** More than nslookup prints for one name and a search list: what a log beyond that holds is not kept. */
const REPLIES_KEPT = 32
const ATTEMPTS_KEPT = 128

type Reply = NslookupView['replies'][number]
type Attempt = NslookupView['attempts'][number]
interface NslookupState extends NslookupView { replies: Reply[]; attempts: Attempt[] }

export const nslookupFold: ToolFold<NslookupOptions, NslookupView> = {
  empty: () => ({ replies: [], attempts: [], fatal: null, revision: 0 }),
  apply: (view, event) => applyNslookup(asState(view), event),
  encode: (view) => ({ version: VERSION, view: copyOf(view) }),
  decode(snapshot) {
    if (!isSnapshot(snapshot)) throw new Error('not an nslookup snapshot of this form')
    return copyOf(snapshot.view)
  },
  copy: (view) => copyOf(view),
}

const VERSION = 1

const isSnapshot = fields({
  version: oneOf(VERSION),
  view: fields({
    replies: atMost(REPLIES_KEPT, listOf(fields({ line: isWhole, name: isText, type: nullOr(isText), serverName: nullOr(isText), reply: isDnsReply, atMs: isNumber }))),
    attempts: atMost(ATTEMPTS_KEPT, listOf(fields({ line: isWhole, server: isText, error: isText, text: isText, atMs: isNumber }))),
    fatal: nullOr(fields({ error: isText, text: isText, atMs: isNumber })),
    revision: isCount,
  }),
})

function atMost<T>(most: number, shape: (value: unknown) => value is T[]): (value: unknown) => value is T[] {
  return (value): value is T[] => shape(value) && value.length <= most
}

/** Guarantee: every view this fold is handed was made by `empty`, `decode` or `copy` above. */
const asState = (view: NslookupView): NslookupState => view as NslookupState

/** What is in the lists is written once and never changed, so copies share it. */
const copyOf = ({ replies, attempts, fatal, revision }: NslookupView): NslookupState => ({ replies: [...replies], attempts: [...attempts], fatal, revision })

function applyNslookup(view: NslookupState, event: SessionEvent): void {
  switch (event.kind) {
    case 'nslookup.reply':
      if (view.replies.length >= REPLIES_KEPT) return
      view.replies.push(replyOf(event))
      break
    case 'nslookup.attempt':
      if (view.attempts.length >= ATTEMPTS_KEPT) return
      view.attempts.push(attemptOf(event))
      break
    case 'nslookup.fatal':
      if (view.fatal !== null) return
      view.fatal = { error: event.error, text: event.text, atMs: event.atMs }
      break
    default:
      return
  }
  view.revision++
}

const replyOf = ({ line, name, type, serverName, reply, atMs }: EventOf<'nslookup.reply'>): Reply => ({ line, name, type, serverName, reply, atMs })
const attemptOf = ({ line, server, error, text, atMs }: EventOf<'nslookup.attempt'>): Attempt => ({ line, server, error, text, atMs })
