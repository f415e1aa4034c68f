/** A small tool for tests of the runner: the program is test/fixtures/bin/fake-tool, the option `mode` says how it behaves. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Observed } from '#lib/protocol/events.ts'
import { fail, ok } from '#lib/protocol/result.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import type { Parser, Tool } from '#lib/tools/tool.ts'
import type { Located } from '#server/runner/locate.ts'
import type { RunWorld } from '#server/runner/runs/run-spec.ts'
import { cwdOf, listProcs, type Proc } from '#server/runner/process/proc.mjs'

export const FAKE = fileURLToPath(new URL('../../../fixtures/bin/fake-tool', import.meta.url))
export const LOCALHOST: PinnedTarget = { host: '127.0.0.1', address: '127.0.0.1', family: 4, addresses: ['127.0.0.1'] }

interface FakeOptions { mode: readonly string[]; deadlineMs: number }

/** Every line becomes an `unrecognised` event; the verdict tells the exit code. */
export function lineParser(runId: Parameters<Tool<FakeOptions, unknown>['parser']>[0]['runId']): Parser {
  let rest = ''
  let line = 0
  const event = (text: string, atMs: number): Observed => ({ kind: 'unrecognised', runId, line: ++line, text, atMs })
  return {
    push(bytes, nowMs) {
      if (rest.length < 4096) rest += Buffer.from(bytes).toString('latin1')
      const lines = rest.split('\n')
      rest = (lines.pop() ?? '').slice(0, 4096)
      return lines.map((text) => event(text.replace(/\r$/, ''), nowMs))
    },
    end: (nowMs) => (rest === '' ? [] : [event(rest, nowMs)]),
    verdict: (exit) => exit.code === 0
      ? { kind: 'finished', code: 'exit', message: 'It ended.' }
      : { kind: 'failed', code: 'exit', message: `It ended with ${exit.code}.`, blame: 'tool' },
  }
}

export function fakeTool(transport: 'pty' | 'pipe' = 'pty', probe: readonly string[] = ['ok']): Tool<object, unknown> {
  const tool: Tool<FakeOptions, null> = {
    id: 'ping', label: 'Fake', binary: 'fake-tool', package: 'fake-package', transport, fields: [],
    decodeOptions(raw) {
      const { mode, deadlineMs } = Object(raw) as { mode?: unknown; deadlineMs?: unknown }
      if (!Array.isArray(mode) || !mode.every((word) => typeof word === 'string')) return fail({ code: 'invalid', field: 'options.mode', message: 'options.mode is needed.' })
      return ok({ mode, deadlineMs: typeof deadlineMs === 'number' ? deadlineMs : 30_000 })
    },
    argv: (options) => [...options.mode],
    deadlineMs: (options) => options.deadlineMs,
    bound: () => '30 s at most',
    selfTest: { versionArgs: ['version'], version: (text) => /fake-tool (\S+)/.exec(text)?.[1] ?? null, probeArgs: probe, needs: 'nothing' },
    parser: ({ runId }) => lineParser(runId),
    fold: { empty: () => null, apply: () => undefined, encode: () => null, decode: () => null, copy: () => null },
  }
  return tool
}

/** A fake tool of several programs: `modes` are the arguments of each, `fake-helper` (the same file) is what the later ones are called. */
export function stagedTool(modes: () => readonly (readonly string[])[], helper = 'fake-helper'): Tool<object, unknown> {
  const tool = fakeTool('pty')
  return {
    ...tool,
    helpers: ['fake-helper'],
    argv: () => [...(modes()[0] ?? [])],
    parser(context) {
      let next = 1
      return {
        ...lineParser(context.runId),
        next() {
          const args = modes()[next]
          next += 1
          return args === undefined ? null : { binary: helper, args: [...args] }
        },
      }
    },
  }
}

export const locateFake = (_binary: string): Located => ({ kind: 'found', path: FAKE })

/** Of a run that does not plan itself: nobody asks it anything. */
export const NO_WORLD: RunWorld = {
  judge: (address) => ({ address, allowed: false, rule: 'rule 0', reason: 'nobody asks' }),
  pin: (host) => Promise.reject(new Error(`${host} is not to be pinned`)),
  nameSetup: (host) => Promise.reject(new Error(`${host} is not to be looked up`)),
}

/** A run folder that is removed afterwards. */
export function tempRunDir(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'hopscope-run-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Living processes that work in a run folder of `runDir`. */
export function toolsIn(runDir: string): Proc[] {
  return listProcs().filter((proc) => cwdOf(proc.pid)?.startsWith(join(runDir, 'runs')))
}

/** Looks again until `look` gives something, at most `limitMs`. */
export async function until<T>(what: string, look: () => T | null | undefined | false, limitMs = 10_000): Promise<T> {
  const end = performance.now() + limitMs
  for (;;) {
    const found = look()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
