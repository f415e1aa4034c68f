/** Accessibility in the real browser: axe (WCAG 2.1 A and AA) over every page in dark and light, and a walk with the keyboard alone. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { labOrSkip } from '#test/lab/privilege.ts'
import { violations } from './axe.ts'
import { makePolicy, openStage, pictureFailure, setUp, signIn, type Stage } from './stage.ts'
import { ask, ended, eventually, startPath, startRun, totalOf, value } from './talk.ts'

const dialog = (page: Page, name: string): Locator => page.getByRole('dialog', { name })

/** Each brings its page into the state to be looked at. */
const VIEWS: Record<string, (page: Page, ids: { live: string; over: string; path: string }) => Promise<void>> = {
  'start, typed': async (page) => {
    await page.goto('/')
    await page.getByLabel('Target:').fill('calm.internal')
    await page.getByRole('button', { name: 'Options of Ping' }).click()
    await page.getByLabel('Interval', { exact: true }).waitFor()
  },
  'session, live': async (page, { live }) => {
    await page.goto(`/s/${live}`)
    await eventually(() => totalOf(page, 'answered')).toBeGreaterThan(3)
  },
  'session, as a table': async (page) => page.getByRole('button', { name: 'Show as table' }).click(),
  'path': async (page, { path }) => {
    await page.goto(`/s/${path}`)
    await eventually(() => page.getByRole('table', { name: /^Hops from/ }).getByRole('row').count()).toBeGreaterThan(6)
    await page.locator('button[data-hop]').first().click()
  },
  'path, probes and errors': async (page) => {
    await page.getByRole('button', { name: 'Probes and errors below the chart' }).click()
    await page.getByRole('button', { name: 'Show the path' }).waitFor()
  },
  'back to the ping': async (page, { live }) => {
    await page.goto(`/s/${live}`)
    await eventually(() => totalOf(page, 'answered')).toBeGreaterThan(3)
  },
  'terminal': async (page) => {
    await page.getByRole('tab', { name: 'Terminal' }).click()
    await page.getByRole('log').getByRole('button').first().click()
  },
  'report menu': async (page) => {
    await page.getByRole('tab', { name: 'Path' }).click()
    await page.getByRole('button', { name: 'Report' }).click()
    await page.getByRole('menuitem', { name: 'Copy for a ticket' }).waitFor()
  },
  'share': async (page) => {
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await dialog(page, 'Share this session').getByLabel('Raw output').check()
    await dialog(page, 'Share this session').getByRole('alert').waitFor()
  },
  'share, made': async (page) => {
    await dialog(page, 'Share this session').getByRole('button', { name: 'Leave raw output out' }).click()
    await dialog(page, 'Share this session').getByRole('button', { name: 'Create and copy link' }).click()
    await dialog(page, 'Share this session').getByLabel('Link', { exact: true }).waitFor()
  },
  'palette': async (page) => {
    await page.keyboard.press('Escape')
    await dialog(page, 'Share this session').waitFor({ state: 'detached' })
    await page.keyboard.press('Control+k')
    await dialog(page, 'Search or run').waitFor()
  },
  'replay': async (page, { over }) => {
    await page.goto(`/s/${over}`)
    await page.getByRole('button', { name: 'Play' }).click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
  },
  'sessions': async (page) => {
    await page.goto('/sessions')
    await page.getByRole('button', { name: /^Rename/ }).first().waitFor()
  },
  'policy': async (page) => {
    await page.goto('/policy')
    await page.getByRole('table').first().waitFor()
  },
  'vantages': async (page) => {
    await page.goto('/vantages')
    await page.getByText(/ping/i).first().waitFor()
  },
  'links': async (page) => {
    await page.goto('/links')
    await page.getByRole('button', { name: 'Revoke link' }).first().waitFor()
  },
  'users': async (page) => {
    await page.goto('/users')
    await page.getByRole('table').getByText('olga').first().waitFor()
  },
  'audit': async (page) => {
    await page.goto('/audit')
    await page.getByRole('table').getByText('share-create').first().waitFor()
  },
  'account': async (page) => {
    await page.goto('/account')
    await page.getByText('this browser').first().waitFor()
  },
}

