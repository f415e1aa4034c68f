/**
 * Makes a fresh machine ready, then npm goes on to the real script: system packages, node_modules, the production build.
 * Plain JavaScript without dependencies, for whatever Node (20 or newer) started npm. Argument: start, dev, test or install.
 */
// @ts-check
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const STAMP = join(ROOT, 'node_modules/.hopscope-lock')
const BUILD_ID = join(ROOT, '.next/BUILD_ID')
const NODE = join(ROOT, 'node_modules/.bin/node')
const PROGRAM_DIRS = ['/usr/bin', '/usr/sbin', '/bin', '/sbin', '/usr/local/bin']

/** Program and the Debian package that brings it. */
const SYSTEM = [['ping', 'iputils-ping'], ['mtr', 'mtr-tiny'], ['traceroute', 'traceroute'], ['dig', 'bind9-dnsutils'], ['nslookup', 'bind9-dnsutils'], ['ip', 'iproute2'], ['setpriv', 'util-linux'], ['prlimit', 'util-linux']]
const FOR_TESTS = [['chromium', 'chromium'], ['nft', 'nftables'], ['python3', 'python3']]
/** What the production build is made of. */
const SOURCES = ['app', 'lib', 'public', 'package.json', 'next.config.js', 'tsconfig.json']

const began = Date.now()

/** @param {string} line */
function say(line) { console.log(`[bootstrap ${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s] ${line}`) }

/** @param {string} line @returns {never} */
function giveUp(line) {
  say(line)
  process.exit(1)
}

/** @param {string} command @param {string[]} args @param {Record<string, string>} [env] @param {import('node:child_process').StdioOptions} [stdio] */
function run(command, args, env = {}, stdio = 'inherit') {
  return spawnSync(command, args, { cwd: ROOT, stdio, env: { ...process.env, ...env } }).status === 0
}

/** @param {string} program */
const installed = (program) => PROGRAM_DIRS.some((dir) => existsSync(join(dir, program)))

/** @param {string} mode */
function systemPackages(mode) {
  const wanted = mode === 'test' ? [...SYSTEM, ...FOR_TESTS] : SYSTEM
  const missing = [...new Set(wanted.filter(([program]) => !installed(program ?? '')).map(([, name]) => name ?? ''))]
  if (missing.length === 0) return
  const list = missing.join(' ')
  if (process.getuid?.() !== 0 || !installed('apt-get')) {
    say(`not installed: ${list}. To have them: sudo apt-get install ${list}. Going on without; what needs them is shown as unavailable`)
    return
  }
  say(`installing ${list}`)
  const apt = { DEBIAN_FRONTEND: 'noninteractive' }
  const install = () => run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], apt, ['ignore', 'ignore', 'pipe'])
  // A fresh machine has no package lists yet: try, fetch them, try again.
  if (install()) return
  run('apt-get', ['update', '-qq'], apt, ['ignore', 'ignore', 'inherit'])
  if (!install()) say(`apt-get could not install ${list}. Going on without; what needs them is shown as unavailable`)
}

function needWritable() {
  try { accessSync(ROOT, constants.W_OK) } catch {
    giveUp(`${ROOT} cannot be written by this account, and packages and build have to go there. Run npm start once as its owner, or clone it into a folder of yours`)
  }
}

function npmPackages() {
  const lock = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json'))).digest('hex')
  if (existsSync(NODE) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock) return
  needWritable()
  say('installing the npm packages of package-lock.json (about half a minute)')
  if (!run('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'])) giveUp('npm ci failed; its message is above. It needs the npm registry, and python3, make and g++ for node-pty')
  writeFileSync(STAMP, lock)
}

/** Newest change below a file or folder, ms since the epoch; 0 if it is not there. @param {string} path @returns {number} */
function newest(path) {
  if (!existsSync(path)) return 0
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.mtimeMs
  // A folder's own time tells of a file that was removed.
  return readdirSync(path).reduce((time, name) => Math.max(time, newest(join(path, name))), stats.mtimeMs)
}

function productionBuild() {
  const sources = Math.max(...SOURCES.map((name) => newest(join(ROOT, name))))
  if (existsSync(BUILD_ID) && statSync(BUILD_ID).mtimeMs >= sources) return
  needWritable()
  say('building the pages (about ten seconds)')
  // Types of pages that were deleted since would fail the build.
  for (const stale of ['.next/types', '.next/dev/types']) rmSync(join(ROOT, stale), { recursive: true, force: true })
  const built = run(NODE, [join(ROOT, 'node_modules/next/dist/bin/next'), 'build'], { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' })
  if (!built) giveUp('next build failed; its message is above')
}

/** @param {string} mode */
function main(mode) {
  if (!['start', 'dev', 'test', 'install'].includes(mode)) giveUp('usage: node server/bootstrap.mjs start|dev|test|install')
  // Others must be able to read what is made here: the server runs as an account of its own.
  process.umask(0o022)
  systemPackages(mode)
  npmPackages()
  if (mode === 'start' || mode === 'test') productionBuild()
  say('ready')
}

main(process.argv[2] ?? '')
