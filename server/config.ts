/** Every setting of the server. The only reader of environment and flags (decoded once; errors name the setting). */
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import { isLoopback, parseAccount, parseAsNumbers, parseBytes, parseCidrs, parseFolder, parseHost, parseName, parseOrigin, parsePort, parseSwitch, parseWhole, type Parsed } from './config-values.ts'

export interface Config {
  /** Address and port web listens on. 127.0.0.1:3000 by default (S5). Port 0: any free one. */
  host: string
  port: number
  /** Origin people type, e.g. https://hopscope.example.net; adds its host to the Host and Origin allowlists. */
  publicUrl: string | null
  /** CIDRs of proxies whose X-Forwarded-For is believed. Empty: none. */
  trustedProxies: readonly string[]
  /** Everything that is kept: database, transcripts, audit log, setup token. Mode 0700. */
  dataDir: string
  /** Sockets and pid files: the link's Unix socket lies here. Mode 0700. */
  runDir: string
  vantageName: string
  /** Account to run as when started as root. */
  user: string
  /** Target policy file (JSON), null: the built-in default policy. */
  policyFile: string | null
  retentionDays: number
  /** Upper bound of the data folder, bytes. */
  maxBytes: number
  /** Longest life of a share link, seconds. */
  shareMaxS: number
  /** Names of the routers of a path are looked up by the vantage's own resolver. */
  reverseDns: boolean
  /** Where AS numbers come from: `off`, `dns` (Team Cymru's zones), or the absolute path of a table. */
  asNumbers: string
  /** Next in development mode. */
  dev: boolean
}

type Env = Readonly<Record<string, string | undefined>>

/** Who reads the settings: defaults differ between root and an ordinary account. */
export interface Reader { uid: number; hostname: string }

/** Flags the program knows beside the settings. `--supervised`: started by the launcher, ends when its stdin does. */
const SWITCHES: ReadonlySet<string> = new Set(['--dev', '--supervised'])

const NAMES = [
  'HOPSCOPE_HOST', 'HOPSCOPE_PORT', 'HOPSCOPE_PUBLIC_URL', 'HOPSCOPE_TRUSTED_PROXIES', 'HOPSCOPE_DATA_DIR', 'HOPSCOPE_RUN_DIR',
  'HOPSCOPE_VANTAGE', 'HOPSCOPE_USER', 'HOPSCOPE_POLICY', 'HOPSCOPE_RETENTION_DAYS', 'HOPSCOPE_MAX_BYTES', 'HOPSCOPE_SHARE_MAX_S',
  'HOPSCOPE_REVERSE_DNS', 'HOPSCOPE_AS_NUMBERS',
] as const
type Name = (typeof NAMES)[number]

const GIB = 1024 ** 3
const DAY_S = 86_400

/**
 * Decodes the settings from `HOPSCOPE_*` variables and the flags after the script name (`--dev`, and `--port 80` or `--port=80` for every
 * variable, which wins over it). An empty variable counts as absent. Fails with `invalid`, `field` = the variable, and what is allowed.
 */
export function readConfig(env: Env, argv: readonly string[], reader: Reader = thisReader()): Result<Config> {
  const flags = readFlags(argv)
  if (!flags.ok) return flags
  const stray = strayVariable(env)
  if (stray !== null) return invalid(stray, `is not a setting of Hopscope${nearest(stray)}`)

  let problem: Result<never> | null = null
  const read = <T>(name: Name, parse: (text: string) => Parsed<T>, fallback: T): T => {
    const text = flags.value.values.get(name) ?? env[name]
    if (text === undefined || text === '') return fallback
    const parsed = parse(text)
    if ('value' in parsed) return parsed.value
    problem ??= invalid(name, `${JSON.stringify(text.slice(0, 80))} ${parsed.wrong}`)
    return fallback
  }

  const folders = defaultFolders(env, reader)
  const dataDir = read('HOPSCOPE_DATA_DIR', parseFolder, folders.data)
  const config: Config = {
    host: read('HOPSCOPE_HOST', parseHost, '127.0.0.1'),
    port: read('HOPSCOPE_PORT', parsePort, 3000),
    publicUrl: read<string | null>('HOPSCOPE_PUBLIC_URL', parseOrigin, null),
    trustedProxies: read<readonly string[]>('HOPSCOPE_TRUSTED_PROXIES', parseCidrs, []),
    dataDir,
    // A server with its own data folder gets its own run folder too, so that several run side by side.
    runDir: read('HOPSCOPE_RUN_DIR', parseFolder, dataDir === folders.data ? folders.run : join(dataDir, 'run')),
    vantageName: read('HOPSCOPE_VANTAGE', parseName, reader.hostname),
    user: read('HOPSCOPE_USER', parseAccount, 'hopscope'),
    policyFile: read<string | null>('HOPSCOPE_POLICY', parseFolder, null),
    retentionDays: read('HOPSCOPE_RETENTION_DAYS', (text) => parseWhole(text, 1, 3650), 90),
    maxBytes: read('HOPSCOPE_MAX_BYTES', parseBytes, 10 * GIB),
    shareMaxS: read('HOPSCOPE_SHARE_MAX_S', (text) => parseWhole(text, 60, 365 * DAY_S), 30 * DAY_S),
    reverseDns: read('HOPSCOPE_REVERSE_DNS', parseSwitch, true),
    asNumbers: read('HOPSCOPE_AS_NUMBERS', parseAsNumbers, 'off'),
    dev: flags.value.dev,
  }
  if (problem !== null) return problem
  return exposed(config) ?? ok(config)
}

