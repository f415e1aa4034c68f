/** Two hours and a day of a 30-hop mtr, opened in Chromium from the production build: time to the hop table, then its replay. */
import { chownSync, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { Observed } from '#lib/protocol/events.ts'
import { fold } from '#server/web/sessions/session-fold.ts'
import { SqliteSessionStore } from '#server/web/sessions/store.ts'
import { startChrome } from '#test/e2e/browser.ts'
import { makeHome, removeHome, ROOT, startServer } from '#test/e2e/server.ts'
import { RUN } from '#test/lib/tools/path/context.ts'
import { HOPS, longRun, START, TARGET } from '#test/lib/tools/path/day.ts'
import { ended, idOf, newSession, storeOptions } from '#test/server/web/sessions/harness.ts'
import type { Figure } from './run.ts'
import { firstLoad } from './support/first-load.ts'
import { seenBy, signIn, watchPage, type Seen } from './support/in-page.ts'

const PORT = 4500 + (process.pid % 90)
const GOAL_MS = 1500
const BATCH = 5000

/** The session on disk, as a server that ran so long would have left it. */
async function write(store: SqliteSessionStore, n: number, hours: number): Promise<string> {
  const target = { host: 'target.example', address: TARGET, family: 4 as const, addresses: [TARGET] }
  const shiftMs = Date.now() - START - hours * 3_600_000
  await store.create({ ...newSession(n), ownerId: null }, START + shiftMs - 2)
  const begin: Observed = { kind: 'run.queued', runId: RUN, tool: 'mtr', target, options: {}, by: 'kim', policyId: 'p1', atMs: START + shiftMs - 1 }
  let batch: Observed[] = [begin]
  for (const { seq: _, ...event } of longRun(hours * 3600)) {
    batch.push({ ...event, ...('sentAtMs' in event && event.sentAtMs !== undefined ? { sentAtMs: event.sentAtMs + shiftMs } : {}), atMs: event.atMs + shiftMs })
    if (batch.length < BATCH) continue
    await store.append(idOf(n), batch)
    batch = []
  }
  await store.append(idOf(n), [...batch, ended(RUN, Date.now())])
  await store.settled()
  return idOf(n)
}

interface Opening { opened: Seen; replayMs: number; replayed: Seen; seekMs: number }

/** Opens the session, waits for the table, then for its replay, then goes to the middle of it. */
async function open(page: Page, url: string): Promise<Opening> {
  await page.goto(url)
  await page.waitForFunction(() => (globalThis as unknown as { seen: Seen }).seen.tableMs > 0, undefined, { timeout: 60_000 })
  const opened = await seenBy(page)
  await page.evaluate(() => { (globalThis as unknown as { seen: Seen }).seen.longest = 0 })
  const began = performance.now()
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await page.waitForFunction(() => document.querySelector('[aria-label=Pause]') !== null, undefined, { timeout: 120_000 })
  const replayMs = performance.now() - began
  const seekMs = await seekMiddle(page)
  return { opened, replayMs, replayed: await seenBy(page), seekMs }
}

/** From a click on the middle of the scrubber until that moment is shown. */
async function seekMiddle(page: Page): Promise<number> {
  const box = await page.getByRole('slider', { name: 'Position' }).boundingBox()
  if (!box) throw new Error('the scrubber is not on the page')
  const began = performance.now()
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  await page.waitForFunction(() => {
    const slider = document.querySelector('[role=slider][aria-label=Position]')
    const isThere = Number(slider?.getAttribute('aria-valuenow')) > 0.49 * Number(slider?.getAttribute('aria-valuemax'))
    return isThere && document.querySelector('[aria-label=Replay]')?.getAttribute('aria-busy') === 'false'
  }, undefined, { timeout: 120_000 })
  return performance.now() - began
}

function figures(hours: number, { opened, replayMs, replayed, seekMs }: Opening): Figure[] {
  const name = `${HOPS} hops, ${hours} h`
  return [
    { figure: `${name}, opened: hop table on the screen`, ours: Math.round(opened.tableMs), unit: 'ms', against: `${GOAL_MS} ms after navigation`, ratio: opened.tableMs / GOAL_MS, goal: '<= 1' },
    { figure: `${name}, opened: longest block of the page`, ours: Math.round(opened.longest), unit: 'ms', against: '50 ms (0: none was longer)', ratio: opened.longest / 50, goal: '<= 1' },
    { figure: `${name}, replay: ready to play`, ours: Math.round(replayMs), unit: 'ms', against: `${GOAL_MS} ms after the click`, ratio: replayMs / GOAL_MS, goal: '<= 1' },
    { figure: `${name}, replay: longest block of the page while loading`, ours: Math.round(replayed.longest), unit: 'ms', against: '50 ms (0: none was longer)', ratio: replayed.longest / 50, goal: '<= 1' },
    { figure: `${name}, replay: first seek to the middle`, ours: Math.round(seekMs), unit: 'ms', against: 'no limit of its own', ratio: 1, goal: 'told, not judged' },
  ]
}

/** Needs a production build and Chromium; says so and measures nothing without. */
export async function bench(): Promise<Figure[]> {
  if (!firstLoad(ROOT) || !existsSync('/usr/bin/chromium')) {
    console.log('  not measured: needs a production build (npm run build) and /usr/bin/chromium')
    return []
  }
  const home = makeHome()
  // The first start makes the folder and gives it to the user that the server runs as.
  await (await startServer({ port: PORT, home })).stop()
  const dataDir = join(home, 'data')
  const store = await SqliteSessionStore.open(storeOptions(dataDir, { fold, foldModule: new URL('../../server/web/sessions/session-fold.ts', import.meta.url).href }))
  const sessions = [{ hours: 2, id: await write(store, 1, 2) }, { hours: 24, id: await write(store, 2, 24) }]
  await store.close()
  const { uid, gid } = statSync(dataDir)
  for (const name of readdirSync(dataDir)) chownSync(join(dataDir, name), uid, gid)
  const server = await startServer({ port: PORT, home })
  const chrome = await startChrome()
  try {
    const { page } = await chrome.person()
    await signIn(page, server)
    await page.addInitScript(watchPage)
    const all: Figure[] = []
    for (const { hours, id } of sessions) all.push(...figures(hours, await open(page, `${server.origin}/s/${id}`)))
    return all
  } finally {
    await chrome.close()
    await server.stop()
    removeHome(home)
  }
}
