/** Whether a later run asked the same again: then its word counts, and what the earlier one found ends with it or goes on there. */
import { isDns, isReach } from '#lib/session/runs.ts'
import type { RunView, SessionView } from '#lib/session/view.ts'

/** Options that say what is asked, of whom; the rest say how often. */
const ASKED = ['server', 'port', 'checkPort', 'depth'] as const

export function isSuperseded({ runs }: Pick<SessionView, 'runs'>, run: RunView): boolean {
  if (!isDns(run) && !isReach(run)) return false
  return runs.slice(runs.indexOf(run) + 1).some((later) => later.tool === run.tool && later.target.host === run.target.host && asksTheSame(run, later) && knowsEnough(later))
}

function asksTheSame(run: RunView, later: RunView): boolean {
  if (isDns(run)) return isDns(later) && run.view.types.every((type) => later.view.types.includes(type)) && ASKED.every((option) => same(run, later, option)) && ['authorities', 'publicServers', 'walk'].every((option) => asksMore(run, later, option))
  return isReach(run) && isReach(later) && run.view.port === later.view.port && same(run, later, 'depth')
}

const same = (run: RunView, later: RunView, option: string): boolean => (run.options[option] ?? null) === (later.options[option] ?? null)
/** A yes-or-no option that adds servers: the later run asks at least as many. */
const asksMore = (run: RunView, later: RunView, option: string): boolean => same(run, later, option) || later.options[option] === 'yes' || (option === 'authorities' && later.options[option] === undefined)

function knowsEnough(run: RunView): boolean {
  if (isDns(run)) return run.view.rounds > 0
  return isReach(run) && run.view.addresses.length > 0 && run.view.addresses.every(({ last }) => last !== null) && (run.view.checked || run.options['depth'] === 'tcp' || run.endedAtMs !== null)
}
