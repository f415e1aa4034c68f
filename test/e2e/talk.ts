/** What browser tests ask of a page and of the API behind it. */
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { CreatedShare, EventsPage, FindingsPage, Inspection, SessionDetail, SessionSummary, ShareSummary, Started, TranscriptPage } from '#lib/protocol/api.ts'
import type { SessionEvent } from '#lib/protocol/events.ts'
import type { Result } from '#lib/protocol/result.ts'
import { ROUTES, type RouteName } from '#lib/protocol/routes.ts'
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import { isPing, type PingRun } from '#lib/session/runs.ts'
import type { SessionView } from '#lib/session/view.ts'

interface Answers {
  'event.read': EventsPage
  'finding.read': FindingsPage
  'session.read': SessionDetail
  'session.list': SessionSummary[]
  'session.start': Started
  'target.inspect': Inspection
  'share.list': ShareSummary[]
  'share.create': CreatedShare
  'run.stop': unknown
  'transcript.read': TranscriptPage
}

/** Waits for it with patience for a loaded machine; fails with the last value. */
export const eventually = <T>(read: () => Promise<T> | T, timeout = 30_000) => expect.poll(read, { timeout, interval: 50 })

/** Calls the HTTP API as the person at the page, from the page. */
export async function ask<N extends keyof Answers & RouteName>(page: Page, name: N, request: Record<string, unknown> = {}): Promise<Result<Answers[N]>> {
  const { method, path } = ROUTES[name]
  const left = { ...request }
  const url = path.replace(/:(\w+)/g, (_, key: string) => {
    const value = String(left[key])
    delete left[key]
    return encodeURIComponent(value)
  })
  const query = method === 'GET' ? `?${new URLSearchParams(Object.entries(left).map(([key, value]) => [key, String(value)])).toString()}` : ''
  const body = method === 'GET' ? null : JSON.stringify(left)
  const text = await page.evaluate(async ([to, how, what]) => {
    const answer = await fetch(to, { method: how, credentials: 'same-origin', ...(what !== null && { headers: { 'content-type': 'application/json' }, body: what }) })
    return answer.text()
  }, [url + query, method, body] as const)
  return answered<N>(text)
}

/** Guarantee: the server's JSON answer to this route, which the API tests check against the same types. */
const answered = <N extends keyof Answers>(text: string): Result<Answers[N]> => JSON.parse(text) as Result<Answers[N]>

export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

export const sessionIdOf = (page: Page): string => /\/s\/([A-Za-z0-9_-]{16})/.exec(page.url())?.[1] ?? ''

/** The whole log as the API gives it. */
export async function logOf(page: Page, sessionId = sessionIdOf(page)): Promise<SessionEvent[]> {
  const events: SessionEvent[] = []
  for (;;) {
    const got = value(await ask(page, 'event.read', { sessionId, after: events.at(-1)?.seq ?? 0, limit: 10_000 }))
    events.push(...got.events)
    if (got.events.length === 0 || (events.at(-1)?.seq ?? 0) >= got.headSeq) return events
  }
}

/** What a log folds into, up to a moment. */
export function foldOf(events: readonly SessionEvent[], untilMs = Number.POSITIVE_INFINITY): SessionView {
  const view = emptySession()
  for (const event of events) {
    if (event.atMs > untilMs) break
    applyEvent(view, event)
  }
  return view
}

/** The session's first ping run. */
export function pingOf(view: SessionView): PingRun {
  const run = view.runs.find(isPing)
  if (!run) throw new Error('the session has no ping run')
  return run
}

/** A figure of the readout, as text: `29.8ms`, `8.3%5 of 60`. */
export const figure = (page: Page, name: string): Promise<string> =>
  page.locator('dl > div').filter({ has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) }).locator('dd').innerText().then((text) => text.replaceAll(/\s+/g, ' ').trim())

/** The table of totals: what we measured, by name. */
export async function totals(page: Page): Promise<Record<string, string>> {
  const rows = await page.getByRole('region', { name: 'Totals of the run' }).locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)))
  return Object.fromEntries(rows.map(([name, ours]) => [name ?? '', ours ?? '']))
}

export const totalOf = async (page: Page, name: string): Promise<number> => Number((await totals(page))[name]?.replaceAll(',', '') ?? Number.NaN)

/** Everything the page says, once. */
export const textOf = (locator: Locator): Promise<string> => locator.innerText().then((text) => text.replaceAll(/\s+/g, ' '))

/** Sets options of the ping on the start page. */
export async function setOptions(page: Page, options: Record<string, number>): Promise<void> {
  const button = page.getByRole('button', { name: 'Options of Ping' })
  if (await button.getAttribute('aria-expanded') !== 'true') await button.click()
  for (const [label, number] of Object.entries(options)) await page.getByLabel(label, { exact: true }).fill(String(number))
}

/** Ticks exactly these runs on the start page. */
export async function tickOnly(page: Page, labels: readonly string[]): Promise<void> {
  for (const label of ['Ping', 'mtr', 'Path MTU', 'Names', 'Reach', 'Traceroute', 'Pathping', 'nslookup']) await page.getByRole('group', { name: 'Proposed runs' }).getByRole('checkbox', { name: new RegExp(`^${label}\\b`) }).setChecked(labels.includes(label), { force: true })
}

/** Types a target on the start page with a ping alone, presses Enter and waits for the session's page. */
export async function diagnose(page: Page, target: string, options: Record<string, number> = { 'Interval': 200, 'Lost after': 1000 }): Promise<string> {
  if (new URL(page.url()).pathname !== '/') await page.goto('/')
  await page.getByLabel('Target:').fill(target)
  await tickOnly(page, ['Ping'])
  await setOptions(page, options)
  await page.getByLabel('Target:').press('Enter')
  await page.waitForURL('**/s/*')
  return sessionIdOf(page)
}

/** Starts a run over the API. */
export async function startRun(page: Page, target: string, options: Record<string, unknown>): Promise<string> {
  return value(await ask(page, 'session.start', { target, runs: [{ tool: 'ping', options: { intervalMs: 200, timeoutMs: 1000, ...options } }] })).sessionId
}

/** Starts a ping, an mtr and a path-MTU run over the API, as the start page does. */
export async function startPath(page: Page, target: string, rounds?: number): Promise<string> {
  const runs = [
    { tool: 'ping', options: { intervalMs: 500, timeoutMs: 1000, ...(rounds !== undefined && { count: 2 * rounds }) } },
    { tool: 'mtr', options: { timeoutMs: 1000, maxHops: 12, ...(rounds !== undefined && { cycles: rounds }) } }, { tool: 'pmtu', options: {} },
  ]
  return value(await ask(page, 'session.start', { target, runs })).sessionId
}

/** Waits until every run of the session is over and its log is final. */
export async function ended(page: Page, sessionId: string, timeout = 40_000): Promise<void> {
  await eventually(async () => value(await ask(page, 'session.read', { sessionId })).runs.every((run) => run.endedAtMs !== null), timeout).toBe(true)
}
