/** What dig 9.18 prints for a make-believe answer, with the switches of our command line. */

export interface Query { server: string; port: number; name: string; type: string; recurse: boolean; checking: boolean; tcp: boolean }

/** Records as zone-file lines: `www.example. 300 IN A 192.0.2.1`. */
export interface Said {
  status?: string
  flags?: string
  answers?: readonly string[]
  authority?: readonly string[]
  additional?: readonly string[]
  ms?: number
  /** The answer over UDP was cut, and dig asked again over TCP. */
  cut?: true
}
/** cut: over UDP, and then nothing came over TCP. mute: dig prints nothing of it and ends with 9. */
export type Answer = Said | 'timeout' | 'refused' | 'cut' | 'mute'

/** The questions of a command line. */
export function queriesOf(args: readonly string[]): Query[] {
  const server = args.find((arg) => arg.startsWith('@'))?.slice(1) ?? ''
  const common = { server, port: Number(args[args.indexOf('-p') + 1]), recurse: !args.includes('+norecurse'), checking: !args.includes('+cd'), tcp: args.includes('+tcp') }
  const at = args.flatMap((arg, index) => (arg === '-q' ? [index] : []))
  return at.map((index) => ({ ...common, name: args[index + 1] ?? '', type: args[index + 3] ?? '' }))
}

export function digSays(query: Query, answer: Answer): string {
  const { server, port, name, type, tcp } = query
  const to = `${server}#${port}`
  if (answer === 'mute') return ''
  if (answer === 'timeout') return `;; communications error to ${to}: timed out\n;; no servers could be reached\n`
  if (answer === 'refused') return `;; communications error to ${to}: connection refused\n;; no servers could be reached\n`
  if (answer === 'cut') return `;; Truncated, retrying in TCP mode.\n;; communications error to ${to}: timed out\n;; no servers could be reached\n`
  const { status = 'NOERROR', answers = [], authority = [], additional = [], ms = 3, cut } = answer
  const flags = answer.flags ?? (query.recurse ? 'qr rd ra' : 'qr aa')
  const section = (title: string, records: readonly string[]): string => (records.length === 0 ? '' : `;; ${title} SECTION:\n${records.join('\n')}\n\n`)
  return `${cut ? ';; Truncated, retrying in TCP mode.\n' : ''};; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: 4711
;; flags: ${flags}; QUERY: 1, ANSWER: ${answers.length}, AUTHORITY: ${authority.length}, ADDITIONAL: ${additional.length + 1}

;; OPT PSEUDOSECTION:
; EDNS: version: 0, flags:; udp: 1232
;; QUESTION SECTION:
;${name === '.' ? '.' : `${name}.`}\t\tIN\t${type}

${section('ANSWER', answers)}${section('AUTHORITY', authority)}${section('ADDITIONAL', additional)};; Query time: ${ms} msec
;; SERVER: ${to}(${server}) (${tcp || cut ? 'TCP' : 'UDP'})
;; WHEN: Sun Nov 22 11:52:00 UTC 2026
;; MSG SIZE  rcvd: 131

`
}
