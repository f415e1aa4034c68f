/** The real ping in simulated networks: what the product's parser and fold report, against what really happened. */
import { describe, expect, it } from 'vitest'
import { createLab } from './lab.ts'
import { eventsOf, expectedCounts, pingInLab, rttErrors, type Measured } from './ping-in-lab.ts'
import { labOrSkip } from './privilege.ts'
import { quantile } from './quantile.ts'

const A = '203.0.113.10'
const B = '203.0.113.11'
const TIMEOUT_MS = 1000
const OPTIONS = { count: 50, intervalMs: 200, timeoutMs: TIMEOUT_MS }

/** Pings several addresses of one scenario at once, in a lab of their own. */
async function measure(scenario: string, targets: readonly string[], options: Record<string, unknown> = OPTIONS): Promise<Measured[]> {
  const lab = await createLab({ scenario, prefix: 'hopscope-ping' })
  try {
    return await Promise.all(targets.map((target) => pingInLab(lab, target, options)))
  } finally {
    await lab.close()
  }
}

async function measureOne(scenario: string, target = A, options: Record<string, unknown> = OPTIONS): Promise<Measured> {
  const [measured] = await measure(scenario, [target], options)
  if (!measured) throw new Error('nothing was measured')
  return measured
}

/** Every count of the fold against the truth. Not a probe may be missing, and no line may go unread. */
function expectCounts(measured: Measured): void {
  const { view, truth, events } = measured
  const wanted = expectedCounts(truth, TIMEOUT_MS)
  const { counts } = view
  expect(eventsOf(events, 'unrecognised')).toEqual([])
  expect({ sent: counts.sent, answered: counts.answered, late: counts.late, errors: counts.errors, unanswered: counts.lost + counts.awaited, duplicates: counts.duplicates, reordered: counts.reordered }).toEqual(wanted)
  expect(counts.judged + counts.awaited).toBe(wanted.sent)
}

/**
 * Round trips against `real_ms`. Half of them within 0.5 ms (ping adds 0.03 to 0.3 ms), nine of ten within 3 ms: a virtual
 * machine loses its processor for 2 to 40 ms now and then, which is the machine's doing and not an error of reading.
 */
function expectRtts(measured: Measured): void {
  const errors = rttErrors(measured)
  expect(errors.length).toBe(eventsOf(measured.events, 'ping.reply').filter((reply) => reply.dup === undefined).length)
  expect(quantile(errors, 0.5)).toBeLessThan(0.5)
  expect(quantile(errors, 0.9)).toBeLessThan(3)
}

/** Reply TTLs in the order of the probes, equal neighbours joined. */
const ttlsOf = (measured: Measured): number[] => measured.truth.flatMap((probe) => probe.answers.slice(0, 1).map((answer) => answer.ttl)).filter((ttl, index, all) => ttl !== all[index - 1])

