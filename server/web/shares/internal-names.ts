/** Which names tell something about a private network, as it becomes known: by their suffix, by what they resolved to, by the domain they belong to. */
import { isIP } from 'node:net'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { judgeOctets, judgeV6 } from './internal-address.ts'
import { namesPattern, suffixPattern } from './redact-text.ts'

const USUAL = ['internal', 'local', 'lan', 'corp', 'home', 'intranet', 'private', 'localdomain', 'localhost', 'home.arpa']
const SINGLE_LABEL = /^[\p{L}\p{N}_-]{1,63}$/u
/** What can stand where a host name is expected. */
export const HOST = /^[\p{L}\p{N}_.-]{1,253}$/u
const MOST_NAMES = 2000
const MOST_SUFFIXES = 300

export const isInternalAddress = (text: string): boolean => {
  const bare = text.replace(/%.*$/s, '')
  return isIP(bare) !== 0 && (judgeV6(bare) ?? judgeOctets(bare.split('.')))?.internal === true
}

type NamedTarget = Pick<PinnedTarget, 'host' | 'unicodeHost' | 'address' | 'addresses'>

/** Everything that is known to be an internal name, as it grows. */
export class InternalNames {
  readonly #names = new Set<string>()
  readonly #list: Set<string>
  readonly #all: boolean
  readonly #targets = new Set<string>()
  #suffixes: RegExp
  /** A copy without `g`: testing must not move the place where the next search in a text begins. */
  #suffixTest: RegExp
  #pattern: RegExp | null = null
  /** Names came since the pattern was made. */
  #stale = false
  #version = 0

  /** `suffixes`: besides the usual ones. */
  constructor(suffixes: readonly string[], all: boolean) {
    this.#list = new Set([...USUAL, ...suffixes.map((suffix) => suffix.toLowerCase().replace(/^\.|\.$/g, ''))])
    this.#suffixes = suffixPattern([...this.#list])
    this.#suffixTest = new RegExp(this.#suffixes.source, 'iu')
    this.#all = all
  }

  /** True when there are too many to search for; free text is withheld then. */
  get overflowed(): boolean {
    return this.#names.size > MOST_NAMES || this.#list.size > MOST_SUFFIXES
  }

  /** Whole names; null for none. */
  get pattern(): RegExp | null {
    if (this.#stale) this.#pattern = namesPattern(this.#names)
    this.#stale = false
    return this.#pattern
  }

  /** Names under an internal suffix. */
  get suffixes(): RegExp {
    return this.#suffixes
  }

  /** Raised whenever something became known. */
  get version(): number {
    return this.#version
  }

  /** Takes a name in whatever a name field holds (`db1`, `db1:5432`, `DB1.corp.`); ignores addresses and public names. */
  learn(text: string, certain = false): void {
    const name = plain(text)
    if (!isName(name) || this.#names.has(name) || this.overflowed) return
    if (!certain && !this.#all && !SINGLE_LABEL.test(name) && !this.#hasSuffix(name)) return
    this.#names.add(name)
    const first = name.split('.')[0] ?? ''
    if (first.length >= 3 && !/^[0-9]+$/.test(first)) this.#names.add(first)
    this.#stale = true
    this.#version += 1
  }

  /** Every name that ends so is internal: a search domain. */
  learnSuffix(text: string): void {
    const suffix = plain(text)
    if (!isName(suffix) || suffix.endsWith('.arpa') || this.#list.has(suffix) || this.overflowed) return
    this.#list.add(suffix)
    this.#suffixes = suffixPattern([...this.#list])
    this.#suffixTest = new RegExp(this.#suffixes.source, 'iu')
    this.#version += 1
    if (SINGLE_LABEL.test(suffix)) this.learn(suffix, true)
  }

  /**
   * A name that was shown to lead to a private address, by name servers: with it goes its domain (the last two labels), because their answers speak
   * of the zone, its name servers, and other names in it.
   */
  learnDomainOf(text: string): void {
    const name = plain(text)
    this.learn(name, true)
    if (isName(name) && name.includes('.') && !this.#hasSuffix(name)) this.learnSuffix(name.split('.').slice(-2).join('.'))
  }

  learnTarget(target: NamedTarget, withDomain = false): void {
    const certain = isInternalAddress(target.address) || target.addresses.some(isInternalAddress)
    for (const name of [target.host, target.unicodeHost]) {
      if (name === undefined) continue
      this.#targets.add(plain(name))
      this.learn(name, certain)
      if (certain && withDomain) this.learnDomainOf(name)
    }
  }

  /** A name that was asked for: what stands behind the name of a target is a search domain of the vantage. */
  learnAsked(text: string): void {
    const name = plain(text)
    for (const target of this.#targets) if (target !== '' && name.startsWith(`${target}.`)) this.learnSearch(name.slice(target.length + 1))
  }

  /** A search domain says where the vantage is at home; one that a public target lies in says no more than that target. */
  learnSearch(text: string): void {
    const domain = plain(text)
    const told = [...this.#targets].some((target) => (target === domain || target.endsWith(`.${domain}`)) && !this.isInternal(target))
    if (!told) this.learnSuffix(domain)
  }

  isInternal(text: string): boolean {
    const name = plain(text)
    return this.#names.has(name) || (isName(name) && SINGLE_LABEL.test(name)) || this.#hasSuffix(name)
  }

  #hasSuffix(name: string): boolean {
    return this.#suffixTest.test(name)
  }
}

/** Lower case, without port and trailing dot. */
const plain = (text: string): string => text.toLowerCase().replace(/:[0-9]{1,5}$/, '').replace(/\.$/, '')
const isName = (name: string): boolean => HOST.test(name) && isIP(name) === 0 && !/^[0-9.]+$/.test(name)
