/** The process layer with programs that misbehave: nothing is left alive, nothing runs longer than allowed, every end is told once. */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bootId, familyOf, listProcs, readProc } from '#server/runner/process/proc.mjs'
import { createProcTable } from '#server/runner/process/proc-table.ts'
import { createProcesses, type Processes } from '#server/runner/process/processes.ts'
import type { ProcessEnd, ProcessSpec, RunningProcess } from '#server/runner/process/types.ts'
import { FAKE, tempRunDir, toolsIn, until } from './support/fake.ts'

let dir: ReturnType<typeof tempRunDir>
let processes: Processes
const log: string[] = []

beforeEach(() => {
  dir = tempRunDir()
  log.length = 0
  processes = createProcesses({ runDir: dir.path, log: (line) => log.push(line) })
})
afterEach(async () => {
  await processes.stopAll({ kind: 'shutdown' })
  processes.close()
  dir.remove()
})

interface Watched { running: RunningProcess; end: Promise<ProcessEnd>; text(): string; bytes(): number }

function run(args: string[], more: Partial<ProcessSpec> = {}): Watched {
  let text = ''
  let bytes = 0
  let settle: (end: ProcessEnd) => void = () => undefined
  const end = new Promise<ProcessEnd>((resolve) => { settle = resolve })
  const started = processes.start({
    transport: 'pty', file: FAKE, args, deadlineMs: 20_000,
    onData(chunk) { bytes += chunk.length; if (text.length < 100_000) text += Buffer.from(chunk).toString('latin1') },
    onExit: settle, ...more,
  })
  if (!started.ok) throw new Error(started.error.message)
  return { running: started.value, end, text: () => text, bytes: () => bytes }
}

describe.each(['pty', 'pipe'] as const)('%s', (transport) => {
  test('a tool gets exactly its environment, three descriptors, its limits and an empty folder, under the pid that was told', async () => {
    const others = [run(['wait'], { transport: 'pty' }), run(['wait'], { transport: 'pty' })]
    const shown = run(['show', 'a b', '; id'], { transport, deadlineMs: 7_000 })
    expect((await shown.end).exit).toEqual({ code: 0, signal: null })
    const line = (name: string): string => new RegExp(`^${name} (.*?)\\r?$`, 'm').exec(shown.text())?.[1] ?? ''
    expect(line('ids')).toBe(`${shown.running.pid} ${shown.running.pid} ${shown.running.pid}`)
    expect(line('env')).toBe('HOME=/nonexistent LC_ALL=C PATH=/usr/bin:/bin:/usr/sbin:/sbin TERM=dumb TZ=UTC')
    expect(line('fds')).toBe('0 1 2')
    expect(line('limits')).toBe('0 0 1024 536870912 17')
    expect(line('nice')).toBe('5')
    expect(line('cwd')).toMatch(new RegExp(`^${join(dir.path, 'runs')}/run-\\w+ 0$`))
    // Python itself ignores SIGPIPE and SIGXFSZ; nothing else may be.
    expect(Number.parseInt(line('sigign'), 16) & ~(1 << 12 | 1 << 24)).toBe(0)
    expect(line('args')).toBe('show a b ; id')
    for (const other of others) { other.running.stop({ kind: 'shutdown' }); await other.end }
  })

  test('all output arrives before the end is told', async () => {
    const lines = run(['lines', '5000'], { transport })
    await lines.end
    const text = lines.text().replaceAll('\r', '')
    expect(text).toBe(Array.from({ length: 5000 }, (_, i) => `line ${i}\n`).join(''))
  })

  test('a tool that heeds the interrupt prints its summary and is told as ended by SIGINT', async () => {
    const waiting = run(['wait'], { transport })
    await until('first line', () => waiting.text().includes('waiting'))
    waiting.running.stop({ kind: 'stop', by: 'ana' })
    const end = await waiting.end
    expect(end).toEqual({ exit: { code: 0, signal: null }, stopped: { cause: { kind: 'stop', by: 'ana' }, endedBy: 'SIGINT' }, stragglers: 0 })
    expect(waiting.text()).toContain('summary')
  })

  test('a tool that ignores INT and TERM is killed with its child', async () => {
    const hanging = run(['hang'], { transport })
    await until('first line', () => hanging.text().includes('hanging'))
    expect(toolsIn(dir.path).length).toBe(2)
    hanging.running.stop({ kind: 'stop', by: 'ana' })
    const end = await hanging.end
    expect(end.exit).toEqual({ code: null, signal: 'SIGKILL' })
    expect(end.stopped?.endedBy).toBe('SIGKILL')
    expect(toolsIn(dir.path)).toEqual([])
  })

  test('a grandchild in a session of its own dies too, when the tool is stopped', async () => {
    const daemon = run(['daemon'], { transport })
    await until('first line', () => daemon.text().includes('daemon away'))
    daemon.running.stop({ kind: 'stop', by: 'ana' })
    await daemon.end
    expect(toolsIn(dir.path)).toEqual([])
  })

  test('and when the tool ends by itself', async () => {
    const daemon = run(['daemon', 'exit'], { transport })
    const end = await daemon.end
    expect(end).toEqual({ exit: { code: 0, signal: null }, stopped: null, stragglers: 1 })
    expect(toolsIn(dir.path)).toEqual([])
  })

  test('the deadline ends a run', async () => {
    expect((await run(['wait'], { transport, deadlineMs: 200 }).end).stopped?.cause).toEqual({ kind: 'deadline' })
  })

  test('the first cause wins, and the ladder is climbed once', async () => {
    const waiting = run(['wait'], { transport })
    await until('first line', () => waiting.text().includes('waiting'))
    waiting.running.stop({ kind: 'output-limit' })
    waiting.running.stop({ kind: 'stop', by: 'ana' })
    expect((await waiting.end).stopped).toEqual({ cause: { kind: 'output-limit' }, endedBy: 'SIGINT' })
    waiting.running.stop({ kind: 'stop', by: 'ana' })
    expect(waiting.text().match(/summary/g)?.length).toBe(1)
  })

  test('a crash, a death in the middle of a line and an exit code are told as they are', async () => {
    const [crash, midline, exit] = [run(['segfault'], { transport }), run(['midline'], { transport }), run(['exit', '3'], { transport })]
    expect((await crash.end).exit).toEqual({ code: null, signal: 'SIGSEGV' })
    expect((await midline.end).exit).toEqual({ code: null, signal: 'SIGKILL' })
    expect(midline.text()).toMatch(/half a li$/)
    expect((await exit.end).exit).toEqual({ code: 3, signal: null })
  })
})

