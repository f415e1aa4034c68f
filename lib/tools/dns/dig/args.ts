/** The command line of dig that `DigReader` reads: one run of dig asks one server for every type. */

export interface DigQuestion {
  /** Literal address, judged by policy; a zone (`fe80::1%eth0`) where it has one. */
  server: string
  port: number
  /** Checked by the grammar of targets, or a name that an answer gave and `isAskable` let through. */
  name: string
  /** Each becomes a question of its own, in this order; record types of ours only. */
  types: readonly string[]
  /** dig knows whole seconds, at least one: rounded up. */
  timeoutMs: number
  /** Questions to a silent server before dig gives up. */
  tries: number
  /** False: RD is not set, as a resolver asks a name server of a zone. */
  recurse: boolean
  /** False: CD is set, so that a resolver hands out what it could not validate. */
  checking: boolean
  tcp: boolean
}

/**
 * Arguments after `dig`. Flags before the first `-q` hold for every question (dig copies its defaults into each). `-q` and `-t` say what is a name
 * and what a type, so that a host called `mx` or `any` is one; `-r` leaves ~/.digrc alone. dig asks the questions one after the other and
 * prints a reply, or that it got none, for each of them: at most `types.length * tries * timeout` seconds in all, `digLimitMs`.
 */
export function digArgs({ server, port, name, types, timeoutMs, tries, recurse, checking, tcp }: DigQuestion): string[] {
  const args = ['-r', `@${server}`, '-p', String(port), '+noall', '+comments', '+question', '+answer', '+authority', '+additional', '+stats']
  args.push(`+time=${seconds(timeoutMs)}`, `+tries=${tries}`)
  if (!recurse) args.push('+norecurse')
  if (!checking) args.push('+cd')
  if (tcp) args.push('+tcp')
  for (const type of types) args.push('-q', name, '-t', type)
  return args
}

/**
 * The longest that dig can take by itself: every question times out in every try, and one that was cut short is asked again over TCP.
 */
export const digLimitMs = ({ types, timeoutMs, tries, tcp }: Pick<DigQuestion, 'types' | 'timeoutMs' | 'tries' | 'tcp'>): number =>
  types.length * tries * seconds(timeoutMs) * 1000 * (tcp ? 1 : 2)

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000))

/** Letters, digits, `-` and `_` in labels of 1 to 63, 253 in all, or the root: what may stand on a command line, whoever the name came from. */
export function isAskable(name: string): boolean {
  if (name === '.') return true
  const bare = name.endsWith('.') ? name.slice(0, -1) : name
  return bare.length >= 1 && bare.length <= 253 && bare.split('.').every((label) => /^(?!-)[\w-]{1,63}$/.test(label))
}
