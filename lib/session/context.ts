/** What a tool's fold is told of its run. */
import type { RunId } from '#lib/protocol/ids.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { ToolId } from '#lib/protocol/events.ts'
import { SHOWN_TOOLS } from '#lib/tools/shown.ts'
import type { ParserContext } from '#lib/tools/tool.ts'

type OptionsOf<T extends ToolId> = Parameters<(typeof SHOWN_TOOLS)[T]['fold']['empty']>[0]['options']

/**
 * Options in a log were checked by the tool's own decoder before they were written, so they decode again. A log from a
 * build whose ranges were wider still opens: then the tool's defaults stand in, and only the drawing depends on them.
 */
export function toolContext<T extends ToolId>(tool: T, run: { runId: RunId; target: PinnedTarget; options: Record<string, unknown> }): ParserContext<OptionsOf<T>> {
  const decoded = SHOWN_TOOLS[tool].decodeOptions(run.options)
  const options = decoded.ok ? decoded.value : defaults(tool)
  return { runId: run.runId, target: run.target, options }
}

function defaults<T extends ToolId>(tool: T): OptionsOf<T> {
  const decoded = SHOWN_TOOLS[tool].decodeOptions({})
  if (!decoded.ok) throw new Error(`${tool}: an empty option set must decode`)
  return decoded.value
}
