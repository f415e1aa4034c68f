/** What a run is called on pages, in lists and in texts. */
import { SHOWN_TOOLS } from '#lib/tools/shown.ts'
import { isPath, isPmtu } from './runs.ts'
import type { RunView } from './view.ts'

/** `ICMP`, `UDP`, `TCP :443`; null for a tool that knows only one kind of probe. */
export function protocolOf(run: RunView): string | null {
  if (!isPath(run)) return null
  const { protocol, port } = run.view
  return port === null ? protocol.toUpperCase() : `${protocol.toUpperCase()} :${port}`
}

/** `Ping`, `mtr TCP :443`, `Path MTU`. */
export function runName(run: RunView): string {
  const protocol = protocolOf(run)
  return protocol === null ? SHOWN_TOOLS[run.tool].label : `${SHOWN_TOOLS[run.tool].label} ${protocol}`
}

/** The same with what the run came to where that is one number: `Path MTU 1500`. */
export function runTitle(run: RunView): string {
  const mtu = isPmtu(run) ? run.view.result?.mtu ?? null : null
  return mtu === null ? runName(run) : `${runName(run)} ${mtu}`
}