describe.skipIf(!labOrSkip())('ping in the lab', { concurrent: true }, () => {
  it('clean: every reply, its round trip and its TTL', async () => {
    const measured = await measureOne('clean')
    expectCounts(measured)
    expectRtts(measured)
    expect(measured.view.counts).toMatchObject({ sent: 50, answered: 50, lost: 0 })
    expect(measured.view.ttls.map((span) => span.ttl)).toEqual([57])
    expect(measured.view.summary).toMatchObject({ transmitted: 50, received: 50, duplicates: 0, errors: 0 })
    expect(measured.exit.code).toBe(0)
  })

  it('lossy: exactly the probes that were lost', async () => {
    const measured = await measureOne('lossy', A, { ...OPTIONS, count: 120 })
    expectCounts(measured)
    expectRtts(measured)
    const answered = new Set(eventsOf(measured.events, 'ping.reply').map((reply) => reply.probe))
    const lost = measured.truth.filter((probe) => probe.fate === 'lost').map((probe) => probe.seq)
    expect(lost.length).toBeGreaterThan(0)
    expect(measured.truth.map((probe) => probe.seq).filter((seq) => !answered.has(seq))).toEqual(lost)
    expect(measured.view.counts.lost).toBe(lost.length)
  })

  it('bursts: each outage with its first and last probe', async () => {
    const [planned, random] = await measure('bursts', [A, B], { ...OPTIONS, count: 70 })
    if (!planned || !random) throw new Error('nothing was measured')
    for (const measured of [planned, random]) expectCounts(measured)
    expect(planned.view.bursts).toMatchObject([{ firstProbe: 11, lastProbe: 14, count: 4 }, { firstProbe: 31, lastProbe: 37, count: 7 }])
    expect(random.view.bursts.map(({ firstProbe, count }) => [firstProbe, count])).toEqual(runsOf(random).filter(([, count]) => count >= 3))
  })

  it('duplicates: counted as such, and never as negative loss', async () => {
    for (const measured of await measure('duplicates', [A, B])) {
      expectCounts(measured)
      expectRtts(measured)
      expect(measured.view.counts.duplicates).toBeGreaterThan(0)
      expect(measured.view.counts).toMatchObject({ answered: 50, lost: 0 })
      expect(measured.view.rtt.n).toBe(50)
    }
  })

  it('reorder: replies that were overtaken', async () => {
    const measured = await measureOne('reorder')
    expectCounts(measured)
    expectRtts(measured)
    expect(measured.view.counts.reordered).toBeGreaterThan(0)
    expect(measured.view.counts.lost).toBe(0)
  })

  it('latency-step: the shift, when it came, and by how much', async () => {
    const measured = await measureOne('latency-step', A, { ...OPTIONS, count: 60 })
    expectCounts(measured)
    expectRtts(measured)
    expect(measured.view.shifts.length).toBe(1)
    const [shift] = measured.view.shifts
    expect(Math.abs((shift?.beforeMs ?? 0) - 12)).toBeLessThan(1)
    expect(Math.abs((shift?.afterMs ?? 0) - 52)).toBeLessThan(1)
    const stepAtMs = measured.truth.find((probe) => probe.n === 31)?.at_ms ?? Number.NaN
    expect(Math.abs((shift?.atMs ?? 0) - stepAtMs)).toBeLessThan(2000)
  })

  it('ttl-change: both changes, and the probe from which each holds', async () => {
    const measured = await measureOne('ttl-change', A, { ...OPTIONS, count: 60 })
    expectCounts(measured)
    expect(measured.view.ttls.map((span) => [span.ttl, span.replies])).toEqual([[57, 20], [53, 20], [57, 20]])
    expect(ttlsOf(measured)).toEqual([57, 53, 57])
  })

  it('unreachable: who said so and in which words, IPv4 and IPv6', async () => {
    const targets = ['203.0.113.20', '203.0.113.21', '203.0.113.22', '203.0.113.23', '203.0.113.24', '203.0.113.25', '2001:db8:1::20', '2001:db8:1::21', '2001:db8:1::22', '2001:db8:1::23']
    const all = await measure('unreachable', targets, { ...OPTIONS, count: 10 })
    for (const [index, measured] of all.entries()) {
      expectCounts(measured)
      const tally = new Map<string, number>()
      for (const answer of measured.truth.flatMap((probe) => probe.answers).filter((one) => one.what !== 'echo')) tally.set(`${answer.from} ${answer.what}`, (tally.get(`${answer.from} ${answer.what}`) ?? 0) + 1)
      expect(new Map(measured.view.icmpErrors.map((error) => [`${error.from} ${error.error}`, error.count])), targets[index]).toEqual(tally)
      expect(tally.size).toBeGreaterThan(0)
    }
  })

  it('late: after the timeout is late, not lost and found again', async () => {
    const measured = await measureOne('late', A, { ...OPTIONS, count: 54 })
    expectCounts(measured)
    expectRtts(measured)
    expect(measured.view.counts).toMatchObject({ late: 10, lost: 0 })
  })

  it('other-source: the address that really answered', async () => {
    const [always, sometimes] = await measure('other-source', [A, B])
    for (const [measured, from] of [[always, '198.51.100.99'], [sometimes, '198.51.100.98']] as const) {
      if (!measured) throw new Error('nothing was measured')
      expectCounts(measured)
      const count = measured.truth.filter((probe) => probe.answers[0]?.from === from).length
      expect(count).toBeGreaterThan(0)
      expect(measured.view.otherSources).toMatchObject([{ from, count }])
      expect(measured.view.counts.otherSource).toBe(count)
    }
  })

  it('silent: all lost, none answered, and no round trip made up', async () => {
    const measured = await measureOne('silent', A, { ...OPTIONS, count: 10 })
    expectCounts(measured)
    expect(measured.view.counts).toMatchObject({ sent: 10, answered: 0 })
    expect(measured.view.rtt.n).toBe(0)
    expect(measured.exit.code).toBe(1)
  })

  it('corrupt: damaged data is counted; a wrong checksum alone is something iputils does not look at', async () => {
    const [data, sum] = await measure('corrupt', [A, B])
    if (!data || !sum) throw new Error('nothing was measured')
    const damaged = (measured: Measured): number[] => measured.truth.filter((probe) => probe.why?.includes('corrupt') === true).map((probe) => probe.seq)
    for (const measured of [data, sum]) {
      expectCounts(measured)
      expect(damaged(measured).length).toBeGreaterThan(0)
    }
    expect(data.view.counts.corrupt).toBe(damaged(data).length)
    // ping computes the checksum of an echo reply and then drops the result, so nobody downstream can know better.
    expect(sum.view.counts.corrupt).toBe(0)
    expect(sum.exit.stdout).not.toContain('CHECKSUM')
  })

  it('jitter: every round trip, and the spread of them all', async () => {
    for (const measured of await measure('jitter', [A, B, '203.0.113.12'])) {
      expectCounts(measured)
      expectRtts(measured)
      const real = measured.truth.flatMap((probe) => probe.answers.slice(0, 1).map((answer) => answer.real_ms ?? Number.NaN))
      const differences = real.slice(1).map((ms, index) => Math.abs(ms - (real[index] ?? Number.NaN)))
      const mean = differences.reduce((sum, one) => sum + one, 0) / differences.length
      // ping prints tenths here, so each difference is off by 0.1 ms at most, and its own delays vary by less than 1 ms on average.
      expect(Math.abs(measured.view.jitter.meanAbsMs - mean)).toBeLessThan(1)
      expect(measured.view.jitter.n).toBe(49)
    }
  })

  it('v6: the same over IPv6', async () => {
    const [clean, lossy, step] = await measure('v6', ['2001:db8:1::10', '2001:db8:1::11', '2001:db8:1::12'])
    if (!clean || !lossy || !step) throw new Error('nothing was measured')
    for (const measured of [clean, lossy, step]) {
      expectCounts(measured)
      expectRtts(measured)
    }
    expect(clean.view.ttls.map((span) => span.ttl)).toEqual([58])
    expect(lossy.view.counts.lost).toBeGreaterThan(0)
    expect(lossy.view.ttls.map((span) => span.ttl)).toEqual([249])
    expect(step.view.ttls.map((span) => span.ttl)).toEqual([58, 55])
  })
})

/** Runs of probes that nothing answered: first probe and length. */
function runsOf({ truth }: Measured): [number, number][] {
  const runs: [number, number][] = []
  for (const probe of truth.filter((one) => one.answers.length === 0)) {
    const last = runs.at(-1)
    if (last && last[0] + last[1] === probe.seq) last[1] += 1
    else runs.push([probe.seq, 1])
  }
  return runs
}
