/** P-NOROUTE, P-CANTPROBE of a path-MTU run. */
import { fatalTrouble } from '../refusal.ts'
import type { PmtuRule } from '../rule.ts'

export const pmtuRefusal: PmtuRule = (facts) => fatalTrouble(facts, facts.pmtu.fatal)
