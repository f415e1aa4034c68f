/** Runs that plan themselves, on scripted programs: order of what is told, what cannot be started, who may be talked to. */
import { describe, expect, test } from 'vitest'
import { RunId } from '#lib/protocol/ids.ts'
import { ok } from '#lib/protocol/result.ts'
import { HELD_MAX } from '#server/runner/runs/held-output.ts'
import { FAKE, LOCALHOST, locateFake, until } from './support/fake.ts'
import { heardText, heardWords, moves, outcomeOf, plannedRun, step, type PlannedRig } from './support/planned.ts'

const PLAN_RUN = RunId.parse('run0000000000000')

describe('steps side by side', () => {
  test('are told whole in the order they end; the transcript is what the parser read, and every line number is true', async () => {
    const rig = plannedRun({ script: moves({ kind: 'run', steps: [step('a'), step('b'), step('c')] }) })
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => rig.program(name)))
    a?.say('a one\n')
    c?.say('c one\nc two\n')
    expect(rig.transcript()).toBe('')
    c?.end()
    b?.say('b half')
    a?.say('a two\n')
    a?.end()
    b?.end(7)
    await rig.over
    const lines = [`$ ${FAKE} c`, 'c one', 'c two', `$ ${FAKE} a`, 'a one', 'a two', `$ ${FAKE} b`, 'b half']
    expect(rig.transcript()).toBe(lines.map((line) => `${line}\n`).join(''))
    expect(heardText(rig)).toBe(rig.transcript())
    expect(rig.events.flatMap((event) => (event.kind === 'unrecognised' ? [[event.line, event.text]] : []))).toEqual(lines.map((line, index) => [index + 1, line]))
    // The first program that existed is the start of the run; each later one is a step, told with its output.
    expect(rig.events.flatMap((event) => (event.kind === 'run.started' || event.kind === 'run.step' ? [[event.kind, event.argv, event.pid, event.kind === 'run.step' ? event.line : null]] : []))).toEqual([
      ['run.started', [FAKE, 'a'], 1, null], ['run.step', [FAKE, 'c'], 3, 1], ['run.step', [FAKE, 'b'], 2, 7],
    ])
    expect(heardWords(rig)).toEqual([
      'begin', 'began c', `$ ${FAKE} c\n`, 'c one\nc two\n', 'ended c', 'began a', `$ ${FAKE} a\n`, 'a one\na two\n', 'ended a',
      'began b', `$ ${FAKE} b\n`, 'b half', '\n', 'ended b', 'ran', 'end', 'verdict',
    ])
    expect(rig.events.at(-1)?.kind).toBe('run.ended')
    expect(outcomeOf(rig)).toMatchObject({ kind: 'failed', message: 'It ended with 7.' })
    const times = rig.events.map(({ atMs }) => atMs)
    expect(times).toEqual(times.toSorted((x, y) => x - y))
  })

  test.each([[undefined, 8], [3, 3], [99, 8]])('limit %s: %i at once, the others wait for a place', async (limit, most) => {
    const names = Array.from({ length: 10 }, (_, index) => `s${index}`)
    const rig = plannedRun({ script: moves({ kind: 'run', steps: names.map((name) => step(name)), ...(limit === undefined ? {} : { limit }) }) })
    await rig.program(`s${most - 1}`)
    // Long enough for one more, had there been a place: each start takes one turn.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    expect(rig.programs.map(({ args }) => args)).toEqual(names.slice(0, most))
    rig.programs[1]?.end()
    await rig.program(`s${most}`)
    for (let ended = new Set([1]); ended.size < 10;) {
      for (const [index, program] of rig.programs.entries()) if (!ended.has(index)) { ended.add(index); program.end() }
      await new Promise((resolve) => setImmediate(resolve))
    }
    await rig.over
    expect(rig.events.filter((event) => event.kind === 'run.step')).toHaveLength(9)
  })

  test('are started one in a turn of the event loop: each start takes some milliseconds, and others are served in between', async () => {
    let turn = 0
    let isCounting = true
    const count = (): void => { turn += 1; if (isCounting) setImmediate(count) }
    setImmediate(count)
    const startedIn: number[] = []
    const rig = plannedRun({ script: moves({ kind: 'run', steps: Array.from({ length: 8 }, (_, index) => step(`s${index}`)) }), onStart: () => { startedIn.push(turn) } })
    await rig.program('s7')
    isCounting = false
    for (const program of rig.programs) program.end()
    await rig.over
    expect(new Set(startedIn).size).toBe(8)
  })

  test('more than 1 MiB of one is cut at a line and told; the others are whole', async () => {
    const rig = plannedRun({ script: moves({ kind: 'run', steps: [step('much'), step('little')] }) })
    const [much, little] = await Promise.all([rig.program('much'), rig.program('little')])
    const line = `${'x'.repeat(999)}\n`
    for (let count = 0; count < 1500; count += 1) much.say(line)
    little.say('fine\n')
    much.end()
    little.end()
    await rig.over
    const whole = Math.floor(HELD_MAX / 1000)
    expect(heardText(rig)).toBe(`$ ${FAKE} much\n${line.repeat(whole)}$ ${FAKE} little\nfine\n`)
    expect(rig.events.flatMap((event) => (event.kind === 'run.truncated' ? [event] : []))).toMatchObject([{ what: 'lines', bytes: (1500 - whole) * 1000, text: expect.stringContaining('more than 1 MiB') }])
  })

  test('each may have as many lines as a second, however quickly they end one after the other', async () => {
    const limits = { linesPerS: 10, transcriptBytes: 1e6, totalBytes: 1e7 }
    const rig = plannedRun({ limits, script: moves({ kind: 'run', steps: [step('a'), step('b'), step('c')] }) })
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => rig.program(name)))
    a?.say('a\n'.repeat(9))
    b?.say('b\n'.repeat(30))
    c?.say('c\n'.repeat(9))
    for (const one of [a, b, c]) one?.end()
    await rig.over
    expect(heardText(rig)).toBe(`$ ${FAKE} a\n${'a\n'.repeat(9)}$ ${FAKE} b\n${'b\n'.repeat(10)}$ ${FAKE} c\n${'c\n'.repeat(9)}`)
    expect(rig.events.flatMap((event) => (event.kind === 'run.truncated' ? [event.bytes] : []))).toEqual([40])
  })
})

