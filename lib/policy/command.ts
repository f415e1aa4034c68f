/** A pasted curl, ssh or ping command line, reduced to the host it names. Its options are never taken over. */
import { ok, type Result } from '#lib/protocol/result.ts'
import type { ParsedTarget } from '#lib/protocol/target.ts'
import { quote } from './characters.ts'
import { looksLikeUrl, parseEndpoint, parsePlain, parsePort, parseUrl } from './endpoint.ts'
import { refuseTarget } from './host.ts'
import { splitWords } from './words.ts'

interface Command {
  /** Short options that take a value. */
  short: string
  /** Long options that take a value in the next word. */
  long?: ReadonlySet<string>
  /** Options whose value is the port or the target itself. */
  portOption?: string
  targetOptions?: readonly string[]
  /** url: words are URLs. one: a single host. first: the first word counts. host-port: the second word is the port. */
  takes: 'url' | 'one' | 'first' | 'host-port'
  /** Port where none is given. */
  port?: number
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))
const HTTP_LONG = words(
  'abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to continue-at cookie cookie-jar '
  + 'create-file-mode crlfile curves data data-ascii data-binary data-raw data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers '
  + 'doh-url dump-header egd-file engine etag-compare etag-save expect100-timeout form form-string ftp-account ftp-method ftp-port happy-eyeballs-timeout-ms '
  + 'header hostpubmd5 hostpubsha256 hsts interface json keepalive-time key key-type limit-rate local-port login-options max-filesize max-redirs max-time '
  + 'netrc-file noproxy oauth2-bearer output output-dir parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert proxy-cert '
  + 'proxy-header proxy-key proxy-pass proxy-user proxy1.0 pubkey quote random-file range rate referer request request-target resolve retry retry-delay '
  + 'retry-max-time service-name socks4 socks4a socks5 socks5-hostname speed-limit speed-time stderr telnet-option time-cond tls-max tls13-ciphers trace '
  + 'trace-ascii unix-socket upload-file url-query user user-agent write-out output-document output-file post-data post-file tries timeout wait password '
  + 'method body-data body-file ca-certificate certificate private-key load-cookies save-cookies directory-prefix bind-address',
)
const PATH_SHORT = 'fgimNpqstwzOMcIlQSTWeFGBoyaPZLXU'

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['curl', { short: 'EKCbcdDFPHhmoUQreXYytzTuAwx', long: HTTP_LONG, targetOptions: ['--url'], takes: 'url' }],
  ['wget', { short: 'oaeOtTwQPUlARDIXiB', long: HTTP_LONG, takes: 'url' }],
  ['ssh', { short: 'BbcDEeFIiJLlmOoPpQRSWw', portOption: '-p', takes: 'first', port: 22 }],
  ['sftp', { short: 'BbcDFiJloPRSsX', portOption: '-P', takes: 'first', port: 22 }],
  ['ping', { short: 'cIilMmpQsStTwWeFN', takes: 'one' }],
  ['ping6', { short: 'cIilMmpQsStTwWeFN', takes: 'one' }],
  ['traceroute', { short: 'fgimNpqstwzOM', takes: 'first' }],
  ['traceroute6', { short: 'fgimNpqstwzOM', takes: 'first' }],
  ['tracepath', { short: 'lmp', takes: 'one' }],
  ['mtr', { short: PATH_SHORT.replace(/[gNqtwzOlTSWep]/g, ''), takes: 'one' }],
  ['telnet', { short: 'lbneSX', takes: 'host-port', port: 23 }],
  ['nc', { short: 'IiMmOPpqsTVWwXx', takes: 'host-port' }],
  ['nslookup', { short: '', takes: 'first' }],
  ['host', { short: 'cNRtWm', takes: 'first' }],
])

/** Is the first word a command that is understood here? A leading `sudo` is passed over. */
export const looksLikeCommand = (text: string): boolean => COMMANDS.has(/^(?:sudo +)?([a-z0-9]+) /.exec(text)?.[1] ?? '')

/** A command line pasted over several lines with a backslash at the end of each becomes one line. */
export const joinContinuedLines = (text: string): string => (looksLikeCommand(text.trimStart()) ? text.replace(/\\\r?\n/g, ' ').replace(/\r?\n$/, '') : text)

/** Reduces a command line for which `looksLikeCommand` holds to the one host it names. */
export function parseCommand(text: string): Result<ParsedTarget> {
  const split = splitWords(text)
  if (!split.ok) return split
  const [name = '', ...rest] = split.value[0] === 'sudo' ? split.value.slice(1) : split.value
  const command = COMMANDS.get(name)
  if (!command) return refuseTarget(`${quote(name)} is not a command that Hopscope can read. Type only the host.`)
  const { hosts, port } = readArguments(command, rest)
  const [first] = hosts
  if (first === undefined) return refuseTarget(`The pasted ${name} command names no host. Type the host alone.`)
  const several = command.takes === 'one' || command.takes === 'url'
  if (several && new Set(hosts).size > 1) return refuseTarget(`The pasted ${name} command names more than one host. Type the one that Hopscope should look at.`)
  const target = parseNamed(command, first)
  if (!target.ok) return target
  const typed = command.takes === 'host-port' ? hosts[1] ?? port : port
  const chosen = typed === undefined ? ok(target.value.port ?? command.port ?? 0) : parsePort(typed)
  if (!chosen.ok) return chosen
  return ok({ ...target.value, ...(chosen.value === 0 ? {} : { port: chosen.value }), reducedFrom: `${name} command` })
}

function parseNamed(command: Command, word: string): Result<ParsedTarget> {
  if (command.takes === 'url') return parseUrl(looksLikeUrl(word) ? word : `http://${word}`)
  if (looksLikeUrl(word)) return parseUrl(word)
  return command.portOption === undefined ? parsePlain(word) : parseEndpoint(word.slice(word.lastIndexOf('@') + 1))
}

/** Sorts words into hosts, the port, and options with their values, as getopt would. */
function readArguments(command: Command, list: readonly string[]): { hosts: string[]; port?: string } {
  const hosts: string[] = []
  let port: string | undefined
  for (let at = 0; at < list.length; at += 1) {
    const word = list[at] ?? ''
    if (word === '--') {
      hosts.push(...list.slice(at + 1))
      break
    }
    if (!word.startsWith('-') || word === '-') {
      // What follows ssh's host is a remote command: none of our business, and no option of ssh.
      if (command.portOption !== undefined && hosts.length > 0) break
      hosts.push(word)
      continue
    }
    const option = readOption(command, word)
    if (!option) continue
    const value = option.value ?? list[at += 1]
    if (value !== undefined && option.name === command.portOption) port = value
    if (value !== undefined && command.targetOptions?.includes(option.name)) hosts.push(value)
  }
  return { hosts, ...(port === undefined ? {} : { port }) }
}

/** An option that takes a value, with the value if it stands in the same word; null for a mere switch. */
function readOption(command: Command, word: string): { name: string; value?: string } | null {
  if (word.startsWith('--')) {
    const equals = word.indexOf('=')
    if (equals > 0) return { name: word.slice(0, equals), value: word.slice(equals + 1) }
    const taken = command.long?.has(word.slice(2)) === true || command.targetOptions?.includes(word) === true
    return taken ? { name: word } : null
  }
  const at = Array.from(word).findIndex((letter, index) => index > 0 && command.short.includes(letter))
  if (at < 0) return null
  const value = word.slice(at + 1)
  return { name: `-${word.charAt(at)}`, ...(value === '' ? {} : { value }) }
}
