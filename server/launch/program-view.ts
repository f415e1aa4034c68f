/**
 * Where the children find the program. An unprivileged account cannot enter a checkout under /root or in a 0700 folder; then the launcher,
 * and only it and its children, get a private mount namespace in which the checkout's parts also lie under one public folder.
 */
import { closeSync, mkdirSync, openSync, readdirSync, statSync, writeFileSync, readFileSync, chownSync, existsSync, copyFileSync, readlinkSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import { exactEnv } from '../exact-env.ts'
import type { Account } from './account.ts'
import { runCommand, systemProgram } from './command.ts'

/** Root's alone; what is mounted on it exists only in the private namespace. */
const VIEW = '/run/hopscope-app'
/** Tells the launcher that it has entered the namespace. */
export const IN_NAMESPACE = '--in-namespace'

export interface ProgramView { root: string; node: string }

/** The checkout as it is. */
export const plainView = (root: string): ProgramView => ({ root, node: process.execPath })

/** Can `drop` (a setpriv command line) read what it must? Null: yes. Else the path it stumbles on. */
export function unreachable(view: ProgramView, drop: readonly string[]): string | null {
  const [setpriv = '', ...args] = drop
  const test = systemProgram('test') ?? '/usr/bin/test'
  const needs: [string, string][] = [['-x', view.root], ['-r', join(view.root, 'package.json')], ['-r', join(view.root, 'server/runner/main.ts')], ['-r', join(view.root, 'lib/tools/index.ts')], ['-r', join(view.root, 'node_modules/node-pty/package.json')], ['-x', view.node]]
  const built = join(view.root, '.next/BUILD_ID')
  if (existsSync(built)) needs.push(['-r', built])
  return needs.find(([flag, path]) => !runCommand(setpriv, [...args, test, flag, path]).ok)?.[1] ?? null
}

/** Replaces this process by itself in a private mount namespace; same pid, same terminal. Returns only if that is impossible. */
export function enterNamespace(argv: readonly string[], env: NodeJS.ProcessEnv): Result<never> {
  const unshare = systemProgram('unshare')
  const tried = unshare === null ? null : runCommand(unshare, ['--mount', '--propagation', 'private', '--', systemProgram('true') ?? '/bin/true'])
  if (unshare === null || tried === null || !tried.ok || process.execve === undefined) return fail({ code: 'internal', message: tried?.said ?? 'unshare is missing' })
  const kept = Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
  process.execve(unshare, [unshare, '--mount', '--propagation', 'private', '--', process.execPath, ...argv, IN_NAMESPACE], exactEnv(kept))
  return fail({ code: 'internal', message: 'unshare could not be executed' })
}

/** In the namespace: shows the checkout's entries under the public folder. With `dev`, build output goes to a folder of `account`'s. */
export function mountView(root: string, account: Account, dev: boolean): Result<ProgramView> {
  const inside = relative(root, process.execPath)
  const node = inside.startsWith('..') ? process.execPath : join(VIEW, inside)
  try {
    mkdirSync(VIEW, { recursive: true, mode: 0o755 })
    // Only mount points lie in it, but a dev build writes its output there.
    mount(['-t', 'tmpfs', '-o', `mode=0755,size=${dev ? '2g' : '64m'},nosuid,nodev`, 'hopscope', VIEW])
    for (const entry of readdirSync(root, { withFileTypes: true })) {
      if (entry.name === '.git' || (dev && WRITTEN_BY_NEXT.has(entry.name))) continue
      if (entry.isSymbolicLink()) symlinkSync(readlinkSync(join(root, entry.name)), join(VIEW, entry.name))
      else showEntry(join(root, entry.name), join(VIEW, entry.name))
    }
    if (dev) makeDevPlaces(root, account)
    return ok({ root: VIEW, node })
  } catch (error) {
    return fail({ code: 'internal', message: error instanceof Error ? error.message : String(error) })
  }
}

/** What `next dev` writes into the project folder. */
const WRITTEN_BY_NEXT: ReadonlySet<string> = new Set(['.next', 'next-env.d.ts', 'tsconfig.json'])

function makeDevPlaces(root: string, account: Account): void {
  mkdirSync(join(VIEW, '.next'))
  copyFileSync(join(root, 'tsconfig.json'), join(VIEW, 'tsconfig.json'))
  writeFileSync(join(VIEW, 'next-env.d.ts'), existsSync(join(root, 'next-env.d.ts')) ? readFileSync(join(root, 'next-env.d.ts')) : '')
  for (const name of WRITTEN_BY_NEXT) chownSync(join(VIEW, name), account.uid, account.gid)
}

function showEntry(from: string, to: string): void {
  if (statSync(from).isDirectory()) mkdirSync(to)
  else closeSync(openSync(to, 'wx', 0o644))
  mount(['--bind', from, to])
}

function mount(args: readonly string[]): void {
  const done = runCommand(systemProgram('mount') ?? '/usr/bin/mount', args)
  if (!done.ok) throw new Error(`mount ${args.join(' ')}: ${done.said}`)
}
