/** Every row of the terminal corpus comes out of a tool, through pty, log and socket, into Chromium, and does nothing there but be read. */
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CDPSession, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { labOrSkip } from '#test/lab/privilege.ts'
import { openStage, pictureFailure, setUp, type Stage } from './stage.ts'
import { ask, ended, eventually, foldOf, logOf, pingOf, startRun, textOf, value } from './talk.ts'

const FIXTURES = join(import.meta.dirname, '../fixtures')
const TARGET = '203.0.113.18'
/** Processor time of the page's main thread that one row may cost, from scrolling to it until it stands there. */
const ROW_CPU_MS = 100
const LINE_PX = 17
/** Elements of which lines are made. Anything else came out of a row. */
const OURS = new Set(['DIV', 'BUTTON', 'SPAN', 'TIME', 'B', 'I', 'svg', 'path', 'circle'])

interface Row { text: string; kind: string }

function corpus(): Row[] {
  const lines = readFileSync(join(FIXTURES, 'attacks/terminal.public.txt'), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return lines.flatMap((line) => {
    const [json = '""', channel = '', , kind = ''] = line.split('\t')
    return channel.split(',').includes('stdout') ? [{ text: String(JSON.parse(json)), kind }] : []
  })
}

/** C1 rows go out twice: as the raw bytes they stand for, and as UTF-8. */
const bytesOf = ({ text, kind }: Row): Buffer[] => (kind === 'c1' ? [Buffer.from(text, 'latin1'), Buffer.from(text, 'utf8')] : [Buffer.from(text, 'utf8')])

describe.skipIf(!labOrSkip())('hostile output', () => {
  const rows = corpus().flatMap((row) => bytesOf(row).map((bytes) => ({ ...row, bytes })))
  const folder = mkdtempSync(join(tmpdir(), 'hopscope-hostile-'))
  let stage: Stage
  beforeAll(async () => {
    chmodSync(folder, 0o755)
    copyFileSync('/usr/bin/ping', join(folder, 'real-ping'))
    writeFileSync(join(folder, 'ping'), readFileSync(join(FIXTURES, 'bin/hostile-ping'), 'utf8').replace('@PLACE@', folder))
    writeFileSync(join(folder, 'rows.jsonl'), rows.map(({ bytes }) => `${JSON.stringify([...bytes])}\n`).join(''))
    writeFileSync(join(folder, 'wrap'), `#!/bin/sh\nmount --bind ${folder}/ping /usr/bin/ping && exec "$@"\n`)
    for (const program of ['ping', 'real-ping', 'wrap']) chmodSync(join(folder, program), 0o755)
    stage = await openStage({ port: 4216, wrap: [join(folder, 'wrap')] })
    await setUp(stage)
  })
  afterEach((context) => pictureFailure(stage, context))
  afterAll(async () => {
    await stage?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is kept whole, misread by nobody and inert on the page', async () => {
    const { page } = stage.admin
    const happened = watch(page)
    const sessionId = await startRun(page, TARGET, {})
    await ended(page, sessionId)
    const events = await logOf(page, sessionId)
    const run = pingOf(foldOf(events))
    // Long lines are cut for the parser; of the transcript nothing is missing.
    expect(events.filter((event) => event.kind === 'run.truncated' && event.what !== 'line')).toEqual([])
    // A row that reads like a reply is one, of the host that it names: never one of the target.
    const replies = events.filter((event) => event.kind === 'ping.reply')
    expect(replies.map((reply) => reply.from ?? '').toSorted((a, b) => a.localeCompare(b))).toEqual(['10.0.0.1', '6.6.6.6'])
    expect(run.unrecognised).toBeGreaterThan(rows.length)
    const lines = await transcriptOf(page, sessionId, run.runId)
    for (const [n] of rows.entries()) for (const marker of [`row ${n}`, `after ${n}`]) expect(lines.filter((line) => line === marker || line.endsWith(`\n${marker}`)).length, marker).toBeGreaterThan(0)

    await page.goto(`/s/${sessionId}/terminal`)
    const log = page.getByRole('log', { name: 'ping output' })
    await eventually(() => log.getByRole('button').count()).toBeGreaterThan(5)
    const address = page.url(), title = await page.title()
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
    const costs: { row: string; ms: number }[] = []
    for (const [n, row] of rows.entries()) {
      const before = await taskMs(cdp)
      await log.evaluate((box, top) => { box.scrollTop = top }, Math.max(0, (lines.indexOf(`row ${n}`) - 2) * LINE_PX))
      await page.waitForFunction((marker) => [...document.querySelectorAll('[role=log] button')].some((line) => line.textContent.endsWith(marker)), `row ${n}`, { timeout: 10_000 })
      costs.push({ row: JSON.stringify(row.text.slice(0, 40)), ms: await taskMs(cdp) - before })
      if (['screen', 'unterminated'].includes(row.kind)) await page.waitForFunction((marker) => [...document.querySelectorAll('[role=log] button')].some((line) => line.textContent.endsWith(marker)), `after ${n}`, { timeout: 10_000 })
      expect((await strangers(page)).filter((name) => !OURS.has(name)), row.text.slice(0, 60)).toEqual([])
    }
    expect(costs.filter(({ ms }) => ms > ROW_CPU_MS)).toEqual([])
    expect(new URL(page.url()).pathname).toBe(new URL(address).pathname)
    expect(await page.title()).toBe(title)
    expect(happened).toEqual([])
  })

  it('choosing, finding and the other views are as safe', async () => {
    const { page } = stage.admin
    const happened = watch(page)
    const log = page.getByRole('log', { name: 'ping output' })
    await page.keyboard.press('f')
    for (const text of ['<img src=x onerror', 'javascript:alert', '[2J', 'HYPERLINK']) {
      await page.getByLabel('Find in the transcript').fill(text)
      await eventually(() => textOf(page.getByRole('search'))).toMatch(/\d+ lines/)
      await page.getByLabel('Find in the transcript').press('Enter')
      await eventually(() => log.getByRole('button', { pressed: true }).count()).toBe(1)
    }
    await page.keyboard.press('Escape')
    await eventually(() => textOf(page.getByRole('complementary', { name: 'How this line was read' }))).toMatch(/[1-9][\d,]* of [\d,]+ lines/)
    await page.getByRole('tab', { name: /Path/ }).click()
    await eventually(() => textOf(page.locator('#main'))).toContain('Totals of the run')
    await page.goto('/sessions')
    await eventually(() => textOf(page.locator('#main'))).toContain(TARGET)
    expect(happened).toEqual([])
  })
})

/** What must not happen: dialogs, new windows, navigation of the page to elsewhere, requests to anybody but the server. */
function watch(page: Page): string[] {
  const happened: string[] = []
  page.on('dialog', (dialog) => { happened.push(`dialog ${dialog.message()}`); void dialog.dismiss() })
  page.on('popup', () => happened.push('a new window'))
  page.on('download', () => happened.push('a download'))
  page.on('request', (request) => { if (!request.url().startsWith('http://127.0.0.1:4216/') && !request.url().startsWith('data:image/')) happened.push(`request ${request.url()}`) })
  return happened
}

/** Names of all elements in the lines; one with an event attribute or a link is given as such. */
const strangers = (page: Page): Promise<string[]> => page.locator('[role=log]').evaluate((box) => [...box.querySelectorAll('*')].map((element) =>
  (element.getAttributeNames().some((name) => name.startsWith('on') || name === 'href' || name === 'src') ? `${element.tagName} with an attribute` : element.tagName)))

/** Every line of a transcript, as the page's API gives it. */
async function transcriptOf(page: Page, sessionId: string, runId: string): Promise<string[]> {
  const lines: string[] = []
  for (;;) {
    const got = value(await ask(page, 'transcript.read', { sessionId, runId, fromLine: lines.length + 1, count: 1000 }))
    lines.push(...got.lines.map((line) => line.text))
    if (got.lines.length === 0 || lines.length >= got.totalLines) return lines
  }
}

/** Processor time of all tasks of the main thread so far, ms. */
async function taskMs(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0)
}
