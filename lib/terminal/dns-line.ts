/** How one line of dig, nslookup or getent reads, for the person who looks at it. The parsers of the tools do the measuring; this only explains. Pure, linear. */
import type { LineMark, ReadRow } from './line-mark.ts'

export interface NameLine { rows: readonly ReadRow[]; mark: LineMark }

const say = (value: string, rows: readonly (readonly [string, string | undefined])[] = [], mark: LineMark = null): NameLine =>
  ({ rows: [{ name: 'says', value }, ...rows.flatMap(([name, text]) => (text === undefined || text === '' ? [] : [{ name, value: text }]))], mark })

/** Longer lines are cut before they are matched. */
const LOOKED_AT = 600

interface Form { of: RegExp; read(found: readonly (string | undefined)[]): NameLine }

const STATUS_WORDS: Readonly<Record<string, string>> = {
  NOERROR: 'answered without an error', NXDOMAIN: 'the name does not exist', SERVFAIL: 'the server could not find out', REFUSED: 'the server does not answer this question from here', FORMERR: 'the server did not understand the question', NOTIMP: 'the server cannot do this',
}

/** Where a section begins. */
const SECTION = /^;; ([A-Z][A-Z ]{2,30}SECTION):$/

const RECORD = /^(\S{1,255})\s+(?:(\d{1,10})\s+)?(IN|CH|HS|ANY)\s+([A-Z][A-Z0-9-]{0,15}|TYPE\d{1,5})\s+(\S.*)$/

