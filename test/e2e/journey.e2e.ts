/** The main job: from a fresh data folder to a session that was measured, kept and replayed, with the truth of the network beside it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { formatCount, formatFixed, lossText } from '#lib/format/number.ts'
import { routersBack } from '#lib/tools/ping/hops.ts'
import { PROBE, type PingView } from '#lib/tools/ping/view.ts'
import { windowStats } from '#lib/tools/ping/window.ts'
import { expectedCounts } from '#test/lab/ping-in-lab.ts'
import { labOrSkip } from '#test/lab/privilege.ts'
import { quantile } from '#test/lab/quantile.ts'
import type { TruthProbe } from '#test/lab/truth.ts'
import { ADMIN, HOSTS, openStage, pictureFailure, setUp, type Stage } from './stage.ts'
import { diagnose, eventually, figure, foldOf, logOf, pingOf, sessionIdOf, setOptions, textOf, tickOnly, totalOf, totals } from './talk.ts'

const TIMEOUT_MS = 1000
/** ping's own share and rounding are below 0.5 ms; a virtual machine that loses its processor now and then moves a median by less than this. */
const MEDIAN_SLACK_MS = 1.5

describe.skipIf(!labOrSkip())('journey', () => {
  let stage: Stage
  beforeAll(async () => { stage = await openStage({ port: 4211 }) })
  afterEach((context) => pictureFailure(stage, context))
  afterAll(() => stage?.close())

  it('makes the first account with the one-time link, which then opens nothing more', async () => {
    const { page } = stage.admin
    await setUp(stage)
    expect(page.url()).not.toContain('#')
    await eventually(() => page.getByLabel('Target:').evaluate((field) => field === document.activeElement)).toBe(true)
    // mtr's own self-test takes a second or two after the start.
    await eventually(() => textOf(page.getByRole('complementary', { name: 'This vantage' }))).toMatch(/(\d+) of \1 ready/)
    const { page: other } = await stage.guest()
    await other.goto(stage.server.setupLink() ?? '')
    await eventually(() => textOf(other.locator('body'))).not.toContain('Make the account')
  })

  it('shows what was understood, what it resolves to, what policy says and the exact command, while typing', async () => {
    const { page } = stage.admin
    const field = page.getByLabel('Target:')
    const result = page.getByRole('form', { name: 'Diagnose a target' })
    await field.pressSequentially('checkout.internal')
    for (const words of ['host checkout.internal', 'resolves to 203.0.113.10', 'allowed by policy', 'ping -n -O -D -4 -i 1 -W 2 -s 56 -- 203.0.113.10', '24 h at most', 'ready']) await eventually(() => textOf(result)).toContain(words)
    await field.fill('checkout.internal:8443')
    for (const words of ['host checkout.internal', 'port 8443', 'resolves to 203.0.113.10']) await eventually(() => textOf(result)).toContain(words)
    await field.fill('https://lossy.internal/pay?cart=7')
    for (const words of ['host lossy.internal', 'taken from a URL', 'resolves to 203.0.113.11']) await eventually(() => textOf(result)).toContain(words)
    await setOptions(page, { 'Interval': 200, 'Lost after': TIMEOUT_MS })
    await eventually(() => textOf(result)).toContain('ping -n -O -D -4 -i 0.2 -W 1 -s 56 -- 203.0.113.11')
    expect(await stage.truthOf(HOSTS['lossy.internal'])).toEqual([])
  })

  it('measures live, and its numbers are the truth', async () => {
    const { page } = stage.admin
    // The ping alone: the truth below has every packet to the target, and the path has a file of its own.
    await tickOnly(page, ['Ping'])
    await page.getByLabel('Target:').press('Enter')
    await page.waitForURL('**/s/*')
    await eventually(() => totalOf(page, 'answered')).toBeGreaterThan(2)
    const first = await totalOf(page, 'answered')
    await eventually(() => totalOf(page, 'answered')).toBeGreaterThan(first)
    await eventually(() => totalOf(page, 'lost'), 30_000).toBeGreaterThan(1)
    await eventually(() => totalOf(page, 'sent'), 30_000).toBeGreaterThan(50)
    expect(await textOf(page.getByRole('banner'))).toContain('Live')
    await page.getByRole('button', { name: 'Stop' }).click()
    await eventually(() => textOf(page.getByRole('banner'))).toContain('Ended')
    await eventually(() => page.getByRole('region', { name: 'Replay' }).isVisible()).toBe(true)

    const truth = await stage.truthOf(HOSTS['lossy.internal'])
    const { view } = pingOf(foldOf(await logOf(page)))
    expectTruth(view.counts, seenBy(view, truth))
    await expectShown(stage, truth)
  })

  it('shows the same after a reload', async () => {
    const { page } = stage.admin
    await page.reload()
    await expectShown(stage, await stage.truthOf(HOSTS['lossy.internal']))
  })

  it('replays it after the server was stopped and started: at every position what the log folds to', async () => {
    const { page } = stage.admin
    const before = await logOf(page)
    await stage.restart()
    expect(stage.server.setupLink()).toBeNull()
    await page.reload()
    await expectShown(stage, await stage.truthOf(HOSTS['lossy.internal']))
    const events = await logOf(page)
    expect(events).toEqual(before)

    const slider = page.getByRole('slider', { name: 'Position' })
    const box = await slider.boundingBox()
    if (!box) throw new Error('the scrubber is not on the page')
    for (const share of [0.35, 0.7]) {
      await page.mouse.click(box.x + box.width * share, box.y + box.height / 2)
      await eventually(() => textOf(page.getByRole('banner'))).toMatch(/replay/i)
      const startMs = events[0]?.atMs ?? 0, endMs = events.at(-1)?.atMs ?? 0
      const atMs = startMs + share * (endMs - startMs)
      const at = pingOf(foldOf(events, atMs)).view.counts
      const near = pingOf(foldOf(events, atMs + 250)).view.counts
      const low = pingOf(foldOf(events, atMs - 250)).view.counts
      await eventually(() => totalOf(page, 'answered')).toSatisfy((n: number) => n >= low.answered && n <= near.answered)
      expect(at.answered).toBeGreaterThan(0)
      expect(await totalOf(page, 'answered')).toBeLessThan(pingOf(foldOf(events)).view.counts.answered)
    }
    await slider.focus()
    await page.keyboard.press('End')
    await expectShown(stage, await stage.truthOf(HOSTS['lossy.internal']))
    await page.keyboard.press('Home')
    await eventually(() => textOf(page.locator('#main'))).toContain('No run had begun at this moment.')
    await page.getByRole('radio', { name: '30×' }).check({ force: true })
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    await eventually(() => totalOf(page, 'sent')).toBe(pingOf(foldOf(events)).view.counts.sent)
    await page.getByRole('button', { name: 'Leave replay' }).click()
    expect(sessionIdOf(page)).not.toBe('')
  })

  it('signs in again, finds the session in the list and opens it', async () => {
    const { promise: slow, resolve: arrive } = Promise.withResolvers<void>()
    const { page } = await stage.guest()
    // A password manager is faster than the scripts of the page: what it fills must count, and must not end up in the address.
    await page.route('**/_next/static/**/*.js', async (route) => { await slow; await route.continue() })
    await page.goto('/sessions', { waitUntil: 'commit' })
    await page.getByLabel('Name').fill(ADMIN.name)
    await page.getByLabel('Password').fill(ADMIN.password)
    await page.getByLabel('Password').press('Enter')
    expect(await page.getByRole('button', { name: 'Sign in' }).isEnabled()).toBe(false)
    expect(new URL(page.url()).search).toBe('?to=%2Fsessions')
    arrive()
    await eventually(() => page.getByRole('button', { name: 'Sign in' }).isEnabled()).toBe(true)
    expect(await page.getByLabel('Name').inputValue()).toBe(ADMIN.name)
    await page.getByLabel('Password').fill('not-the-password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await eventually(() => page.getByRole('alert').filter({ hasText: /\S/ }).count()).toBe(1)
    await page.getByLabel('Password').fill(ADMIN.password)
    await page.getByLabel('Password').press('Enter')
    await page.waitForURL('**/sessions')
    await page.getByRole('link', { name: /lossy\.internal/ }).first().click()
    await page.waitForURL('**/s/*')
    await expectShown(stage, await stage.truthOf(HOSTS['lossy.internal']), page)
  })

  it('runs again into the same session', async () => {
    const { page } = stage.admin
    await diagnose(page, '203.0.113.10', { 'Interval': 200, 'Lost after': 1000, 'Probes': 5 })
    await eventually(() => textOf(page.getByRole('banner'))).toContain('Ended')
    await page.getByRole('button', { name: 'Run again' }).click()
    await eventually(() => page.getByLabel('Run', { exact: true }).locator('option').count()).toBe(2)
    await eventually(async () => (await logOf(page)).filter((event) => event.kind === 'run.ended').length).toBe(2)
    expect((await stage.truthOf('203.0.113.10')).length).toBe(10)
    await eventually(() => totalOf(page, 'answered')).toBe(5)
    expect(formatCount(5)).toBe((await totals(page))['sent'])
  })
})

function expectTruth(counts: { sent: number; answered: number; late: number; errors: number; lost: number; awaited: number; duplicates: number; reordered: number }, truth: readonly TruthProbe[]): void {
  const { sent, answered, late, errors, duplicates, reordered } = counts
  expect({ sent, answered, late, errors, unanswered: counts.lost + counts.awaited, duplicates, reordered }).toEqual(expectedCounts(truth, TIMEOUT_MS))
}

/** The run is stopped at any moment: the reply to its last probe may still be on the way when the tool ends, and then nobody sees it. */
function seenBy({ series }: PingView, truth: readonly TruthProbe[]): TruthProbe[] {
  const inFlight = series.state[series.slot(series.length - 1)] === PROBE.awaited
  return truth.map((probe, i) => (inFlight && i === truth.length - 1 ? { ...probe, fate: 'lost', answers: [] } : probe))
}

/** The page against the truth: counts exactly, the median within a tolerance; and against the API's log: to the last digit. */
async function expectShown(stage: Stage, all: readonly TruthProbe[], page = stage.admin.page): Promise<void> {
  const { view } = pingOf(foldOf(await logOf(page)))
  const truth = seenBy(view, all)
  const { counts } = view
  const wanted = expectedCounts(truth, TIMEOUT_MS)
  await eventually(() => totals(page)).toMatchObject({
    sent: formatCount(wanted.sent), answered: formatCount(wanted.answered), late: formatCount(wanted.late), lost: formatCount(wanted.unanswered - counts.awaited), waiting: formatCount(counts.awaited), duplicates: '0',
  })
  const loss = lossText(counts.lost, counts.judged)
  await eventually(() => figure(page, 'Loss')).toBe(`${loss.percent ?? ''}%${loss.counts}`)
  expect(counts.lost).toBe(truth.filter((probe) => probe.fate === 'lost').length - counts.awaited)
  const stats = windowStats(view, view.firstSentMs - 1000, view.lastSentMs + 1000)
  const p50 = await figure(page, 'Round trip p50')
  expect(p50).toBe(`${formatFixed(stats.p50Ms, 1)}ms`)
  const real = truth.flatMap((probe) => probe.answers[0]?.real_ms ?? [])
  expect(Math.abs(Number.parseFloat(p50) - quantile(real, 0.5))).toBeLessThan(MEDIAN_SLACK_MS)
  expect(await figure(page, 'Reply TTL')).toBe('57')
  expect(routersBack(57)).toMatchObject({ initial: 64, routers: 7 })
  expect(await figure(page, 'Routers out and back')).toContain('64 − 57 = 7 routers')
}
