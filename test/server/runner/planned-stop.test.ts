/** Runs that plan themselves end at any moment: while files are read, hosts looked up, time passes, programs run or are about to. */
import { describe, expect, test } from 'vitest'
import type { StopCause } from '#server/runner/process/types.ts'
import { FAKE, until } from './support/fake.ts'
import { heardText, heardWords, moves, outcomeOf, plannedRun, step, type PlannedRig } from './support/planned.ts'

const ANA: StopCause = { kind: 'stop', by: 'ana' }

describe('ended by somebody', () => {
  const never = new Promise<never>(() => undefined)
  /** Stops, and shows that the plan was not asked anything more and that no verdict was. */
  const stops = async (rig: PlannedRig, cause: StopCause = ANA): Promise<void> => {
    const asked = heardWords(rig).filter((word) => ['begin', 'ran', 'pinned', 'waited'].includes(word)).length
    rig.run.stop(cause)
    rig.run.stop({ kind: 'link-lost' })
    for (const program of rig.programs) if (program.stopped.length > 0) program.endStopped()
    await rig.over
    const after = heardWords(rig)
    expect(after.filter((word) => ['begin', 'ran', 'pinned', 'waited'].includes(word))).toHaveLength(asked)
    expect(after).not.toContain('verdict')
    expect(after.filter((word) => word === 'end')).toHaveLength(1)
    expect(rig.events.filter((event) => event.kind === 'run.ended')).toHaveLength(1)
    expect(rig.events.at(-1)?.kind).toBe('run.ended')
  }
  test.each([
    ['while the files are read', plannedRun.bind(null, { script: moves(), world: { nameSetup: () => never } }), () => true],
    ['while hosts are looked up', plannedRun.bind(null, { script: moves({ kind: 'pin', hosts: ['slow.test'] }), world: { pin: () => never } }), (rig: PlannedRig) => rig.heard.length > 0],
    ['while it waits', plannedRun.bind(null, { script: moves({ kind: 'wait', ms: 3_600_000 }) }), (rig: PlannedRig) => rig.heard.length > 0],
  ])('%s: it is over at once, and no signal was needed', async (_, make, isThere) => {
    const rig = make()
    await until('there', () => isThere(rig))
    await stops(rig)
    expect(outcomeOf(rig)).toEqual({ kind: 'stopped', code: 'stopped', by: 'ana', message: 'Stopped by ana.' })
  })

  test('before its first turn', async () => {
    const rig = plannedRun({ script: moves({ kind: 'run', steps: [step('a')] }) })
    await stops(rig)
    expect(rig.programs).toEqual([])
  })

  test('between two moves', async () => {
    const rig = plannedRun({ script: moves({ kind: 'run', steps: [step('a')] }, { kind: 'run', steps: [step('b')] }) });
    (await rig.program('a')).end()
    await stops(rig)
    expect(rig.programs).toHaveLength(1)
    expect(outcomeOf(rig)).toMatchObject({ kind: 'stopped', by: 'ana', message: 'Stopped by ana.' })
  })

  test('after the plan was done changes nothing', async () => {
    const rig = plannedRun({ script: () => { queueMicrotask(() => rig.run.stop(ANA)); return { kind: 'done' } } })
    await rig.over
    expect(outcomeOf(rig)).toMatchObject({ kind: 'finished' })
  })

  test('with eight programs at work and more to come: each is stopped and told, none is started', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `s${index}`)
    const rig = plannedRun({ script: moves({ kind: 'run', steps: names.map((name) => step(name)) }) })
    await rig.program('s7')
    rig.programs[2]?.say('so far\n')
    rig.run.stop(ANA)
    // Not over before the last of them is.
    for (const program of rig.programs.slice(1)) program.endStopped()
    expect(rig.isOver()).toBe(false)
    await stops(rig)
    expect(rig.programs.map(({ stopped }) => stopped[0])).toEqual(Array.from({ length: 8 }, () => ANA))
    expect(heardWords(rig).filter((word) => word.startsWith('stopped '))).toHaveLength(8)
    expect(heardText(rig)).toContain(`$ ${FAKE} s2\nso far\n`)
    expect(outcomeOf(rig)).toMatchObject({ kind: 'stopped', signal: 'SIGINT', by: 'ana' })
  })

  test('between two starts of one move', async () => {
    const rig = plannedRun({ script: moves({ kind: 'run', steps: [step('a'), step('b')] }), onStart: () => queueMicrotask(() => rig.run.stop(ANA)) });
    (await rig.program('a')).endStopped()
    await rig.over
    expect(rig.programs).toHaveLength(1)
    expect(outcomeOf(rig)).toMatchObject({ kind: 'stopped', signal: 'SIGINT' })
  })

  test('the deadline is of the whole run: waits and programs together', async () => {
    const rig = plannedRun({ script: moves({ kind: 'wait', ms: 20 }, { kind: 'run', steps: [step('a')] }, { kind: 'wait', ms: 3_600_000 }), deadlineMs: 300 })
    const a = await rig.program('a')
    expect(a.spec.deadlineMs).toBeLessThan(290)
    a.end()
    await rig.over
    expect(outcomeOf(rig)).toEqual({ kind: 'timed-out', code: 'deadline', message: 'Ended after 300 ms, the longest this run was allowed to last. Start it again to go on.' })
  })

  test('a plan that never gets anywhere keeps nobody else waiting, and has a deadline', async () => {
    const rig = plannedRun({ script: (_, turn) => (turn % 2 === 0 ? { kind: 'run', steps: [] } : { kind: 'pin', hosts: [] }), deadlineMs: 100 })
    await rig.over
    expect(outcomeOf(rig)).toMatchObject({ kind: 'timed-out', code: 'deadline' })
  })

  test.each([2, 1])('a flood in one of %i programs stops the run, and is named', async (count) => {
    const limits = { linesPerS: 2_000, transcriptBytes: 8 * 1024 * 1024, totalBytes: 4 * 1024 * 1024 }
    const rig = plannedRun({ limits, script: moves({ kind: 'run', steps: [{ binary: 'fake-extra', args: ['flood'] }, step('quiet')].slice(0, count) }, { kind: 'run', steps: [step('next')] }) })
    const flood = await rig.program('flood')
    if (count === 2) await rig.program('quiet')
    const block = 'a line of the flood\n'.repeat(10_000)
    for (let sent = 0; sent < 6 * 1024 * 1024; sent += block.length) flood.say(block)
    await until('stopped', () => rig.programs.every(({ stopped }) => stopped[0]?.kind === 'output-limit'))
    for (const program of rig.programs) program.endStopped()
    await rig.over
    expect(rig.programs).toHaveLength(count)
    expect(outcomeOf(rig)).toMatchObject({ kind: 'failed', code: 'output-limit', blame: 'tool', message: expect.stringMatching(/^fake-extra wrote more than 64 MiB/) })
    const cut = rig.events.flatMap((event) => (event.kind === 'run.truncated' ? [event.bytes] : [])).reduce((sum, bytes) => sum + bytes, 0)
    expect(cut).toBeGreaterThan(4 * 1024 * 1024)
  })

  test('a process that was ended from outside of the run ends the run for the same reason', async () => {
    const rig = plannedRun({ script: moves({ kind: 'run', steps: [step('a')] }, { kind: 'run', steps: [step('b')] }) })
    const a = await rig.program('a')
    a.spec.onExit({ exit: { code: null, signal: 'SIGTERM' }, stopped: { cause: { kind: 'shutdown' }, endedBy: 'SIGTERM' }, stragglers: 0 })
    await rig.over
    expect(rig.programs).toHaveLength(1)
    expect(outcomeOf(rig)).toMatchObject({ kind: 'interrupted', code: 'shutdown', signal: 'SIGTERM' })
  })
})