/** The same settings as variables, for a child process that gets nothing else. */
export function configEnv(config: Config): Record<string, string> {
  const env: Record<Name, string> = {
    HOPSCOPE_HOST: config.host,
    HOPSCOPE_PORT: String(config.port),
    HOPSCOPE_PUBLIC_URL: config.publicUrl ?? '',
    HOPSCOPE_TRUSTED_PROXIES: config.trustedProxies.join(','),
    HOPSCOPE_DATA_DIR: config.dataDir,
    HOPSCOPE_RUN_DIR: config.runDir,
    HOPSCOPE_VANTAGE: config.vantageName,
    HOPSCOPE_USER: config.user,
    HOPSCOPE_POLICY: config.policyFile ?? '',
    HOPSCOPE_RETENTION_DAYS: String(config.retentionDays),
    HOPSCOPE_MAX_BYTES: String(config.maxBytes),
    HOPSCOPE_SHARE_MAX_S: String(config.shareMaxS),
    HOPSCOPE_REVERSE_DNS: config.reverseDns ? 'on' : 'off',
    HOPSCOPE_AS_NUMBERS: config.asNumbers,
  }
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
}

function thisReader(): Reader { return { uid: process.getuid?.() ?? -1, hostname: hostname() } }

function defaultFolders(env: Env, reader: Reader): { data: string; run: string } {
  if (reader.uid === 0) return { data: '/var/lib/hopscope', run: '/run/hopscope' }
  const state = env['XDG_STATE_HOME'] || join(env['HOME'] || '/nonexistent', '.local/state')
  const data = join(resolve(state), 'hopscope')
  const runtime = env['XDG_RUNTIME_DIR']
  return { data, run: runtime ? join(resolve(runtime), 'hopscope') : join(data, 'run') }
}

/** S5: an address that others can reach needs a proxy in front that speaks TLS and says who is calling. */
function exposed(config: Config): Result<never> | null {
  if (config.publicUrl?.startsWith('http:') && !isLoopback(new URL(config.publicUrl).hostname.replace(/^\[|\]$/g, ''))) {
    return invalid('HOPSCOPE_PUBLIC_URL', `${config.publicUrl} would send sign-ins unencrypted. Use https:// with a TLS proxy in front, or a loopback name such as http://localhost:${config.port}.`)
  }
  if (isLoopback(config.host) || config.trustedProxies.length > 0) return null
  return invalid('HOPSCOPE_HOST', `${config.host} can be reached by others, and Hopscope itself speaks plain HTTP. Put a TLS proxy in front and name its address in HOPSCOPE_TRUSTED_PROXIES (for example 10.0.0.5/32), or listen on 127.0.0.1.`)
}

function readFlags(argv: readonly string[]): Result<{ dev: boolean; values: Map<Name, string> }> {
  const values = new Map<Name, string>()
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i] ?? ''
    if (SWITCHES.has(word)) continue
    const [flag, inline] = splitOnce(word)
    const name = NAMES.find((candidate) => flagOf(candidate) === flag)
    if (name === undefined) return invalid(word, `is not a flag of Hopscope. Known: --dev, ${NAMES.map(flagOf).join(', ')}.`)
    const value = inline ?? argv[++i]
    if (value === undefined || value === '') return invalid(flag, 'needs a value, for example --port=3000.')
    values.set(name, value)
  }
  return ok({ dev: argv.includes('--dev'), values })
}

function splitOnce(word: string): [string, string | undefined] {
  const at = word.indexOf('=')
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}

function flagOf(name: string): string { return `--${name.slice('HOPSCOPE_'.length).toLowerCase().replaceAll('_', '-')}` }

function strayVariable(env: Env): string | null {
  const known: readonly string[] = NAMES
  return Object.keys(env).find((key) => key.startsWith('HOPSCOPE_') && !known.includes(key)) ?? null
}

/** A misspelt setting that is silently ignored is worse than one that is refused; name the one that was meant. */
function nearest(stray: string): string {
  const letters = (text: string): string => text.split('').sort().join('')
  const close = NAMES.find((name) => letters(name) === letters(stray) || name.startsWith(stray) || stray.startsWith(name))
  return close === undefined ? `. Settings: ${NAMES.join(', ')}.` : `; did you mean ${close}?`
}

function invalid(field: string, message: string): Result<never> {
  return fail({ code: 'invalid', field, message: `${field}: ${message}` })
}