describe('a step alone', () => {
  test('streams as it writes, behind the line that shows it', async () => {
    const rig = plannedRun({ script: moves({ kind: 'run', steps: [step('live')] }, { kind: 'run', steps: [step('again')] }) })
    const live = await rig.program('live')
    live.say('first\nsec')
    await until('told', () => rig.transcript().includes('first'))
    expect(heardWords(rig)).toEqual(['begin', 'began live', `$ ${FAKE} live\n`, 'first\nsec'])
    live.end()
    const again = await rig.program('again')
    again.end()
    await rig.over
    expect(heardText(rig)).toBe(`$ ${FAKE} live\nfirst\nsec\n$ ${FAKE} again\n`)
    expect(rig.events.flatMap((event) => (event.kind === 'run.step' ? [event.line] : []))).toEqual([4])
    expect(rig.heard.at(-1)).toBe('verdict')
    expect(outcomeOf(rig)).toEqual({ kind: 'finished', code: 'exit', message: 'It ended.' })
  })

  test('events of the plan come in order, before the start of a run whose first move starts nothing', async () => {
    const rig = plannedRun({
      script: moves({ kind: 'pin', hosts: ['10.0.0.53'] }, { kind: 'wait', ms: 1 }, { kind: 'run', steps: [step('one')] }),
      events: (turn) => [{ kind: 'unrecognised', runId: PLAN_RUN, line: 1, text: `plan ${turn}`, atMs: Date.now() }],
    });
    (await rig.program('one')).end()
    await rig.over
    expect(rig.events.map((event) => (event.kind === 'unrecognised' ? event.text : event.kind))).toEqual(['plan 0', 'plan 1', 'plan 2', 'run.started', `$ ${FAKE} one`, 'plan 3', 'run.ended'])
  })

  test('a run that starts no program at all ends with its own verdict', async () => {
    const rig = plannedRun({ script: moves() })
    await rig.over
    expect(rig.events.map(({ kind }) => kind)).toEqual(['run.ended'])
    expect(heardWords(rig)).toEqual(['begin', 'end', 'verdict'])
  })
})

