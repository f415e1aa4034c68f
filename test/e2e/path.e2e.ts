/** The path in the browser: five networks with a known truth, and what table, chart, readout and findings make of them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { isPath, type PathRun } from '#lib/session/runs.ts'
import { labOrSkip } from '#test/lab/privilege.ts'
import type { TruthProbe } from '#test/lab/truth.ts'
import { picture, SIZES, type Size } from './browser.ts'
import { makePolicy, openStage, pictureFailure, setUp, signIn, type Person, type Stage } from './stage.ts'
import { ask, ended, eventually, figure, foldOf, logOf, startPath, textOf, totalOf, value } from './talk.ts'

const PATHS = { clean: '203.0.113.30', lossy: '203.0.113.31', limited: '203.0.113.32', change: '203.0.113.37', loop: '203.0.113.40', ecmp: '203.0.113.44' } as const
type Name = keyof typeof PATHS
const NAMES = Object.keys(PATHS).filter((name): name is Name => name in PATHS)
const SCENARIOS = ['path-clean', 'path-lossy-last-mile', 'path-rate-limited-hop', 'path-route-change', 'path-routing-loop', 'path-ecmp']
/** Enough for a verdict: 30 judged probes at a hop, and some more while the change of route happens. */
const ROUNDS = 45
/** Six sessions of three runs, at once. */
const LIMITS = { runsPerUser: 32, runsPerHost: 64, newTargetsPerMinute: 60 }
const ROUTERS = 6
const host = (name: Name): string => `${name}.path.internal`
const router = (n: number): string => `198.51.100.${n}`