test('a program that is not there is a problem, not a run', () => {
  const started = processes.start({ transport: 'pty', file: '/usr/bin/no-such-tool', args: [], deadlineMs: 1000, onData: () => undefined, onExit: () => undefined })
  expect(started.ok ? null : started.error.code).toBe('tool-unavailable')
  expect(processes.count()).toBe(0)
})

test('a killed reaper comes back knowing the tools, and runs go on', async () => {
  const waiting = run(['wait'])
  await until('first line', () => waiting.text().includes('waiting'))
  const before = processes.reaper.pid() ?? 0
  process.kill(before, 'SIGKILL')
  const after = await until('a new reaper', () => { const pid = processes.reaper.pid(); return pid !== null && pid !== before && pid })
  expect(readProc(after)).not.toBeNull()
  expect(readProc(waiting.running.pid)).not.toBeNull()
  expect(log.join('\n')).toContain('reaper')
  waiting.running.stop({ kind: 'shutdown' })
  await waiting.end
})

describe('survivors of an earlier life', () => {
  test('are killed by their listed pid and start time; a reused pid and another boot are left alone', async () => {
    const survivor = spawn('/usr/bin/sleep', ['600'], { detached: true, stdio: 'ignore' })
    const decoy = spawn('/usr/bin/sleep', ['600'], { detached: true, stdio: 'ignore' })
    try {
      const seen = await until('both run', () => { const a = readProc(survivor.pid ?? 0); const b = readProc(decoy.pid ?? 0); return a && b && { a, b } })
      const next = tempRunDir()
      mkdirSync(join(next.path, 'runs'))
      const entry = (pid: number, startTime: number): object => ({ pid, pgid: pid, startTime, cwd: '/gone' })
      const write = (boot: string): void => writeFileSync(join(next.path, 'tools.json'), JSON.stringify({ bootId: boot, tools: [entry(seen.a.pid, seen.a.startTime), entry(seen.b.pid, seen.b.startTime - 7)] }))
      write('another-boot')
      createProcesses({ runDir: next.path, log: () => undefined }).close()
      expect(readProc(seen.a.pid)?.state).not.toBe('Z')
      write(bootId())
      const lines: string[] = []
      createProcesses({ runDir: next.path, log: (line) => lines.push(line) }).close()
      await until('the survivor is dead', () => survivor.signalCode === 'SIGKILL')
      expect(decoy.signalCode).toBeNull()
      expect(readProc(seen.b.pid)?.startTime).toBe(seen.b.startTime)
      expect(lines).toEqual(['killed 1 tool process that an earlier runner left behind'])
      next.remove()
    } finally { survivor.kill('SIGKILL'); decoy.kill('SIGKILL') }
  })

  test('the list on disk holds what runs now', async () => {
    const waiting = run(['wait'])
    const list = (): { bootId: string; tools: { pid: number; startTime: number }[] } => JSON.parse(readFileSync(join(dir.path, 'tools.json'), 'utf8'))
    expect(list().bootId).toBe(bootId())
    expect(list().tools).toMatchObject([{ pid: waiting.running.pid, startTime: readProc(waiting.running.pid)?.startTime }])
    waiting.running.stop({ kind: 'shutdown' })
    await waiting.end
    expect(list().tools).toEqual([])
  })
})

test('a family never holds a process that merely has the number', () => {
  const own = readProc(process.pid)
  expect(own).not.toBeNull()
  expect(familyOf({ pid: process.ppid, startTime: -1, cwd: '/gone' }, listProcs(), true)).toEqual([])
})

test('the process table is read once for all who ask in one turn, after they asked', async () => {
  const table = createProcTable()
  const [one, two] = [table.next(), table.next()]
  expect(two).toBe(one)
  const sleeper = spawn('/usr/bin/sleep', ['600'], { stdio: 'ignore' })
  try {
    expect((await one).map(({ pid }) => pid)).toContain(sleeper.pid)
    expect(table.next()).not.toBe(one)
  } finally { sleeper.kill('SIGKILL') }
})