describe('a step that cannot be', () => {
  const ends = (rig: PlannedRig): unknown[] => rig.heard.flatMap((one) => (typeof one === 'object' && 'how' in one ? [one.how] : []))
  test.each([
    ['is not installed', { locate: (binary: string) => (binary === 'fake-extra' ? { kind: 'missing' as const, message: 'fake-extra is not installed.' } : locateFake(binary)) }, 'fake-extra is not installed. On the vantage: sudo apt-get install fake-package'],
    ['cannot be started', { cannotStart: (args: string) => args === 'extra' }, 'The vantage cannot start a program now.'],
  ])('because it %s is absent, and the run goes on', async (_, more, message) => {
    const rig = plannedRun({ ...more, script: moves({ kind: 'run', steps: [{ binary: 'fake-extra', args: ['extra'] }, step('other')] }, { kind: 'run', steps: [{ binary: 'fake-extra', args: ['extra'] }] }) });
    (await rig.program('other')).end()
    await rig.over
    expect(ends(rig)).toEqual([{ kind: 'absent', message }, { kind: 'ended', exit: { code: 0, signal: null } }, { kind: 'absent', message }])
    expect(rig.programs).toHaveLength(1)
    expect(rig.transcript()).toBe(`$ ${FAKE} other\n`)
    expect(rig.events.map(({ kind }) => kind)).toEqual(['run.started', 'unrecognised', 'run.ended'])
  })

  test('because the wrapper could not become it is absent too, with what the system said', async () => {
    const rig = plannedRun({ script: moves({ kind: 'run', steps: [step('gone'), step('other')] }) })
    const gone = await rig.program('gone')
    gone.say(`env: '${FAKE}': No such file or directory\n`)
    gone.end(127);
    (await rig.program('other')).end()
    await rig.over
    expect(ends(rig)[0]).toMatchObject({ kind: 'absent', message: expect.stringContaining('fake-tool is gone') })
  })

  test('because it is none of the tool\'s programs is a bug: nothing of that move is started', async () => {
    const rig = plannedRun({ script: moves({ kind: 'run', steps: [step('fine'), { binary: 'sh', args: ['-c', 'id'] }] }) })
    await rig.over
    expect(rig.programs).toEqual([])
    expect(outcomeOf(rig)).toMatchObject({ kind: 'failed', code: 'internal', blame: 'hopscope', message: expect.stringContaining('asked for sh') })
    expect(heardWords(rig)).toEqual(['begin', 'end'])
  })

  test('because an argument would not fit in a line is absent', async () => {
    const rig = plannedRun({ script: moves({ kind: 'run', steps: [step('a\n$ b')] }) })
    await rig.over
    expect(rig.programs).toEqual([])
    expect(ends(rig)).toMatchObject([{ kind: 'absent', message: expect.stringContaining('control character') }])
  })
})