describe.skipIf(!labOrSkip())('path', () => {
  let stage: Stage
  const people = new Map<Size, Person>()
  const sessions = new Map<Name, string>()
  const folder = mkdtempSync(join(tmpdir(), 'hopscope-policy-'))
  beforeAll(async () => {
    stage = await openStage({ port: 4218, scenarios: SCENARIOS, hosts: Object.fromEntries(NAMES.map((name) => [host(name), PATHS[name]])), env: { HOPSCOPE_POLICY: makePolicy(folder, LIMITS) } })
    await setUp(stage)
    for (const name of ['light', 'phone'] as const) people.set(name, await signIn(stage, name))
    people.set('dark', stage.admin)
  })
  afterEach((context) => pictureFailure(stage, context))
  afterAll(async () => {
    await stage?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** The session at rest: every run over, the whole of it shown. */
  async function opened(page: Page, name: Name): Promise<Locator> {
    const sessionId = sessions.get(name) ?? ''
    await ended(page, sessionId)
    await page.goto(`/s/${sessionId}?last=all`)
    const table = page.getByRole('table', { name: /^Hops from lab-bastion/ })
    await table.waitFor()
    return table
  }

  async function pictures(name: Name): Promise<void> {
    for (const size of Object.keys(SIZES).filter((one): one is Size => one in SIZES)) {
      const page = people.get(size)?.page
      if (!page) throw new Error(`nobody looks at ${size}`)
      await opened(page, name)
      await page.evaluate(() => document.fonts.ready)
      await eventually(() => page.locator('[aria-busy=true]').count()).toBe(0)
      await picture(page, `path-${name}-${size}`)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${name} at ${size} is wider than its window`).toBeLessThanOrEqual(0)
      if (size === 'phone') {
        await page.getByRole('table', { name: /^Hops from/ }).scrollIntoViewIfNeeded()
        await picture(page, `path-${name}-${size}-hops`)
      }
    }
  }

  async function firstFinding(page: Page, name: Name): Promise<{ rule: string; title: string } | null> {
    const { findings } = value(await ask(page, 'finding.read', { sessionId: sessions.get(name) ?? '' }))
    const first = page.locator('#findings').getByRole('heading', { level: 3 }).first()
    if (findings.every((finding) => finding.severity === 'ok')) return null
    const title = await textOf(first)
    return { rule: findings.find((finding) => finding.title.replaceAll(/\s+/g, ' ') === title)?.rule ?? 'not in the API', title }
  }

  it('the start page proposes ping, mtr, the path MTU and names, and Enter starts all four', async () => {
    const { page } = stage.admin
    await page.getByLabel('Target:').fill(host('clean'))
    const proposed = page.getByRole('group', { name: 'Proposed runs' })
    for (const words of ['ping -n -O', 'mtr', 'Path MTU', 'Names']) await eventually(() => textOf(proposed)).toContain(words)
    expect(await proposed.getByRole('checkbox').evaluateAll((all) => all.map((one) => one instanceof HTMLInputElement && one.checked))).toEqual([true, true, true, true, false, false, false, false])
    await page.getByLabel('Target:').press('Enter')
    await page.waitForURL('**/s/*')
    await eventually(() => textOf(page.getByRole('contentinfo'))).toMatch(/4 runs: Ping, mtr ICMP, Path MTU( \d+)?, Names/)
    expect(await page.getByLabel('Run', { exact: true }).count()).toBe(0)
    await eventually(() => page.getByRole('table', { name: /^Hops from/ }).getByRole('row').count()).toBeGreaterThan(ROUTERS)
    await page.goto('/')
    await page.getByLabel('Target:').fill(host('clean'))
    await eventually(() => textOf(page.getByRole('list', { name: 'Probing this address already' }))).toMatch(/Another session is probing this address now: \S.* by Olga Bauer since \d\d:\d\d/)
    await page.getByRole('link', { name: 'Open it' }).first().click()
    await page.waitForURL('**/s/*')
    await page.getByRole('button', { name: 'Stop' }).click()
    await eventually(() => textOf(page.getByRole('banner'))).toContain('Ended')
  })

  it('measures six networks at once', async () => {
    const { page } = stage.admin
    for (const name of NAMES) sessions.set(name, await startPath(page, host(name), ROUNDS))
    for (const name of NAMES) await ended(page, sessions.get(name) ?? '', 100_000)
  })

  it('clean: the table is the truth, out and back are the same length, and nothing is wrong', async () => {
    const { page } = stage.admin
    const table = await opened(page, 'clean')
    await expectTruth(stage, table, 'clean')
    expect(await figure(page, 'Routers out and back')).toMatch(/hop 7 = 6 routers.*64 − 58 = 6 routers.*same length/)
    await eventually(() => textOf(page.locator('#findings'))).toContain('Nothing wrong found')
    expect(await textOf(page.locator('#findings'))).toMatch(/Path MTU.*1,?500/)
    expect(await textOf(page.getByRole('navigation', { name: 'Views' }))).toContain('Path MTU 1500')
    expect(await firstFinding(page, 'clean')).toBeNull()
    await pictures('clean')
    await page.getByRole('button', { name: 'Probes and errors below the chart' }).click()
    await eventually(() => totalOf(page, 'sent')).toBe(2 * ROUNDS)
    await page.getByRole('button', { name: 'Show the path' }).click()
    await table.waitFor()
  })

  it('lossy last mile: loss is red where it begins and said first', async () => {
    const { page } = stage.admin
    const table = await opened(page, 'lossy')
    await expectTruth(stage, table, 'lossy')
    expect((await firstFinding(page, 'lossy'))?.rule).toBe('P-LOSS-ONSET')
    expect(await rowOf(table, ROUTERS - 1).locator('s').count()).toBe(0)
    expect(await textOf(page.locator('#findings'))).toContain('Explained by:')
    await page.locator('#findings').getByRole('heading', { level: 3 }).first().getByRole('button').click()
    await eventually(() => table.locator('[aria-selected=true]').count()).toBeGreaterThan(0)
    await pictures('lossy')
  })

  it('rate-limited hop: its loss is struck through and called what it is', async () => {
    const { page } = stage.admin
    const table = await opened(page, 'limited')
    const limited = rowOf(table, 3)
    await eventually(() => limited.locator('s').count()).toBe(1)
    expect(await textOf(limited)).toContain('rate limits ICMP, not loss')
    for (const ttl of [1, 2, 4, 5, 6, 7]) expect(await rowOf(table, ttl).locator('s').count()).toBe(0)
    expect((await firstFinding(page, 'limited'))?.rule).toBe('P-LOSS-COSMETIC')
    await pictures('limited')
  })

  it('route change: the former routers stay, dim, with the time they left; the chart says where', async () => {
    const { page } = stage.admin
    const table = await opened(page, 'change')
    for (const former of [router(3), router(4)]) await eventually(() => textOf(table)).toMatch(new RegExp(`${former.replaceAll('.', '\\.')} ?until \\d\\d:\\d\\d:\\d\\d`))
    for (const [ttl, now] of [[3, router(33)], [4, router(34)]] as const) expect(await textOf(rowOf(table, ttl))).toContain(now)
    await eventually(() => page.locator('canvas[data-part="main"]').getAttribute('aria-label')).toMatch(/route change at hop 3, 198\.51\.100\.3 to \.33 at \d\d:\d\d:\d\d/)
    expect((await firstFinding(page, 'change'))?.rule).toBe('P-PATH-CHANGE')
    await pictures('change')
  })

  it('equal-cost paths: every router with its share; a loop looks like a loop', async () => {
    const { page } = stage.admin
    const table = await opened(page, 'ecmp')
    expect(await textOf(rowOf(table, 3))).toMatch(/^×\d ?3/)
    for (const one of [router(3), router(13), router(23)]) expect(await textOf(table)).toMatch(new RegExp(`${one.replaceAll('.', '\\.')} \\d+ %`))
    expect((await firstFinding(page, 'ecmp'))?.rule).toBe('P-ECMP')
    await pictures('ecmp')
    const loop = await opened(page, 'loop')
    const rows = await loop.getByRole('rowheader').allInnerTexts()
    expect(rows.filter((text) => text.includes(router(3))).length).toBeGreaterThan(2)
    expect(rows.filter((text) => text.includes(router(4))).length).toBeGreaterThan(2)
    expect((await firstFinding(page, 'loop'))?.rule).toBe('P-LOOP')
    await pictures('loop')
  })

  it('one more protocol with one click, from the palette and from the keyboard', async () => {
    const { page } = stage.admin
    await opened(page, 'clean')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search or run' }).fill('trace with tcp')
    await page.keyboard.press('Enter')
    await eventually(() => page.getByLabel('Run', { exact: true }).locator('option').allInnerTexts().then((all) => all.join())).toMatch(/mtr TCP :443/)
    await eventually(() => page.getByRole('table', { name: /^Hops from/ }).getByRole('row').count()).toBeGreaterThan(ROUTERS)
    await eventually(() => textOf(page.getByRole('banner'))).toContain('Live')
    await page.keyboard.press('x')
    await eventually(() => textOf(page.getByRole('banner'))).toContain('Ended')
    await page.getByRole('tab', { name: 'Terminal' }).click()
    await eventually(() => textOf(page.getByRole('complementary', { name: 'Runs' }))).toMatch(/Ping.*mtr ICMP.*Path MTU 1500.*mtr TCP :443/)
    await page.getByRole('log').getByRole('button').first().click()
    expect(await textOf(page.getByRole('complementary', { name: 'How this line was read' }))).toMatch(/says [xhp]: /)
  })
})

/** The row of a hop: its first cell is the number. */
const rowOf = (table: Locator, ttl: number): Locator => table.getByRole('row').filter({ has: table.page().locator(`button[data-hop="${ttl}"][aria-expanded]`) })

/** Hosts of every row as the network has them; counts as what really happened to mtr's probes at that TTL. */
async function expectTruth(stage: Stage, table: Locator, name: Name): Promise<void> {
  const probes = (await stage.truthOf(PATHS[name])).filter((probe) => probe.sent_ttl <= ROUTERS + 1)
  const run = pathOf(foldOf(await logOf(table.page())).runs.filter(isPath))
  const mine = probes.filter((probe) => probe.at_ms >= (run.startedAtMs ?? 0) && probe.at_ms <= (run.endedAtMs ?? Infinity))
  for (let ttl = 1; ttl <= ROUTERS + 1; ttl++) {
    const text = await textOf(rowOf(table, ttl))
    expect(text).toContain(ttl <= ROUTERS ? router(ttl) : PATHS[name])
    const at = mine.filter((probe) => probe.sent_ttl === ttl)
    const counts = run.view.hops[ttl - run.view.firstTtl]?.total
    expect({ ttl, sent: counts?.sent, answered: (counts?.answered ?? 0) + (counts?.late ?? 0) }).toEqual({ ttl, sent: at.length, answered: at.filter(wasAnswered).length })
    const lost = at.length - at.filter(wasAnswered).length - (counts?.awaited ?? 0)
    expect(text).toContain(`${(100 * lost / (at.length - (counts?.awaited ?? 0))).toFixed(1)}%`)
  }
}

const wasAnswered = (probe: TruthProbe): boolean => probe.answers.length > 0

function pathOf(runs: readonly PathRun[]): PathRun {
  const [run] = runs
  if (!run) throw new Error('the session has no path run')
  return run
}
