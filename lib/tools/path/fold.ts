/** The fold of every path tool. */
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { ParserContext, ToolFold } from '../tool.ts'
import type { PathSettings } from './settings.ts'
import type { PathView } from './view.ts'

/** A fold for one tool; `settings` reads what the fold needs from that tool's options. */
export function pathFold<Options>(settings: (context: ParserContext<Options>) => PathSettings): ToolFold<Options, PathView> {
  return {
    empty: (context) => emptyPath(context.target.address, settings(context)),
    apply(view: PathView, event: SessionEvent) { if (event.kind === 'run.ended') view.ended = true },
    encode: (view) => view,
    decode: (_, context) => emptyPath(context.target.address, settings(context)),
    copy: (view) => ({ ...view }),
  }
}

function emptyPath(address: string, settings: PathSettings): PathView {
  return {
    address, ...settings,
    counts: { sent: 0, judged: 0, answered: 0, lost: 0, late: 0, awaited: 0 },
    hops: [], targetTtl: null, targetTtls: [], overshoot: 0, epochs: [], names: new Map(), stage: null, notices: [], fatal: null,
    ended: false, firstSentMs: NaN, lastSentMs: NaN, revision: 0,
  }
}
