/** A problem as a title and what follows it. Pure. */
import type { Problem } from '#lib/protocol/result.ts'

const NOTHING_SENT = 'No packet was sent.'

/** The first sentence is the title (addresses hold dots, but no dot before a space). What the sentences leave out is added: the rule, when to try again, that nothing was sent. */
export function problemWords({ code, message, rule, retryAfterS }: Problem): { title: string; text: string } {
  const end = message.indexOf('. ')
  const title = end < 0 ? message : message.slice(0, end + 1)
  const rest = end < 0 ? '' : message.slice(end + 2)
  const more = [
    rest,
    rule !== undefined && !isNamed(rule, message) && `It is ${rule} of the target policy.`,
    retryAfterS !== undefined && !message.includes(`${retryAfterS} s`) && `Try again in ${retryAfterS} s.`,
    code === 'target-refused' && !message.includes(NOTHING_SENT) && NOTHING_SENT,
  ]
  return { title, text: more.filter(Boolean).join(' ') }
}

/** The message may already say the rule, as its number and its range apart. */
function isNamed(rule: string, message: string): boolean {
  return rule.split(': ').every((part) => message.toLowerCase().includes(part.trim().toLowerCase()))
}
