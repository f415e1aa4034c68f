/** Everything that must hold before a child is started: account, folders, a program it can read, privileges given up. */
import { ok, type Result } from '#lib/protocol/result.ts'
import type { Config } from '../config.ts'
import { linkSocketPath } from '../link/socket-path.ts'
import { ensureAccount, type Account } from './account.ts'
import { systemProgram, runCommand } from './command.ts'
import { dropFromRoot, dropFromUser, type Drop } from './drop.ts'
import { prepareFolder } from './folders.ts'
import { enterNamespace, mountView, plainView, unreachable, type ProgramView } from './program-view.ts'

export interface Prepared { config: Config; account: Account | null; drop: Drop; view: ProgramView }

export interface PrepareOptions {
  config: Config
  /** The checkout. */
  root: string
  /** argv for starting this very launcher again, script first. */
  argv: readonly string[]
  /** The launcher's own environment, for starting it again. */
  env: NodeJS.ProcessEnv
  inNamespace: boolean
  log: (line: string) => void
}

/** Prepares a start. May replace the process (see program-view) and then does not return. */
export function prepare(options: PrepareOptions): Result<Prepared> {
  process.umask(0o077)
  return process.getuid?.() === 0 ? prepareAsRoot(options) : prepareAsUser(options)
}

function prepareAsUser({ config, root }: PrepareOptions): Result<Prepared> {
  const folders = prepareFolders(config, null)
  return folders.ok ? ok({ config: folders.value, account: null, drop: dropFromUser(), view: plainView(root) }) : folders
}

function prepareAsRoot(options: PrepareOptions): Result<Prepared> {
  const account = ensureAccount(options.config.user, options.log)
  if (!account.ok) return account
  const drop = dropFromRoot(account.value)
  if (!drop.ok) return drop
  const view = readableView(options, account.value, drop.value)
  if (!view.ok) return view
  const folders = prepareFolders(options.config, account.value)
  if (!folders.ok) return folders
  const config = folders.value
  for (const [setting, path] of [['HOPSCOPE_DATA_DIR', config.dataDir], ['HOPSCOPE_RUN_DIR', config.runDir]] as const) {
    const [setpriv = '', ...args] = drop.value.web
    if (!runCommand(setpriv, [...args, systemProgram('test') ?? '/usr/bin/test', '-w', path]).ok) {
      return problem(setting, `the account ${account.value.name} cannot reach ${path}, because a folder above it is closed to others. Choose one under /var/lib or /run, or open the way: chmod o+x on the folders above.`)
    }
  }
  return ok({ config, account: account.value, drop: drop.value, view: view.value })
}

function readableView({ root, argv, env, inNamespace, config, log }: PrepareOptions, account: Account, drop: Drop): Result<ProgramView> {
  const plain = plainView(root)
  // In development mode Next writes into the project, which is root's.
  const stumbles = unreachable(plain, drop.web) ?? (config.dev ? root : null)
  if (stumbles === null) return ok(plain)
  const hopeless = (why: string): Result<never> => problem('HOPSCOPE_USER', `the account ${account.name} cannot read ${stumbles}, and it could not be shown to it otherwise (${why}). Move the checkout to /opt, or let others read it: chmod -R o+rX ${root}`)
  if (!inNamespace) {
    const failed = enterNamespace(argv, env)
    return failed.ok ? failed : hopeless(failed.error.message)
  }
  const view = mountView(root, account, config.dev)
  if (!view.ok) return hopeless(view.error.message)
  const still = unreachable(view.value, drop.web)
  if (still !== null) return hopeless(`${still} itself is closed to others`)
  log(`${stumbles} is closed to the account ${account.name}: the program is shown to it at ${view.value.root}, in a mount namespace of its own`)
  return view
}

function prepareFolders(config: Config, account: Account | null): Result<Config> {
  const data = prepareFolder('HOPSCOPE_DATA_DIR', config.dataDir, account)
  if (!data.ok) return data
  const run = prepareFolder('HOPSCOPE_RUN_DIR', config.runDir, account)
  if (!run.ok) return run
  const real = { ...config, dataDir: data.value, runDir: run.value }
  const socket = linkSocketPath(real.runDir)
  return socket.ok ? ok(real) : socket
}

function problem(field: string, message: string): Result<never> { return { ok: false, error: { code: 'invalid', field, message: `${field}: ${message}` } } }
