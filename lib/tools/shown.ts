/** The registry as far as runs are shown: one line a tool. Pages import this one, so that no parser travels to a browser. */
import { pingShown } from './ping/shown.ts'

export const SHOWN_TOOLS = { ping: pingShown } as const