describe.skipIf(!labOrSkip())('accessibility', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hopscope-policy-'))
  let stage: Stage
  const ids = { live: '', over: '', path: '' }
  beforeAll(async () => {
    stage = await openStage({ port: 4217, scenarios: ['path-lossy-last-mile'], env: { HOPSCOPE_POLICY: makePolicy(folder, { runsPerUser: 16 }) } })
    await setUp(stage)
  })
  afterEach((context) => pictureFailure(stage, context))
  afterAll(async () => {
    await stage?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('has a session that runs, one that is over and one with a path', async () => {
    ids.path = await startPath(stage.admin.page, '203.0.113.31')
    ids.live = await startRun(stage.admin.page, 'lossy.internal', {})
    ids.over = await startRun(stage.admin.page, 'step.internal', { count: 40 })
    await ended(stage.admin.page, ids.over)
  })

  describe.each(['dark', 'light', 'phone'] as const)('%s', (size) => {
    let page: Page
    beforeAll(async () => { page = (await signIn(stage, size)).page })

    it('sign-in', async () => {
      const guest = await stage.guest(size)
      await guest.page.goto('/sign-in')
      await guest.page.getByLabel('Password').waitFor()
      expect(await violations(guest.page)).toEqual([])
    })

    // On a phone there is no palette key, no table of buckets and no action column: the same pages, fewer states.
    it.each(Object.keys(VIEWS).filter((name) => size !== 'phone' || !['session, as a table', 'path, probes and errors', 'palette', 'sessions'].includes(name)))('%s', async (name) => {
      await VIEWS[name]?.(page, ids)
      expect(await violations(page)).toEqual([])
    })

    it('what a guest sees', async () => {
      const { link } = value(await ask(stage.admin.page, 'share.create', { sessionId: ids.live, scope: { transcript: false, hidePrivate: true, time: { mode: 'live' } }, expiresInS: 600 }))
      const guest = await stage.guest(size)
      await guest.page.goto(link)
      await eventually(() => totalOf(guest.page, 'answered')).toBeGreaterThan(3)
      expect(await violations(guest.page)).toEqual([])
    })
  })

  it('with the keyboard alone: Tab reaches everything in order, and what has the focus shows it', async () => {
    const { page } = await signIn(stage)
    for (const path of [`/s/${ids.path}`, `/s/${ids.live}`, `/s/${ids.over}`, `/s/${ids.live}/terminal`, '/', '/account']) {
      await page.goto(path)
      await page.waitForLoadState('networkidle')
      const { missed, unseen } = await walk(page)
      expect({ path, missed, unseen }).toEqual({ path, missed: [], unseen: [] })
    }
  })

  it('Escape closes what is open and the focus goes back to what opened it', async () => {
    const { page } = await signIn(stage)
    await page.goto(`/s/${ids.live}`)
    await eventually(() => totalOf(page, 'answered')).toBeGreaterThan(3)
    for (const { opener, opened } of [
      { opener: page.getByRole('button', { name: 'Share', exact: true }), opened: dialog(page, 'Share this session') },
      { opener: page.getByRole('button', { name: 'Report' }), opened: page.getByRole('menu') },
      { opener: page.getByRole('button', { name: /^Search or run/ }), opened: dialog(page, 'Search or run') },
    ]) {
      await opener.focus()
      await page.keyboard.press('Enter')
      await opened.waitFor()
      await page.keyboard.press('Escape')
      await opened.waitFor({ state: 'detached' })
      await eventually(() => opener.evaluate((element) => element === document.activeElement)).toBe(true)
    }
  })
})

/** Presses Tab through the page once. `missed`: what could take the focus and did not; `unseen`: what had it without showing. */
async function walk(page: Page): Promise<{ missed: string[]; unseen: string[] }> {
  const count = await page.evaluate(markTabbable)
  const unseen: string[] = []
  for (let i = 0; i < count + 5; i++) {
    await page.keyboard.press('Tab')
    const fault = await page.evaluate(noteFocus)
    if (fault !== null) unseen.push(fault)
  }
  return { missed: await page.evaluate(() => [...document.querySelectorAll('[data-walk="to do"]')].filter((element) => element.isConnected).map((element) => element.outerHTML.slice(0, 120))), unseen }
}

/** In the page: marks all that Tab should reach, and says how many. Of a group of radio buttons that is the chosen one. */
function markTabbable(): number {
  const all = [...document.querySelectorAll<HTMLElement>('a[href],button,input,select,textarea,[tabindex]')].filter((element) => {
    if (element.tabIndex < 0 || element.matches(':disabled') || !element.checkVisibility({ visibilityProperty: true })) return false
    return !(element instanceof HTMLInputElement && element.type === 'radio') || element.checked || !document.querySelector(`input[name="${CSS.escape(element.name)}"]:checked`)
  })
  for (const element of all) element.dataset['walk'] = 'to do'
  return all.length
}

/** In the page: the focused element is done; its markup if nothing on it, around it or over it shows the focus. */
function noteFocus(): string | null {
  const element = document.activeElement
  if (!(element instanceof HTMLElement) || element === document.body) return null
  element.dataset['walk'] = 'done'
  const shown = (style: CSSStyleDeclaration): boolean => style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 1
  const label = element.closest('label')
  const styles = [getComputedStyle(element), getComputedStyle(element, '::after'), ...(label ? [getComputedStyle(label)] : []), ...(element.parentElement && element instanceof HTMLInputElement ? [getComputedStyle(element.parentElement)] : [])]
  return styles.some(shown) ? null : element.outerHTML.slice(0, 160)
}
