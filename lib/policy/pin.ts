/** From a parsed target and what it resolved to, the one literal that will be probed, or the reason why none will be. */
import type { Resolution } from '#lib/protocol/link.ts'
import { fail, ok, type Problem, type Result } from '#lib/protocol/result.ts'
import type { AddressVerdict, Family, ParsedTarget, PinnedTarget } from '#lib/protocol/target.ts'
import { formatAddress, isLinkLocal, parseAddress, type Address } from './address.ts'
import { judgeAddress, judgeName, type Policy } from './policy.ts'

export interface PinRequest {
  parsed: ParsedTarget
  /** The vantage's answer for `parsed.host`. Null is fine for a literal without a zone. */
  resolution: Resolution | null
  policy: Policy
  /** Absent: IPv4 first. */
  family?: Family | undefined
}

/** Must the vantage be asked before this can be pinned? Names, and literals whose zone only the vantage can check. */
export const needsResolution = (parsed: ParsedTarget): boolean => parsed.kind === 'name' || parsed.zone !== undefined

const NOTHING_SENT = 'No packet was sent.'
const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Both halves of a refusal: the rule, and that nothing left the host. */
function refused(what: string, verdict: { rule: string; reason: string }, more = ''): Result<never> {
  const [number = '', about = ''] = verdict.rule.split(': ', 2)
  const message = `${what} is not an allowed target. ${sentenceCase(number)} of the target policy refuses ${about}: ${verdict.reason}. ${NOTHING_SENT}${more}`
  return fail({ code: 'target-refused', field: 'target', rule: verdict.rule, message })
}

const unresolved = (field: string, message: string): Result<never> => fail({ code: 'target-unresolved', field, message: `${message} ${NOTHING_SENT}` } satisfies Problem)

/**
 * Judges the name and ALL answers, and pins one. Fails with `target-refused` (with `rule`) if any answer is denied,
 * with `target-unresolved` where there is no address, or none of the wanted family (`field: family`).
 */
export function pinTarget({ parsed, resolution, policy, family }: PinRequest): Result<PinnedTarget> {
  if (parsed.kind === 'name') {
    const verdict = judgeName(policy, parsed.host)
    if (!verdict.allowed) return refused(parsed.host, verdict)
  }
  const texts = answersFor(parsed, resolution)
  if (!texts.ok) return texts
  const verdicts = texts.value.map((text) => judgeAddress(policy, text))
  const denied = verdicts.find((verdict) => !verdict.allowed)
  if (denied) return refused(denied.address, denied, parsed.kind === 'name' ? ` ${parsed.host} resolved to it.` : '')
  const addresses = verdicts.map((verdict) => parseAddress(verdict.address)).filter((address) => address !== null)
  const chosen = choose({ parsed, resolution, addresses, family })
  if (!chosen.ok) return chosen
  return ok(pinned(parsed, resolution, { chosen: chosen.value, verdicts }))
}

function answersFor(parsed: ParsedTarget, resolution: Resolution | null): Result<string[]> {
  if (resolution !== null && resolution.host !== parsed.host) {
    return fail({ code: 'internal', message: `The answer of the vantage is for ${resolution.host}, not for ${parsed.host}. ${NOTHING_SENT} Please report this.` })
  }
  if (!needsResolution(parsed)) return ok([parsed.host])
  if (resolution === null) return unresolved('target', `${parsed.host} has not been checked by the vantage yet.`)
  if (resolution.addresses.length === 0) return unresolved('target', `${parsed.host} has no address: ${resolution.by} knows none.`)
  return ok(resolution.addresses.map(({ address }) => address))
}

interface Choice { parsed: ParsedTarget; resolution: Resolution | null; addresses: readonly Address[]; family: Family | undefined }

function choose({ parsed, resolution, addresses, family }: Choice): Result<Address> {
  const usable = addresses.filter((address) => !isLinkLocal(address) || address.zone !== undefined)
  const found = family === undefined
    ? usable.find((address) => address.family === 4) ?? usable[0]
    : usable.find((address) => address.family === family)
  if (found) return ok(found)
  if (usable.length === 0) return unresolved('target', `${parsed.host} has only link-local addresses, which need an interface. Type one of them with its interface, as in fe80::1%eth0.`)
  const other = family === 4 ? 6 : 4
  if (parsed.kind !== 'name') return unresolved('family', `${parsed.host} is an IPv${other} address, and IPv${family} was asked for. Choose IPv${other}.`)
  const silent = resolution?.unanswered?.find((part) => part.family === family)
  if (silent) return unresolved('family', `Whether ${parsed.host} has an IPv${family} address is not known: ${silent.why} Try again, or choose IPv${other}.`)
  return unresolved('family', `${parsed.host} has no IPv${family} address; ${resolution?.by ?? 'the vantage'} knows only IPv${other} ones. Choose IPv${other}.`)
}

function pinned(parsed: ParsedTarget, resolution: Resolution | null, judged: { chosen: Address; verdicts: readonly AddressVerdict[] }): PinnedTarget {
  return {
    host: parsed.host,
    ...(parsed.unicodeHost === undefined ? {} : { unicodeHost: parsed.unicodeHost }),
    ...(parsed.port === undefined ? {} : { port: parsed.port }),
    address: formatAddress(judged.chosen),
    family: judged.chosen.family,
    addresses: judged.verdicts.map((verdict) => verdict.address),
    ...(resolution === null || parsed.kind !== 'name' ? {} : { resolvedBy: resolution.by, resolveMs: resolution.ms }),
  }
}
