/** A run's tool and its view belong together; TypeScript cannot follow that through a union, so the correlation is stated here, once. */
import type { SessionEvent, ToolId } from '#lib/protocol/events.ts'
import type { RunId } from '#lib/protocol/ids.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { SHOWN_TOOLS } from '#lib/tools/shown.ts'
import type { ShownTool } from '#lib/tools/tool.ts'
import type { RunView } from './view.ts'

type AnyView = RunView['view']
type RunFacts = Omit<RunView, 'view' | 'tool'> & { tool: ToolId }

/** Guarantee: whoever uses it hands only options and views of this same tool. */
const toolOf = (tool: ToolId): ShownTool<object, AnyView> => SHOWN_TOOLS[tool]

/** Guarantee: `view` was made by the fold of `run.tool`. */
const asRun = (run: RunFacts, view: AnyView): RunView => ({ ...run, view }) as unknown as RunView

interface RunStart { runId: RunId; tool: ToolId; target: PinnedTarget; options: Record<string, unknown> }

/**
 * Options in a log were checked by the tool's own decoder before they were written, so they decode again. A log from a
 * build whose ranges were wider still opens: then the tool's defaults stand in, and only the drawing depends on them.
 */
function contextOf({ runId, tool, target, options }: RunStart): { runId: RunId; target: PinnedTarget; options: object } {
  const { decodeOptions } = toolOf(tool)
  for (const raw of [options, {}]) {
    const decoded = decodeOptions(raw)
    if (decoded.ok) return { runId, target, options: decoded.value }
  }
  throw new Error(`${tool}: an empty option set must decode`)
}

/** The run with the view of nothing measured yet. */
export const beginRun = (run: RunFacts): RunView => asRun(run, toolOf(run.tool).fold.empty(contextOf(run)))

/** Applies one event to the run's own view, in place. */
export function applyToTool(run: RunView, event: SessionEvent): void {
  toolOf(run.tool).fold.apply(run.view, event)
}

/** JSON-safe form of the run's view. */
export const encodeView = (run: RunView): unknown => toolOf(run.tool).fold.encode(run.view)

/** The run with the view that `encodeView` wrote; throws where the tool's fold did not write it. */
export const decodeRun = (run: RunFacts & { view: unknown }): RunView => asRun(run, toolOf(run.tool).fold.decode(run.view, contextOf(run)))

/** A run that goes on from the same point and shares nothing that a later event changes. */
export const copyRun = (run: RunView): RunView => asRun(run, toolOf(run.tool).fold.copy(run.view))