const FORMS: readonly Form[] = [
  { of: /^;; ->>HEADER<<- opcode: (\S{1,16}), status: (\S{1,16}), id: (\d{1,5})$/, read: ([, opcode, status = '', id]) => say(STATUS_WORDS[status] ?? 'the server’s word on the question', [['status', status], ['opcode', opcode], ['id', id]], status === 'NOERROR' || status === 'NXDOMAIN' ? null : 'error') },
  { of: /^;; flags:((?: [a-z]{2}){0,10});.{0,40}ANSWER: (\d{1,6})/, read: ([, flags, answers]) => say('flags and counts of the answer', [['flags', flags?.trim()], ['answers', answers]]) },
  { of: SECTION, read: ([, name]) => say(`begin of the ${(name ?? '').toLowerCase()}`) },
  { of: /^; EDNS: version: (\d+), flags:([^;]{0,20}); udp: (\d+)/, read: ([, version, flags, udp]) => say('EDNS of the answer', [['version', version], ['flags', flags?.trim()], ['udp', udp === undefined ? undefined : `${udp} bytes`]]) },
  { of: /^; EDE: (\d{1,5})(?: \(([^)]{0,80})\))?(?:: (.{0,200}))?/, read: ([, code, name, text]) => say('extended error: why the server could not do better', [['code', code], ['name', name], ['text', text]], 'error') },
  { of: /^; (COOKIE|CLIENT-SUBNET|NSID|PADDING): ?(.{0,120})/, read: ([, name]) => say(`EDNS option ${name ?? ''}`) },
  { of: /^;; Query time: (\d{1,9}) (msec|usec)$/, read: ([, time, unit]) => say('time from question to answer', [['time', `${time ?? ''} ${unit === 'usec' ? 'µs' : 'ms'}`]]) },
  { of: /^;; SERVER: (\S{1,160})(?: \((UDP|TCP|TLS|HTTPS?)\))?$/, read: ([, server, transport]) => say('who answered', [['server', server], ['over', transport]]) },
  { of: /^;; WHEN: (.{1,40})$/, read: ([, when]) => say('when the answer came, by the tool’s clock', [['when', when]]) },
  { of: /^;; MSG SIZE {2}rcvd: (\d{1,6})$/, read: ([, size]) => say('size of the answer', [['bytes', size]]) },
  { of: /^;; (?:communications error to|Connection to|UDP setup with) (\S{1,200}?):? .{0,300}$/, read: ([all = '', server]) => say(/timed out/.test(all) ? 'no answer from this server within the wait' : 'this server could not be asked', [['server', server]], /timed out/.test(all) ? 'lost' : 'error') },
  { of: /^;; (?:connection timed out; )?no servers could be reached$/, read: () => say('nobody answered the question', [], 'lost') },
  { of: /^;; (?:Got bad packet|ERROR): (.{1,120})$/, read: ([, why]) => say('what came is no answer', [['why', why]], 'error') },
  { of: /^;; Truncated, retrying in TCP mode\.$/, read: () => say('the answer did not fit into UDP: asked again over TCP') },
  { of: /^;; Got answer:$/, read: () => say('an answer came') },
  { of: /^; <<>> DiG (\S{1,60})/, read: ([, version]) => say('start of dig', [['version', version]]) },
  { of: /^;; (?:Warning|WARNING|warning)\b.{0,300}$/, read: () => say('the tool warns', [], 'error') },
  { of: /^;(\S{1,255})\s+(IN|CH|HS|ANY)\s+(\S{1,16})$/, read: ([, name, , type]) => say('the question', [['name', name], ['type', type]]) },
  { of: RECORD, read: ([, name, ttl, , type, value]) => say('a record', [['name', name], ['ttl', ttl === undefined ? undefined : `${ttl} s`], ['type', type], ['value', value]]) },
  { of: /^Server:\s+(\S{1,160})$/, read: ([, server]) => say('whom nslookup asked', [['server', server]]) },
  { of: /^Address:\s+(\S{1,64})#(\d{1,5})$/, read: ([, address, port]) => say('where that server is', [['address', address], ['port', port]]) },
  { of: /^Name:\s+(\S{1,255})$/, read: ([, name]) => say('the name that the next address is of', [['name', name]]) },
  { of: /^Address(?: \d{1,3})?:\s+(\S{1,64})$/, read: ([, address]) => say('an address', [['address', address]]) },
  { of: /^Non-authoritative answer:$/, read: () => say('what follows is from a cache, not from the zone’s own server') },
  { of: /^Authoritative answers can be found from:$/, read: () => say('whom to ask instead') },
  { of: /^\*\* server can't find (\S{1,300}): ([A-Z]{2,16})/, read: ([, name, status = '']) => say(STATUS_WORDS[status] ?? 'not found', [['name', name], ['status', status]], status === 'NXDOMAIN' ? null : 'error') },
  { of: /^\*\*\* Can't find (\S{1,300}): No answer/, read: ([, name]) => say('the name exists and has no record of this type', [['name', name]]) },
  { of: /^\*\*\* (.{1,200})$/, read: ([, text]) => say('the tool says', [['text', text]], 'error') },
  { of: /^(\S{1,255})\s+canonical name = (\S{1,255})$/, read: ([, name, value]) => say('an alias', [['name', name], ['value', value]]) },
  { of: /^(\S{1,255})\s+(nameserver|mail exchanger|text|name|service|hinfo|rdata_\d{1,5}) = (.{1,400})$/, read: ([, name, what, value]) => say('a record', [['name', name], ['kind', what], ['value', value]]) },
  { of: /^\t(origin|mail addr|serial|refresh|retry|expire|minimum) = (\S{1,255})$/, read: ([, what, value]) => say('of the SOA record', [[what ?? '', value]]) },
  { of: /^([0-9a-fA-F:.%a-z]{2,64})\s+(STREAM|DGRAM|RAW)(?:\s+(\S{1,255}))?\s*$/, read: ([, address, socket, name]) => say('what programs on this host get (getent)', [['address', address], ['for', socket], ['name', name]]) },
]

/** Null: no such line. */
export function readNameLine(text: string): NameLine | null {
  const head = text.slice(0, LOOKED_AT)
  if (head.trim() === '') return { rows: [], mark: null }
  for (const { of, read } of FORMS) {
    const found = of.exec(head)
    if (found) return read(found)
  }
  return head.startsWith(';') ? say('a remark of the tool') : null
}
