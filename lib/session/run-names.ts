/** What a run is called on pages, in lists and in texts. */
import { SHOWN_TOOLS } from '#lib/tools/shown.ts'
import { isNslookup, isPath, isPmtu, isReach } from './runs.ts'
import type { RunView } from './view.ts'

/** `ICMP`, `UDP`, `TCP :443`; of Reach its port, of nslookup what it asks and whom; null for a tool that knows only one kind of probe. */
export function protocolOf(run: RunView): string | null {
  if (isReach(run)) return `:${run.view.port}`
  if (isNslookup(run)) return asked(run.options)
  if (!isPath(run)) return null
  const { protocol, port } = run.view
  return port === null ? protocol.toUpperCase() : `${protocol.toUpperCase()} :${port}`
}

/** `MX @10.0.0.53`; null where the defaults are asked. */
function asked({ recordType, server }: Record<string, unknown>): string | null {
  const words = [typeof recordType === 'string' && recordType !== 'default' && recordType, typeof server === 'string' && server !== '' && `@${server}`].filter((word): word is string => typeof word === 'string')
  return words.length === 0 ? null : words.join(' ')
}

/** `Ping`, `mtr TCP :443`, `Path MTU`, `Reach :443`, `nslookup MX`. */
export function runName(run: RunView): string {
  const protocol = protocolOf(run)
  return protocol === null ? SHOWN_TOOLS[run.tool].label : `${SHOWN_TOOLS[run.tool].label} ${protocol}`
}

/** The address that a run is about; of a name without one the name. */
export const placeOf = ({ target }: Pick<RunView, 'target'>): string => target.address || target.host

/** The same with what the run came to where that is one number: `Path MTU 1500`. */
export function runTitle(run: RunView): string {
  const mtu = isPmtu(run) ? run.view.result?.mtu ?? null : null
  return mtu === null ? runName(run) : `${runName(run)} ${mtu}`
}
