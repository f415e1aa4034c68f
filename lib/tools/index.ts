/** The registry: one line a tool. */
import { ping } from './ping/index.ts'
import type { PingView } from './ping/view.ts'

export const TOOLS = { ping } as const

/** Folded view of each tool. */
export interface ToolViews { ping: PingView }
