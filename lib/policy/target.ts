/** What a person typed or pasted, understood as exactly one host, or refused with the reason and what to type instead. */
import { TARGET_TEXT_MAX } from '#lib/protocol/requests.ts'
import type { Result } from '#lib/protocol/result.ts'
import type { ParsedTarget } from '#lib/protocol/target.ts'
import { codePointName, findBadCharacter, quote } from './characters.ts'
import { joinContinuedLines, looksLikeCommand, parseCommand } from './command.ts'
import { looksLikeUrl, parsePlain, parseUrl } from './endpoint.ts'
import { refuseTarget } from './host.ts'

/**
 * Understands a host, host:port, URL, or pasted curl, ssh or ping command. Pure, linear, resolves nothing.
 * Fails with `target-invalid`. `parseTarget(value.host)` gives the same host again.
 */
export function parseTarget(text: string): Result<ParsedTarget> {
  if (text.length > TARGET_TEXT_MAX) return refuseTarget(`The text has ${text.length} characters; ${TARGET_TEXT_MAX} are read at most. Type only the host.`)
  const joined = joinContinuedLines(text)
  const bad = findBadCharacter(joined)
  if (bad) return refuseTarget(`Character ${bad.at} (${codePointName(bad.codePoint)}) ${bad.what}, and no host name holds it. Type the host by hand instead of pasting it.`)
  const line = joined.replace(/^ +/, '').replace(/(?<! ) +$/, '')
  if (line === '') return refuseTarget('Nothing was typed. Type a name such as example.com, an address, or paste a URL.')
  if (looksLikeCommand(line)) return parseCommand(line)
  if (/^[-+@\u2010-\u2015\u2212]/u.test(line)) return refuseTarget(`${quote(line)} begins like an option. Options are set in the form; type only the host here.`)
  if (line.includes(' ')) return refuseTarget('A host holds no spaces. Type one name or address; options are set in the form.')
  return looksLikeUrl(line) ? parseUrl(line) : parsePlain(line)
}
