/** P-CANTPROBE of a reach run: the vantage's own firewall, or its limits, let nothing out. Never "down". */
import { cannotProbe, fatalTrouble } from '../refusal.ts'
import { NOTHING, type ReachRule } from '../rule.ts'
import { tried } from './shared.ts'

export const reachVantage: ReachRule = (facts) => {
  const fatal = fatalTrouble(facts, facts.reach.fatal)
  if (fatal.length > 0) return fatal
  const all = tried(facts)
  const [first] = all
  if (!first || !all.every(({ last }) => last.state === 'denied')) return NOTHING
  return [cannotProbe(facts, { text: `connect: ${first.last.code ?? 'EPERM'}`, count: all.reduce((sum, { counts }) => sum + counts.denied, 0), firstMs: first.sinceMs })]
}
