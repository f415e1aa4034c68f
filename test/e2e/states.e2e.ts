/** The states that are not the happy one: refused, unknown, unanswered, unreachable, empty; what each lab scenario is found to be; keys and palette. */
import { mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { labOrSkip } from '#test/lab/privilege.ts'
import { openStage, pictureFailure, setUp, type Stage } from './stage.ts'
import { ask, diagnose, ended, eventually, foldOf, logOf, pingOf, sessionIdOf, startRun, textOf, totalOf, totals, value } from './talk.ts'

const POLICY = {
  denyAddresses: [{ match: '203.0.113.200/32', reason: 'the billing system is not to be probed' }],
  limits: { runsPerUser: 12, newTargetsPerMinute: 60 },
}

/** Target and what must be found: the rules that fire first, and what the rail says. Null: nothing. */
const FINDINGS: readonly (readonly [target: string, rules: readonly string[] | null, words: RegExp])[] = [
  ['calm.internal', null, /Nothing wrong found so far/],
  ['lossy.internal', ['P-LOSS'], /% of probes to the target are lost\./],
  ['bursts.internal', ['P-LOSS', 'P-LOSS-BURST'], /Losses come in bursts: 2 times three or more in a row\./],
  ['step.internal', ['P-LAT-SHIFT'], /Latency rose (39|40)\.\d ms\./],
  ['ttl.internal', ['P-TTL-CHANGE'], /The reply TTL changed from 57 to 53\./],
  ['twice.internal', ['P-DUP'], /\d+ replies came twice\./],
]

describe.skipIf(!labOrSkip())('states', () => {
  let stage: Stage
  const folder = mkdtempSync(join(tmpdir(), 'hopscope-policy-'))
  beforeAll(async () => {
    chmodSync(folder, 0o755)
    writeFileSync(join(folder, 'policy.json'), JSON.stringify(POLICY), { mode: 0o644 })
    stage = await openStage({ port: 4214, env: { HOPSCOPE_POLICY: join(folder, 'policy.json') } })
    await setUp(stage)
  })
  afterEach((context) => pictureFailure(stage, context))
  afterAll(async () => {
    await stage?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('empty lists say what would fill them', async () => {
    const { page } = stage.admin
    await eventually(() => textOf(page.locator('#main'))).toContain('No session yet. Type a target above and press Enter.')
    for (const [path, words] of [['/sessions', 'No session'], ['/links', 'No link has been made yet.'], ['/account', 'No token']] as const) {
      await page.goto(path)
      await eventually(() => textOf(page.locator('#main'))).toContain(words)
    }
  })

  it.each([
    ['169.254.169.254', /Rule 1 of the target policy refuses 169\.254\.169\.254: cloud metadata addresses hand out credentials\./],
    ['metadata.internal', /169\.254\.169\.254.*rule \d+/i],
    ['forbidden.internal', /the billing system is not to be probed/i],
    ['203.0.113.200', /Rule \d+ of the target policy refuses 203\.0\.113\.200: the billing system/],
  ])('refuses %s with its rule, and sends nothing', async (target, rule) => {
    const { page } = stage.admin
    await page.goto('/')
    await page.getByLabel('Target:').fill(target)
    const form = page.getByRole('form', { name: 'Diagnose a target' })
    await eventually(() => textOf(form)).toContain('refused by policy')
    expect(await textOf(form)).toMatch(rule)
    expect(await textOf(form)).toContain('No packet was sent.')
    await page.getByLabel('Target:').press('Enter')
    const refused = await ask(page, 'session.start', { target, runs: [{ tool: 'ping', options: {} }] })
    expect(refused.ok ? null : refused.error.code).toBe('target-refused')
    expect(new URL(page.url()).pathname).toBe('/')
    expect(value(await ask(page, 'session.list'))).toEqual([])
    expect(await stage.truthOf('203.0.113.200')).toEqual([])
  })

  it.each([
    ['203.0.113.0/24', /network|range|one host/i],
    ['-c 5; reboot', /./],
  ])('does not start %s and says why', async (target, words) => {
    const { page } = stage.admin
    await page.goto('/')
    await page.getByLabel('Target:').fill(target)
    const form = page.getByRole('form', { name: 'Diagnose a target' })
    await eventually(() => form.getByRole('heading', { level: 2 }).count()).toBe(1)
    expect(await textOf(form)).toMatch(words)
    await page.getByLabel('Target:').press('Enter')
    const refused = await ask(page, 'session.start', { target, runs: [{ tool: 'ping', options: {} }] })
    expect(refused.ok).toBe(false)
    expect(new URL(page.url()).pathname).toBe('/')
  })

  it('a name without an address is not probed, and Enter asks every resolver about it', async () => {
    const { page } = stage.admin
    await page.goto('/')
    await page.getByLabel('Target:').fill('nosuch.internal')
    const form = page.getByRole('form', { name: 'Diagnose a target' })
    await eventually(() => textOf(form)).toMatch(/nosuch\.internal could not be resolved\..*No packet was sent to it\./)
    expect(await textOf(form)).toContain('no address here')
    const refused = await ask(page, 'session.start', { target: 'nosuch.internal', runs: [{ tool: 'ping', options: {} }] })
    expect(refused.ok).toBe(false)
    await form.getByRole('button', { name: 'Ask every resolver', exact: true }).waitFor()
    await page.getByLabel('Target:').press('Enter')
    await page.waitForURL('**/s/*')
    await eventually(() => page.getByRole('tab', { name: /^DNS/ }).getAttribute('aria-selected')).toBe('true')
    await page.getByRole('tab', { name: /^Path/ }).click()
    await eventually(() => textOf(page.locator('#main'))).toContain('There is no path to show: nosuch.internal has no address here.')
    const sessionId = sessionIdOf(page)
    for (const { runId, endedAtMs } of value(await ask(page, 'session.read', { sessionId })).runs) if (endedAtMs === null) await ask(page, 'run.stop', { sessionId, runId })
    await ended(page, sessionId)
  })

  it('an option out of range is named and nothing starts', async () => {
    const { page } = stage.admin
    await page.goto('/')
    await page.getByLabel('Target:').fill('calm.internal')
    await page.getByRole('button', { name: 'Options of Ping' }).click()
    await page.getByLabel('Interval', { exact: true }).fill('10')
    await eventually(() => page.getByRole('alert').filter({ hasText: 'Interval' }).innerText()).toContain('From 200 to 60000 ms')
    const before = value(await ask(page, 'session.list')).length
    await page.getByLabel('Target:').press('Enter')
    expect(value(await ask(page, 'session.list'))).toHaveLength(before)
  })

  it('no answer yet is not a loss; silence is not an outage', async () => {
    const { page } = stage.admin
    await diagnose(page, 'silent.internal', { 'Interval': 1000, 'Lost after': 3000 })
    await eventually(() => textOf(page.locator('#main'))).toContain('Waiting for the first reply.')
    await eventually(() => totalOf(page, 'waiting')).toBeGreaterThan(0)
    expect(await totalOf(page, 'lost')).toBe(0)
    await eventually(() => textOf(page.locator('#main'))).toMatch(/No reply to \d+ probes? so far\./)
    expect(await textOf(page.locator('#main'))).toContain('This alone does not say that the host is down.')
    await page.getByRole('button', { name: 'Stop' }).click()
    await eventually(() => textOf(page.getByRole('banner'))).toContain('Ended')
    const { counts } = pingOf(foldOf(await logOf(page))).view
    expect(counts.sent).toBe((await stage.truthOf('203.0.113.17')).length)
  })

  it('an ICMP error is named with who sent it', async () => {
    const { page } = stage.admin
    await diagnose(page, 'closed.internal', { 'Interval': 200, 'Lost after': 1000, 'Probes': 10 })
    await eventually(() => textOf(page.getByRole('banner'))).toContain('Ended')
    await eventually(() => textOf(page.locator('#main'))).toContain('198.51.100.3 answers instead')
    expect(await textOf(page.getByRole('region', { name: 'Probes and errors' }))).toMatch(/icmp error.*admin prohibited.*198\.51\.100\.3/)
    await eventually(() => totals(page)).toMatchObject({ 'sent': '10', 'answered': '0', 'icmp errors': '10' })
    expect(await textOf(page.locator('#findings'))).toContain('198.51.100.3')
  })

  it('finds in each scenario what it is, and nothing in a clean one', async () => {
    const { page } = stage.admin
    const started = new Map<string, string>()
    for (const [target] of FINDINGS) started.set(target, await startRun(page, target, { count: 70 }))
    for (const [target, rules, words] of FINDINGS) {
      const sessionId = started.get(target) ?? ''
      await ended(page, sessionId)
      const { findings, fine } = value(await ask(page, 'finding.read', { sessionId }))
      expect([target, findings.filter((finding) => finding.severity !== 'ok').map((finding) => finding.rule).toSorted()]).toEqual([target, rules ?? []])
      await page.goto(`/s/${sessionId}`)
      await eventually(() => textOf(page.locator('#findings'))).toMatch(words)
      if (rules === null) expect(fine.length).toBeGreaterThan(2)
      for (const check of rules === null ? fine : []) expect(await textOf(page.locator('#findings'))).toContain(check.title)
      for (const finding of findings) expect(await textOf(page.locator('#findings'))).toContain(finding.title.replaceAll(/\s+/g, ' '))
    }
  })

  it('the terminal shows every line as printed, how a chosen one was read, and how many were not', async () => {
    const { page } = stage.admin
    const sessionId = value(await ask(page, 'session.list')).find((session) => session.target === 'ttl.internal')?.sessionId ?? ''
    await page.goto(`/s/${sessionId}`)
    await eventually(() => totalOf(page, 'sent')).toBe(70)
    await page.keyboard.press('4')
    const log = page.getByRole('log', { name: 'ping output' })
    await eventually(() => log.getByRole('button').count()).toBeGreaterThan(20)
    await page.waitForURL(/\/terminal(\?|$)/)
    await log.getByRole('button').filter({ hasText: 'icmp_seq=70 ' }).click()
    const panel = page.getByRole('complementary', { name: 'How this line was read' })
    const reading = await textOf(panel)
    for (const words of [/line \d+/, /70/, /ttl 53/i, /203\.0\.113\.14/]) expect(reading).toMatch(words)
    expect(reading).toMatch(/0 of 7\d lines/)
    expect(reading).toContain('The reply TTL changed from 57 to 53.')
    await page.keyboard.press('f')
    await page.getByLabel('Find in the transcript').fill('ttl=53')
    await eventually(() => textOf(page.getByRole('search'))).toMatch(/50 lines/)
    await page.getByLabel('Find in the transcript').press('Escape')
    await page.reload()
    await eventually(() => log.getByRole('button').count()).toBeGreaterThan(20)
  })

  it('keys and palette', async () => {
    const { page } = stage.admin
    await page.goto('/')
    await page.keyboard.press('Tab')
    await page.locator('#main').focus()
    await page.keyboard.press('?')
    const palette = page.getByRole('dialog', { name: 'Search or run' })
    await eventually(() => textOf(palette)).toContain('run again')
    await page.getByRole('combobox', { name: 'Search or run' }).fill('policy')
    await eventually(() => palette.getByRole('option').first().innerText()).toContain('Target policy')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/policy')
    await eventually(() => textOf(page.locator('#main'))).toContain('the billing system is not to be probed')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search or run' }).fill('TTL changed')
    await eventually(() => palette.getByRole('option').first().innerText()).toContain('The reply TTL changed from 57 to 53.')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/s/*')
    await eventually(() => page.locator('#findings').getByRole('listitem').count()).toBeGreaterThan(0)
    await page.keyboard.press('j')
    await eventually(() => page.locator('#findings').getByRole('button', { expanded: true }).count()).toBe(1)
    const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    await page.keyboard.press('t')
    await eventually(() => page.evaluate(() => getComputedStyle(document.body).backgroundColor)).not.toBe(dark)
    await page.keyboard.press('t')
  })
})