describe('whom a step may talk to', () => {
  const asked = async (to: readonly string[], pinned: readonly string[], more: Partial<Parameters<typeof plannedRun>[0]> = {}): Promise<PlannedRig> => {
    const rig = plannedRun({ ...more, script: moves({ kind: 'pin', hosts: pinned }, { kind: 'run', steps: [{ ...step('ask'), to }] }) })
    await until('asked or over', () => rig.isOver() || rig.programs[0])
    rig.programs[0]?.end()
    await rig.over
    return rig
  }
  test('what was pinned, and the run\'s own target with all of its addresses, however it is spelt', async () => {
    expect((await asked(['10.0.0.53'], ['10.0.0.53'])).programs).toHaveLength(1)
    expect((await asked(['127.0.0.1'], [])).programs).toHaveLength(1)
    const target = { ...LOCALHOST, host: 'two.test', addresses: ['127.0.0.1', '2001:db8::1'] }
    expect((await asked(['2001:DB8:0::1'], [], { target })).programs).toHaveLength(1)
    expect((await asked([], [])).programs).toHaveLength(1)
  })
  test('nobody else: neither started nor sent', async () => {
    for (const to of [['10.0.0.54'], ['10.0.0.53', '10.0.0.54'], ['ns.example'], ['']]) {
      const rig = await asked(to, ['10.0.0.53'])
      expect(rig.programs).toEqual([])
      expect(rig.heard).toContainEqual(expect.objectContaining({ how: { kind: 'absent', message: expect.stringContaining('No packet was sent') } }))
    }
  })
  test('policy is asked again right before the start: what it refuses is not asked although it was pinned', async () => {
    const pin = async (host: string) => ok({ host, address: '10.6.6.6', family: 4 as const, addresses: ['10.6.6.6'] })
    const rig = await asked(['10.6.6.6'], ['rebound.test'], { world: { pin } })
    expect(rig.programs).toEqual([])
    expect(rig.heard).toContainEqual(expect.objectContaining({ how: { kind: 'absent', message: 'The target policy refuses 10.6.6.6 (rule 9: 10.6.6.6): it is not ours. No packet was sent.' } }))
  })
  test('answers of a pin are by host as it was asked; what was refused is not known afterwards', async () => {
    const rig = await asked(['10.6.6.6'], ['10.6.6.6', '10.0.0.53', '10.0.0.53'])
    const news = rig.heard.flatMap((one) => (typeof one === 'object' && 'news' in one && one.news.kind === 'pinned' ? [one.news.answers] : []))[0]
    expect([...(news ?? [])].map(([host, answer]) => [host, answer.ok])).toEqual([['10.6.6.6', false], ['10.0.0.53', true]])
    expect(rig.programs).toEqual([])
  })
  test('a name server that makes up addresses without end is not followed without end', async () => {
    let made = 0
    const pin = async (host: string) => {
      const addresses = Array.from({ length: 64 }, () => `10.${(made += 1) >> 16}.${(made >> 8) & 255}.${made & 255}`)
      return ok({ host, address: addresses[0] ?? '', family: 4 as const, addresses })
    }
    const hosts = (turn: number): string[] => Array.from({ length: 32 }, (_, index) => `h${index}.t${turn}.test`)
    const refused: boolean[] = []
    const rig = plannedRun({
      world: { pin },
      script(news, turn) {
        if (news.kind === 'pinned') refused.push([...news.answers.values()].some((answer) => !answer.ok))
        return turn < 4 ? { kind: 'pin', hosts: hosts(turn) } : turn === 4 ? { kind: 'run', steps: [{ ...step('first'), to: ['10.0.0.1'] }, { ...step('last'), to: [`10.0.${(made >> 8) & 255}.${made & 255}`] }] } : { kind: 'done' }
      },
    });
    (await rig.program('first')).end()
    await rig.over
    // The target's own address is one of the 4,096.
    expect(refused).toEqual([false, true, true, true])
    expect(rig.programs).toHaveLength(1)
  })
  test('eight look-ups at once, 32 hosts a move', async () => {
    let under = 0
    let most = 0
    const looked: string[] = []
    const hosts = Array.from({ length: 40 }, (_, index) => `h${index}.test`)
    const pin = async (host: string) => {
      looked.push(host)
      most = Math.max(most, under += 1)
      await new Promise((resolve) => setImmediate(resolve))
      under -= 1
      return ok({ host, address: '10.0.0.1', family: 4 as const, addresses: ['10.0.0.1'] })
    }
    const rig = await asked([], hosts, { world: { pin } })
    expect(most).toBe(8)
    expect(looked).toEqual(hosts.slice(0, 32))
    const news = rig.heard.flatMap((one) => (typeof one === 'object' && 'news' in one && one.news.kind === 'pinned' ? [one.news.answers] : []))[0]
    expect([...(news?.keys() ?? [])]).toEqual(hosts)
    expect(news?.get('h32.test')).toMatchObject({ ok: false, error: { message: expect.stringContaining('32 hosts') } })
  })
})
