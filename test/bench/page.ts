/** A day at one probe a second, opened in Chromium from the production build: bytes, time to the chart, longest block; then its replay. */
import { chownSync, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fold } from '#server/web/sessions/session-fold.ts'
import { SqliteSessionStore } from '#server/web/sessions/store.ts'
import { startChrome } from '#test/e2e/browser.ts'
import { makeHome, removeHome, ROOT, startServer } from '#test/e2e/server.ts'
import { pingEvents } from '#test/lib/protocol/sample-events.ts'
import { ended, idOf, newSession, queued, runOne, storeOptions } from '#test/server/web/sessions/harness.ts'
import type { Figure } from './run.ts'
import { firstLoad, socketClientKb } from './support/first-load.ts'
import { listen, seenBy, signIn, watchPage, type Seen } from './support/in-page.ts'
import { round } from './support/measure.ts'

const PROBES = 86_400
const PORT = 4400 + (process.pid % 90)

/** The session on disk, as a server that ran for a day would have left it. */
async function writeDay(dataDir: string): Promise<{ sessionId: string; jsonBytes: number }> {
  const store = await SqliteSessionStore.open(storeOptions(dataDir, { fold, foldModule: new URL('../../server/web/sessions/session-fold.ts', import.meta.url).href }))
  const events = pingEvents(PROBES, { startMs: Date.now() - PROBES * 1000 })
  const firstMs = events[0]?.atMs ?? 0
  await store.create({ ...newSession(1), ownerId: null }, firstMs - 2)
  await store.append(idOf(1), [queued(runOne, firstMs - 1)])
  for (let at = 0; at < events.length; at += 5000) await store.append(idOf(1), events.slice(at, at + 5000))
  await store.append(idOf(1), [ended(runOne, events.at(-1)?.atMs ?? 0)])
  await store.settled()
  await store.close()
  const { uid, gid } = statSync(dataDir)
  for (const name of readdirSync(dataDir)) chownSync(join(dataDir, name), uid, gid)
  return { sessionId: idOf(1), jsonBytes: events.reduce((sum, event) => sum + JSON.stringify({ ...event, seq: 1 }).length, 0) }
}

export async function bench(): Promise<Figure[]> {
  const weighed = firstLoad(ROOT)
  if (!weighed || !existsSync('/usr/bin/chromium')) {
    console.log('  not measured: needs a production build (npm run build) and /usr/bin/chromium')
    return []
  }
  const home = makeHome()
  // The first start makes the folder and gives it to the user that the server runs as.
  await (await startServer({ port: PORT, home })).stop()
  const day = await writeDay(join(home, 'data'))
  const server = await startServer({ port: PORT, home })
  const chrome = await startChrome()
  try {
    const { page } = await chrome.person()
    await signIn(page, server)
    await page.addInitScript(watchPage)
    const wire = await listen(await page.context().newCDPSession(page))
    await page.goto(`${server.origin}/s/${day.sessionId}`)
    await page.waitForFunction(() => (globalThis as unknown as { seen: Seen }).seen.chartMs > 0, undefined, { timeout: 60_000 })
    await page.waitForTimeout(1500)
    const opened = await seenBy(page)
    const scripts = wire.scriptKb
    const data = wire.socketKb
    await page.evaluate(() => { (globalThis as unknown as { seen: Seen }).seen.longest = 0 })
    const httpBefore = wire.httpKb
    const began = performance.now()
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    await page.waitForFunction(() => document.querySelector('[aria-label=Pause]') !== null, undefined, { timeout: 60_000 })
    const replayMs = performance.now() - began
    const replayed = await seenBy(page)
    return figures({ weighed, scripts, data, opened, replayMs, replayed, replayKb: wire.httpKb - httpBefore, jsonKb: day.jsonBytes / 1000 })
  } finally {
    await chrome.close()
    await server.stop()
    removeHome(home)
  }
}

interface Results { weighed: { pageKb: number; frameworkKb: number }; scripts: number; data: number; opened: Seen; replayMs: number; replayed: Seen; replayKb: number; jsonKb: number }

function figures({ weighed, scripts, data, opened, replayMs, replayed, replayKb, jsonKb }: Results): Figure[] {
  const least = weighed.frameworkKb + socketClientKb(ROOT)
  const json = `its events as JSON: ${Math.round(jsonKb)} KB`
  return [
    { figure: 'scripts of the session page, to its frame', ours: round(weighed.pageKb), unit: 'KB gz', against: `bare Next + socket.io-client: ${round(least)} KB`, ratio: round(weighed.pageKb / least), goal: '<= 1.2 (and 175 KB)' },
    { figure: 'scripts of the session page, until live, over the wire', ours: round(scripts), unit: 'KB', against: `bare Next + socket.io-client: ${round(least)} KB`, ratio: round(scripts / least), goal: '<= 1.2' },
    { figure: 'a day opened: data over the socket', ours: round(data), unit: 'KB', against: json, ratio: round(data / 1000), goal: '<= 1 (1 MB)' },
    { figure: 'a day opened: chart on the screen', ours: Math.round(opened.chartMs), unit: 'ms', against: '500 ms after navigation', ratio: round(opened.chartMs / 500), goal: '<= 1' },
    { figure: 'a day opened: longest block of the page', ours: Math.round(opened.longest), unit: 'ms', against: '50 ms (0: none was longer)', ratio: round(opened.longest / 50), goal: '<= 1' },
    { figure: 'a day replayed: data over HTTP', ours: round(replayKb), unit: 'KB', against: json, ratio: round(replayKb / 1000), goal: '<= 1 (1 MB)' },
    { figure: 'a day replayed: ready to play', ours: Math.round(replayMs), unit: 'ms', against: 'no limit of its own', ratio: 1, goal: 'told, not judged' },
    { figure: 'a day replayed: longest block of the page while loading', ours: Math.round(replayed.longest), unit: 'ms', against: '50 ms (0: none was longer)', ratio: round(replayed.longest / 50), goal: '<= 1' },
  ]
}
