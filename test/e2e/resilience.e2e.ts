/** Whatever dies or sleeps: what was shown is kept, no tool outlives its runner, and the page comes back by itself. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { labOrSkip } from '#test/lab/privilege.ts'
import { childOf, isAlive, toolsIn } from './processes.ts'
import { openStage, pictureFailure, setUp, signIn, type Stage } from './stage.ts'
import { ended, eventually, foldOf, logOf, pingOf, sessionIdOf, startRun, textOf, totalOf, totals } from './talk.ts'

const NO_TOOL_WITHIN_MS = 2000
const NODE_SCRIPTS = { web: 'server/web/main.ts', runner: 'server/runner/main.ts' } as const

describe.skipIf(!labOrSkip())('resilience', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await openStage({ port: 4213 })
    await setUp(stage)
  })
  afterEach((context) => pictureFailure(stage, context))
  afterAll(() => stage?.close())

  /** Opens a session with a live run, and gives what the page showed last before `kill`. */
  async function measuring(page: Page): Promise<{ sessionId: string; answered: number; sent: number }> {
    const sessionId = await startRun(page, 'calm.internal', {})
    await page.goto(`/s/${sessionId}`)
    await eventually(() => totalOf(page, 'answered')).toBeGreaterThan(8)
    expect(toolsIn(stage.lab.name).length).toBe(1)
    return { sessionId, answered: await totalOf(page, 'answered'), sent: await totalOf(page, 'sent') }
  }

  /** The page is connected again, reads interrupted, and shows at least what it showed; so does the log. */
  async function recovered(page: Page, shown: { sessionId: string; answered: number; sent: number }): Promise<void> {
    await eventually(() => textOf(page.getByRole('banner')), 30_000).toContain('Interrupted')
    await eventually(() => page.getByRole('group', { name: 'Notice' }).count()).toBe(0)
    await ended(page, shown.sessionId)
    const run = pingOf(foldOf(await logOf(page)))
    expect(run.state).toBe('interrupted')
    expect(run.view.counts.answered).toBeGreaterThanOrEqual(shown.answered)
    expect(run.view.counts.sent).toBeGreaterThanOrEqual(shown.sent)
    await eventually(() => totals(page)).toMatchObject({ sent: String(run.view.counts.sent), answered: String(run.view.counts.answered) })
    expect(await textOf(page.locator('#main'))).toContain('Ping was interrupted.')
    expect((await stage.truthOf('203.0.113.18')).length).toBeGreaterThanOrEqual(run.view.counts.answered)
  }

  it('web is killed: the page says so, finds back, and nothing shown is lost', async () => {
    const { page } = stage.admin
    const shown = await measuring(page)
    process.kill(childOf(stage.server.pid, NODE_SCRIPTS.web), 'SIGKILL')
    await eventually(() => textOf(page.getByRole('group', { name: 'Notice' }))).toMatch(/No connection to lab-bastion since \d\d:\d\d:\d\d\./)
    expect(await textOf(page.getByRole('banner'))).toContain('Reconnecting')
    await eventually(() => toolsIn(stage.lab.name), NO_TOOL_WITHIN_MS).toEqual([])
    await recovered(page, shown)
  })

  it('the runner is killed: no tool outlives it, and new runs start', async () => {
    const { page } = stage.admin
    const shown = await measuring(page)
    process.kill(childOf(stage.server.pid, NODE_SCRIPTS.runner), 'SIGKILL')
    await eventually(() => toolsIn(stage.lab.name), NO_TOOL_WITHIN_MS).toEqual([])
    await recovered(page, shown)
    await eventually(() => page.getByRole('button', { name: 'Run again' }).isEnabled()).toBe(true)
    await page.getByRole('button', { name: 'Run again' }).click()
    await eventually(() => toolsIn(stage.lab.name).length).toBe(1)
    await eventually(() => totalOf(page, 'answered')).toBeGreaterThan(2)
    await page.getByRole('button', { name: 'Stop' }).click()
    await eventually(() => toolsIn(stage.lab.name).length).toBe(0)
  })

  it('the launcher is killed: everything ends with it; started again, the same session is whole', async () => {
    const { page } = stage.admin
    const shown = await measuring(page)
    const children = Object.values(NODE_SCRIPTS).map((script) => childOf(stage.server.pid, script))
    await stage.server.kill('SIGKILL')
    await eventually(() => toolsIn(stage.lab.name), NO_TOOL_WITHIN_MS).toEqual([])
    await eventually(() => children.filter(isAlive)).toEqual([])
    await eventually(() => page.getByRole('group', { name: 'Notice' }).count()).toBe(1)
    await eventually(() => totals(page)).toMatchObject({ answered: expect.not.stringMatching(/^(0|–)$/) as unknown })
    await stage.restart()
    await recovered(page, shown)
  })

  it('a tab that slept catches up without a gap', async () => {
    const sleeper = await signIn(stage)
    const { page } = stage.admin
    const sessionId = await startRun(page, 'lossy.internal', { count: 60 })
    await page.goto(`/s/${sessionId}`)
    await sleeper.page.goto(`/s/${sessionId}`)
    await eventually(() => totalOf(sleeper.page, 'sent')).toBeGreaterThan(5)
    const cdp = await sleeper.page.context().newCDPSession(sleeper.page)
    await cdp.send('Page.setWebLifecycleState', { state: 'frozen' })
    await eventually(() => totalOf(page, 'sent'), 30_000).toBeGreaterThan(35)
    await cdp.send('Page.setWebLifecycleState', { state: 'active' })
    await ended(page, sessionId)
    const { counts } = pingOf(foldOf(await logOf(page, sessionId))).view
    expect(counts.sent).toBe(60)
    for (const one of [page, sleeper.page]) await eventually(() => totals(one)).toMatchObject({ sent: '60', answered: String(counts.answered), lost: String(counts.lost) })
    expect(sessionIdOf(sleeper.page)).toBe(sessionId)
  })
})
