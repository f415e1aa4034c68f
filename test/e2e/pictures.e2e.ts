/** Every view at three sizes, for people to look at; and what a picture can be asked without eyes: nothing wider than the window, nothing left loading. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { labOrSkip } from '#test/lab/privilege.ts'
import { picture, SIZES, type Size } from './browser.ts'
import { ADMIN, makePolicy, openStage, pictureFailure, setUp, signIn, type Person, type Stage } from './stage.ts'
import { ask, ended, eventually, startPath, startRun, textOf, totalOf, value } from './talk.ts'

const ALL = Object.keys(SIZES).filter((name): name is Size => name in SIZES)

describe.skipIf(!labOrSkip())('pictures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hopscope-policy-'))
  let stage: Stage
  const people = new Map<Size, Person>()
  const sessions = { loss: '', ttl: '', burst: '', path: '' }
  beforeAll(async () => {
    stage = await openStage({ port: 4217, scenarios: ['path-lossy-last-mile', 'path-route-change'], hosts: { 'path.internal': '203.0.113.37' }, env: { HOPSCOPE_POLICY: makePolicy(folder, { runsPerUser: 16 }) } })
    await setUp(stage)
    const { page } = stage.admin
    sessions.path = await startPath(page, 'path.internal')
    sessions.burst = await startRun(page, 'bursts.internal', { count: 90 })
    sessions.ttl = await startRun(page, 'ttl.internal', { count: 90 })
    sessions.loss = await startRun(page, 'lossy.internal', {})
    for (const size of ALL) people.set(size, size === 'dark' ? stage.admin : await signIn(stage, size))
  })
  afterEach((context) => pictureFailure(stage, context))
  afterAll(async () => {
    await stage?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Takes the picture at each size once `show` has brought the page there. */
  async function each(name: string, show: (page: Page, size: Size) => Promise<unknown>): Promise<void> {
    for (const [size, { page }] of people) {
      await show(page, size)
      await settled(page)
      await picture(page, `${name}-${size}`)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${name} at ${size} is wider than its window`).toBeLessThanOrEqual(0)
    }
  }

  it('start: typed and refused', async () => {
    await each('start-typed', async (page) => {
      await page.goto('/')
      await page.getByLabel('Target:').fill('https://checkout.internal/pay')
      await eventually(() => textOf(page.locator('#main'))).toContain('allowed by policy')
    })
    await each('start-refused', async (page) => {
      await page.getByLabel('Target:').fill('metadata.internal')
      await eventually(() => textOf(page.locator('#main'))).toContain('No packet was sent.')
    })
    await each('start-options', async (page) => {
      await page.getByLabel('Target:').fill('calm.internal')
      await page.getByRole('button', { name: 'Options of Ping' }).click()
    })
  })

  it('a session: live with loss, ended with a TTL change, and with bursts', async () => {
    await each('session-live', async (page) => {
      await page.goto(`/s/${sessions.loss}`)
      await eventually(() => totalOf(page, 'answered')).toBeGreaterThan(40)
      await eventually(() => textOf(page.locator('#findings'))).toContain('of probes to the target are lost')
    })
    await each('session-finding', async (page) => { await page.locator('#findings').getByRole('button', { name: /lost/ }).first().click() })
    await each('share-dialog', async (page) => {
      await page.getByRole('button', { name: 'Share', exact: true }).click()
      const dialog = page.getByRole('dialog', { name: 'Share this session' })
      await dialog.getByRole('button', { name: /^Create/ }).click()
      await eventually(() => dialog.getByRole('img', { name: 'QR code of the link' }).count()).toBe(1)
    })
    for (const { page } of people.values()) await page.keyboard.press('Escape')
    await ended(stage.admin.page, sessions.ttl)
    for (const name of ['ttl', 'burst'] as const) {
      await each(`session-${name}`, async (page) => {
        await page.goto(`/s/${sessions[name]}`)
        await eventually(() => totalOf(page, 'sent')).toBe(90)
      })
    }
  })

  it('a path: live, a hop chosen, its terminal', async () => {
    await each('path-live', async (page) => {
      await page.goto(`/s/${sessions.path}`)
      await eventually(() => page.getByRole('table', { name: /^Hops from/ }).getByRole('row').count()).toBeGreaterThan(7)
    })
    await each('path-hop', async (page) => { await page.locator('button[data-hop="3"]').first().click() })
    await each('path-terminal', async (page) => {
      await page.getByRole('tab', { name: 'Terminal' }).click()
      await page.getByRole('button', { name: /^mtr ICMP|mtr ICMP/ }).first().click()
      await eventually(() => page.getByRole('log').getByRole('button').count()).toBeGreaterThan(10)
    })
  })

  it('terminal, palette, lists', async () => {
    await each('terminal', async (page, size) => {
      await page.goto(`/s/${sessions.burst}/terminal`)
      const lines = page.getByRole('log').getByRole('button')
      await eventually(() => lines.count()).toBeGreaterThan(10)
      if (size !== 'phone') await lines.nth(8).click()
    })
    await each('palette', async (page) => {
      await page.goto(`/s/${sessions.loss}`)
      await eventually(() => totalOf(page, 'sent')).toBeGreaterThan(10)
      await page.keyboard.press('Control+k')
      await eventually(() => page.getByRole('option').count()).toBeGreaterThan(3)
    })
    for (const path of ['sessions', 'links', 'vantages', 'policy', 'account', 'users', 'audit']) {
      await each(path, async (page) => {
        await page.goto(`/${path}`)
        await page.locator('#main h1').waitFor()
      })
    }
    await each('start', async (page) => {
      await page.goto('/')
      await eventually(() => textOf(page.locator('#main'))).toContain('bursts.internal')
    })
  })

  it('what a guest and a stranger see', async () => {
    const { page: admin } = stage.admin
    const link = value(await ask(admin, 'share.create', { sessionId: sessions.burst, scope: { transcript: false, hidePrivate: true, time: { mode: 'live' } }, expiresInS: 3600 })).link
    for (const size of ALL) {
      const { page } = await stage.guest(size)
      await page.goto(link)
      await eventually(() => totalOf(page, 'sent')).toBe(90)
      const box = await page.getByRole('slider', { name: 'Position' }).boundingBox()
      if (box) await page.mouse.click(box.x + box.width * 0.6, box.y + box.height / 2)
      await eventually(() => textOf(page.getByRole('banner'))).toMatch(/replay/i)
      await settled(page)
      await picture(page, `shared-replay-${size}`)
      await page.goto('/sign-in')
      await page.getByLabel('Name').fill(ADMIN.name)
      await picture(page, `sign-in-${size}`)
      await page.goto('/s/AAAAAAAAAAAAAAAA')
      await eventually(() => page.getByRole('heading', { level: 1 }).count()).toBe(1)
      await picture(page, `gone-${size}`)
    }
  })
})

/** Fonts are there, and nothing says that it is being loaded. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready)
  await eventually(() => page.locator('[aria-busy=true]').count()).toBe(0)
  await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)) }))
}
