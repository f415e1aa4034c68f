/** Names and ports in the browser: servers with a known truth, and what the matrix, the reach view and the findings make of them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { labCertificates } from '#test/lab/names/certificates.ts'
import { furnish, IN_HOSTS, RESOLV_CONF, trusting } from '#test/lab/names/names-lab.ts'
import { HOSTS as NAMED, NEW_ADDRESS, OLD_ADDRESS, RESOLVERS, ZONE } from '#test/lab/names/plan.ts'
import { labOrSkip } from '#test/lab/privilege.ts'
import { violations } from './axe.ts'
import { picture, SIZES, type Size } from './browser.ts'
import { makePolicy, openStage, pictureFailure, setUp, signIn, type Person, type Stage } from './stage.ts'
import { ask, ended, eventually, textOf, value } from './talk.ts'

const at = (name: string): string => `${name}.${ZONE}`
const LIMITS = { runsPerUser: 32, runsPerHost: 64, newTargetsPerMinute: 60 }
const ROUNDS = { intervalMs: 5000, rounds: 3 }

describe.skipIf(!labOrSkip())('names and ports', () => {
  let stage: Stage
  const people = new Map<Size, Person>()
  const sessions = new Map<string, string>()
  const folder = mkdtempSync(join(tmpdir(), 'hopscope-policy-'))
  const { sites, authority } = labCertificates()
  beforeAll(async () => {
    stage = await openStage({
      port: 4220, hosts: IN_HOSTS, lab: { resolvConf: RESOLV_CONF, etc: trusting(authority) }, furnish: (lab) => furnish(lab, sites), env: { HOPSCOPE_POLICY: makePolicy(folder, LIMITS) },
    })
    await setUp(stage)
    for (const name of ['light', 'phone'] as const) people.set(name, await signIn(stage, name))
    people.set('dark', stage.admin)
  })
  afterEach((context) => pictureFailure(stage, context))
  afterAll(async () => {
    await stage?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function start(name: string, target: string, runs: readonly { tool: string; options: Record<string, unknown> }[]): Promise<void> {
    sessions.set(name, value(await ask(stage.admin.page, 'session.start', { target, runs })).sessionId)
  }

  async function opened(page: Page, name: string, view: 'dns' | 'reach' | 'path'): Promise<void> {
    await page.goto(`/s/${sessions.get(name) ?? ''}/${view}?last=all`)
    await page.evaluate(() => document.fonts.ready)
    await eventually(() => page.locator('[aria-busy=true]').count()).toBe(0)
  }

  async function pictures(name: string, view: 'dns' | 'reach' | 'path', shown: (page: Page) => Promise<unknown>): Promise<void> {
    for (const size of Object.keys(SIZES).filter((one): one is Size => one in SIZES)) {
      const page = people.get(size)?.page
      if (!page) throw new Error(`nobody looks at ${size}`)
      await opened(page, name, view)
      await shown(page)
      await picture(page, `names-${name}-${view}-${size}`)
      expect(await violations(page), `${name} ${view} at ${size}`).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${name} ${view} at ${size} is wider than its window`).toBeLessThanOrEqual(0)
    }
  }

  const firstFinding = (page: Page): Promise<string> => textOf(page.locator('#findings').getByRole('heading', { level: 3 }).first())

  it('measures what servers of every kind say', async () => {
    const dns = { tool: 'dns', options: ROUNDS }
    const reach = { tool: 'reach', options: { count: 12, intervalMs: 500, timeoutMs: 1000 } }
    await start('clean', `${at('clean')}:443`, [dns, reach, { tool: 'ping', options: { count: 20, intervalMs: 300 } }, { tool: 'nslookup', options: {} }])
    await start('moved', `${at('moved')}:443`, [{ tool: 'dns', options: { ...ROUNDS, walk: 'yes' } }, reach])
    await start('expired', `${at('expired')}:443`, [reach])
    await start('closed', `${at('closed')}:443`, [reach])
    await start('away', `${at('away-inside')}:80`, [reach])
    await start('hostile', at('hostile'), [{ tool: 'dns', options: { ...ROUNDS, rounds: 1, recordType: 'A,TXT' } }])
    for (const name of sessions.keys()) await ended(stage.admin.page, sessions.get(name) ?? '', 100_000)
  })

  it('clean: every server says the same, and nothing is wrong', async () => {
    const { page } = stage.admin
    await opened(page, 'clean', 'dns')
    const table = page.getByRole('table').first()
    await eventually(() => textOf(table)).toContain(NAMED.clean[0])
    await eventually(() => textOf(page.locator('#findings'))).toContain('Nothing wrong found')
    await pictures('clean', 'dns', (one) => eventually(() => textOf(one.locator('#main'))).toContain(NAMED.clean[0]))
    await pictures('clean', 'reach', (one) => eventually(() => textOf(one.locator('#main'))).toContain('TLS'))
    await pictures('clean', 'path', (one) => one.locator('canvas[data-part="main"]').waitFor())
  })

  it('disagreeing: the finding comes first, and the cells that differ say so in a word', async () => {
    const { page } = stage.admin
    await opened(page, 'moved', 'dns')
    await eventually(() => firstFinding(page)).not.toBe('')
    const { findings } = value(await ask(page, 'finding.read', { sessionId: sessions.get('moved') ?? '' }))
    expect(findings.find((one) => one.title.replaceAll(/\s+/g, ' ') === '' || one.rule === 'D-DISAGREE')).toBeDefined()
    const main = await textOf(page.locator('#main'))
    for (const words of [OLD_ADDRESS, NEW_ADDRESS, RESOLVERS[0], 'refused']) expect(main).toContain(words)
    await pictures('moved', 'dns', (one) => eventually(() => textOf(one.locator('#main'))).toContain(OLD_ADDRESS))
    await pictures('moved', 'reach', (one) => eventually(() => textOf(one.locator('#main'))).toContain('refused'))
  })

  it('a cell opens the whole reply, with the command that asked; another resolver is one dialog away', async () => {
    const { page } = stage.admin
    await opened(page, 'moved', 'dns')
    // The first is this host's own answer; the second that of the resolver.
    await page.getByRole('table').first().getByRole('button', { name: new RegExp(OLD_ADDRESS.replaceAll('.', '\\.')) }).nth(1).click()
    const reply = page.getByRole('dialog').first()
    await eventually(() => textOf(reply)).toContain(OLD_ADDRESS)
    expect(await violations(page)).toEqual([])
    await picture(page, 'names-reply-dark')
    await reply.getByRole('button', { name: 'Show in Terminal' }).click()
    await page.waitForURL('**/terminal*')
    await eventually(() => textOf(page.getByRole('complementary', { name: 'How this line was read' }))).toContain('size of the answer')
    await picture(page, 'names-terminal-dark')
  })

  it('replay: the matrix says what was known at the playhead', async () => {
    const { page } = stage.admin
    await page.goto(`/s/${sessions.get('moved') ?? ''}/dns`)
    await page.getByRole('button', { name: 'Play' }).click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await eventually(() => textOf(page.locator('#main'))).toContain(OLD_ADDRESS)
  })

  it.each(['expired', 'closed', 'away'])('%s: the reach view says what a client meets there', async (name) => {
    await pictures(name, 'reach', (one) => eventually(() => textOf(one.locator('#main'))).toMatch(/203\.0\.113\.\d+/))
  })

  it('hostile answers are text', async () => {
    const { page, faults } = stage.admin
    await opened(page, 'hostile', 'dns')
    await eventually(() => textOf(page.locator('#main'))).toContain('<script>alert(1)</script>')
    expect(await page.locator('#main script').count()).toBe(0)
    expect(faults).toEqual([])
    await picture(page, 'names-hostile-dns-dark')
  })

  it('a name that does not resolve is asked about: Enter starts what asks every resolver', async () => {
    const { page } = stage.admin
    await page.goto('/')
    await page.getByLabel('Target:').fill(at('nowhere'))
    await eventually(() => page.getByRole('button', { name: 'Ask every resolver' }).count()).toBeGreaterThan(0)
    await picture(page, 'names-unresolved-start-dark')
    await page.getByLabel('Target:').press('Enter')
    await page.waitForURL('**/s/*')
    await eventually(() => textOf(page.locator('#main'))).toContain('NXDOMAIN')
    await eventually(() => textOf(page.locator('#findings'))).toContain('does not exist')
    await picture(page, 'names-unresolved-dns-dark')
    await page.getByRole('button', { name: 'Stop' }).first().click()
  })
})
