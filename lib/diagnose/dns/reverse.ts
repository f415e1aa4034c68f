/** Is the question of this run itself a reverse one? */
import type { DnsFacts } from '../rule.ts'

export const isReverse = ({ dns }: Pick<DnsFacts, 'dns'>): boolean => /\.(?:in-addr|ip6)\.arpa\.?$/i.test(dns.name)
