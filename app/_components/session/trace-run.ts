/** Which run traces a path over a protocol, here and now. */
import type { ToolId } from '#lib/protocol/events.ts'
import type { SessionView } from '#lib/session/view.ts'
import { DEFAULT_TCP_PORT } from '#lib/tools/path/fields.ts'
import type { PathProtocol } from '#lib/tools/path/view.ts'
import { isLive } from './mood.ts'

interface Trace { protocol: PathProtocol; target: { family: 4 | 6; port?: number | undefined } }

/**
 * mtr, which goes on; but an mtr over TCP must not run beside another one of its family (lib/tools/mtr/clash.ts), so while one does
 * TCP is traced once, by traceroute. The vantage refuses where another session's mtr is in the way.
 */
export function traceRun(view: Pick<SessionView, 'runs'>, { protocol, target }: Trace): { tool: ToolId; options: Record<string, unknown> } {
  if (protocol !== 'tcp') return { tool: 'mtr', options: { protocol } }
  const options = { protocol, port: target.port ?? DEFAULT_TCP_PORT }
  const busy = view.runs.some((run) => isLive(run) && run.target.family === target.family && (run.tool === 'mtr' || run.tool === 'pathping'))
  return busy ? { tool: 'traceroute', options: { ...options, queries: 5 } } : { tool: 'mtr', options }
}
