/** Which finding accounts for which: in one direction only, or two of them would explain each other away. */
import { expect, test } from 'vitest'
import { ACCOUNTS, type Accounts } from '#lib/diagnose/causes.ts'

const table: Readonly<Record<string, Accounts>> = ACCOUNTS
const below = (rule: string): readonly string[] => [...(table[rule]?.explains ?? []), ...(table[rule]?.settles ?? [])]

test.each(Object.keys(ACCOUNTS))('%s never comes back to itself', (rule) => {
  const seen = new Set<string>()
  const queue = [...below(rule)]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    queue.push(...below(next))
  }
  expect(seen.has(rule)).toBe(false)
})
