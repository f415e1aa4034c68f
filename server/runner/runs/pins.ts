/** Whom a run that plans itself may talk to: its own target and what it had pinned, each address judged by policy. */
import { formatAddress, parseAddress } from '#lib/policy/address.ts'
import { needsResolution, pinTarget } from '#lib/policy/pin.ts'
import { judgeName, type Policy } from '#lib/policy/policy.ts'
import { parseTarget } from '#lib/policy/target.ts'
import type { Resolution } from '#lib/protocol/link.ts'
import { fail, type Result } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { RunSpec, RunWorld } from './run-spec.ts'

/** Hosts of one move. */
export const HOSTS_MAX = 32
/** Addresses of one run: whoever answers for a name could make up new ones without end. */
export const ADDRESSES_MAX = 4096
/** Look-ups of one run at once. */
const AT_ONCE = 8

export class Pins {
  readonly #world: RunWorld
  readonly #known: Set<string>
  #isClosed = false

  constructor({ target, world }: Pick<RunSpec, 'target' | 'world'>) {
    this.#world = world
    this.#known = new Set([target.address, ...target.addresses].map(canonical))
  }

  /** Policy's word on every host, by host as it was asked. Hosts beyond `HOSTS_MAX` are refused without being looked at. */
  async pinAll(hosts: readonly string[]): Promise<Map<string, Result<PinnedTarget>>> {
    const wanted = [...new Set(hosts)]
    const answers = new Map<string, Result<PinnedTarget>>(wanted.map((host) => [host, tooMany()]))
    const queue = wanted.slice(0, HOSTS_MAX)
    const lane = async (): Promise<void> => {
      for (let host = queue.shift(); host !== undefined && !this.#isClosed; host = queue.shift()) {
        answers.set(host, this.#learn(await this.#world.pin(host)))
      }
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, queue.length) }, lane))
    return answers
  }

  #learn(answer: Result<PinnedTarget>): Result<PinnedTarget> {
    if (!answer.ok) return answer
    const found = answer.value.addresses.map(canonical).filter((address) => !this.#known.has(address))
    if (this.#known.size + found.length > ADDRESSES_MAX) return fail({ code: 'busy', field: 'target', message: `This run has met ${this.#known.size} addresses, and asks nobody new any more. No packet was sent. Start it again to go on.` })
    for (const address of found) this.#known.add(address)
    return answer
  }

  /** Why nothing may be sent to this literal address, in a sentence; null: it may. */
  refusal(address: string): string | null {
    const verdict = this.#world.judge(address)
    if (!verdict.allowed) return `The target policy refuses ${verdict.address} (${verdict.rule}): ${verdict.reason}. No packet was sent.`
    return this.#known.has(canonical(address)) ? null : `Nobody has looked up or judged ${verdict.address} in this run. No packet was sent. This is a bug in Hopscope.`
  }

  /** The run is over: look-ups that have not begun do not begin. */
  close(): void { this.#isClosed = true }
}

/** Resolves one host where it must be, and judges the name and every answer. */
export async function pinHost(host: string, { policy, resolve }: { policy: Policy; resolve(host: string): Promise<Result<Resolution>> }): Promise<Result<PinnedTarget>> {
  const parsed = parseTarget(host)
  if (!parsed.ok) return parsed
  if (parsed.value.port !== undefined || (parsed.value.reducedFrom !== undefined && parsed.value.kind !== 'ipv4')) {
    return fail({ code: 'target-invalid', field: 'target', message: 'This is more than one host name or address. No packet was sent.' })
  }
  // A name that policy refuses is not even asked for.
  const isAsked = needsResolution(parsed.value) && (parsed.value.kind !== 'name' || judgeName(policy, parsed.value.host).allowed)
  if (!isAsked) return pinTarget({ parsed: parsed.value, resolution: null, policy })
  const resolution = await resolve(parsed.value.host)
  return resolution.ok ? pinTarget({ parsed: parsed.value, resolution: resolution.value, policy }) : resolution
}

function canonical(text: string): string {
  const address = parseAddress(text)
  return address === null ? text : formatAddress(address)
}

const tooMany = (): Result<never> => fail({ code: 'busy', field: 'target', message: `Hopscope looks up ${HOSTS_MAX} hosts at a time; this one was not looked at. No packet was sent.` })
