/** A link given to somebody else: the same picture, live or frozen, read only, without what was to be hidden, until it ends. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fromBase64 } from '#lib/protocol/base64.ts'
import { decodeEvents } from '#lib/protocol/codec.ts'
import { labOrSkip } from '#test/lab/privilege.ts'
import { qrPath } from '../../app/_components/share/qr-path.ts'
import { HOSTS, openStage, pictureFailure, setUp, type Person, type Stage } from './stage.ts'
import { ask, diagnose, ended, eventually, figure, foldOf, logOf, pingOf, sessionIdOf, textOf, totalOf, totals, value } from './talk.ts'

const PRIVATE = HOSTS['db.corp.internal']
const GONE_WITHIN_MS = 2000
const SAME_WITHIN_MS = 1000

describe.skipIf(!labOrSkip())('share', () => {
  let stage: Stage
  let liveLink = ''
  let viewer: Person
  let late: Person
  let shortlived: Person
  beforeAll(async () => {
    stage = await openStage({ port: 4212 })
    await setUp(stage)
  })
  afterEach((context) => pictureFailure(stage, context))
  afterAll(() => stage?.close())

  it('makes a link in the dialog while the run goes on, with its code for a phone', async () => {
    const { page } = stage.admin
    await diagnose(page, 'lossy.internal')
    await eventually(() => totalOf(page, 'answered')).toBeGreaterThan(5)
    await page.keyboard.press('s')
    const dialog = page.getByRole('dialog', { name: 'Share this session' })
    expect(await textOf(dialog)).toContain('They cannot start or stop runs')
    await dialog.getByLabel('Private addresses and internal host names').uncheck()
    await dialog.getByRole('button', { name: 'Create and copy link' }).click()
    liveLink = await dialog.getByLabel('Link', { exact: true }).inputValue()
    expect(liveLink).toMatch(new RegExp(`^${stage.server.origin}/s/${sessionIdOf(page)}#hss_[A-Za-z0-9_-]{32}$`))
    expect(await dialog.getByRole('img', { name: 'QR code of the link' }).locator('path').getAttribute('d')).toBe(qrPath(liveLink).d)
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
    shortlived = await stage.guest()
    await shortlived.page.goto(await linkOf(page, { hidePrivate: false, expiresInS: 60 }))
  })

  it('shows a second person the same, live, and strips the secret from the address', async () => {
    viewer = await stage.guest()
    const { page } = viewer
    await page.goto(liveLink)
    await eventually(() => textOf(page.getByRole('banner'))).toContain('Live')
    expect(page.url()).toBe(`${stage.server.origin}/s/${sessionIdOf(stage.admin.page)}`)
    await eventually(() => lossOf(page).then((loss) => loss.of)).toBeGreaterThan(5)
    // Whatever the first person sees, the second sees no later than a second after; and the same loss at the same number of probes.
    const first = new Map<number, number>(), second = new Map<number, number>()
    for (let i = 0; i < 12; i++) {
      const { of, lost } = await lossOf(stage.admin.page)
      first.set(of, lost)
      await eventually(async () => {
        const seen = await lossOf(page)
        second.set(seen.of, seen.lost)
        return seen.of
      }, SAME_WITHIN_MS).toBeGreaterThanOrEqual(of)
      await eventually(() => lossOf(stage.admin.page).then((loss) => loss.of)).toBeGreaterThan(of)
    }
    const common = [...first.keys()].filter((of) => second.has(of))
    expect(common.length).toBeGreaterThan(2)
    for (const of of common) expect(second.get(of)).toBe(first.get(of))
  })

  it('can only look: no controls, and the API refuses', async () => {
    const { page } = viewer
    expect(await textOf(page.getByRole('banner'))).toContain('Read only')
    for (const name of ['Stop', 'Share', 'Run again']) expect(await page.getByRole('button', { name }).count()).toBe(0)
    const sessionId = sessionIdOf(page)
    const { runId } = pingOf(foldOf(await logOf(stage.admin.page)))
    for (const result of [
      await ask(page, 'session.start', { target: '203.0.113.10', runs: [{ tool: 'ping', options: {} }] }),
      await ask(page, 'run.stop', { sessionId, runId }),
      await ask(page, 'session.list'),
    ]) expect(result.ok ? null : result.error.code).toMatch(/^not-(signed-in|allowed)$/)
    await page.keyboard.press('x')
    expect((await stage.truthOf('203.0.113.10')).length).toBe(0)
    expect(pingOf(foldOf(await logOf(stage.admin.page))).state).toBe('running')
  })

  it('shows a late joiner all of it from the start', async () => {
    late = await stage.guest('phone')
    await late.page.goto(liveLink)
    const now = (await totals(stage.admin.page))['sent']
    await eventually(() => totalOf(late.page, 'sent')).toBeGreaterThanOrEqual(Number(now))
    await eventually(() => textOf(stage.admin.page.getByRole('banner'))).toContain('4 watching')
    await stage.admin.page.getByRole('button', { name: 'Stop' }).click()
    await ended(stage.admin.page, sessionIdOf(stage.admin.page))
    const counts = pingOf(foldOf(await logOf(stage.admin.page))).view.counts
    for (const page of [stage.admin.page, viewer.page, late.page]) {
      await eventually(() => totals(page)).toMatchObject({ sent: String(counts.sent), answered: String(counts.answered), lost: String(counts.lost) })
    }
  })

  it('frozen and hidden: nothing that came later, and no private address in anything that was received', async () => {
    const { page } = stage.admin
    await page.goto('/')
    await diagnose(page, 'db.corp.internal')
    await eventually(() => totalOf(page, 'answered')).toBeGreaterThan(5)
    await page.getByRole('button', { name: 'Share' }).click()
    const dialog = page.getByRole('dialog', { name: 'Share this session' })
    await dialog.getByRole('radio', { name: /Until now/ }).check({ force: true })
    expect(await dialog.getByLabel('Private addresses and internal host names').isChecked()).toBe(true)
    await dialog.getByRole('button', { name: 'Create and copy link' }).click()
    const link = await dialog.getByLabel('Link', { exact: true }).inputValue()
    await page.keyboard.press('Escape')
    const shared = value(await ask(page, 'share.list', { sessionId: sessionIdOf(page) }))[0]
    const untilSeq = shared?.scope.time.mode === 'frozen' ? shared.scope.time.untilSeq : 0
    const guest = await stage.guest()
    const received = listen(guest.page)
    await guest.page.goto(link)
    await eventually(() => textOf(guest.page.getByRole('banner'))).toContain('Frozen')
    const frozen = pingOf(foldOf((await logOf(page)).filter((event) => event.seq <= untilSeq))).view.counts
    await eventually(() => totals(guest.page)).toMatchObject({ sent: String(frozen.sent), answered: String(frozen.answered) })
    await eventually(() => totalOf(page, 'sent')).toBeGreaterThan(frozen.sent + 10)
    expect((await totals(guest.page))['sent']).toBe(String(frozen.sent))
    await guest.page.reload()
    await eventually(() => totals(guest.page)).toMatchObject({ sent: String(frozen.sent) })
    await guest.page.goto(`/s/${sessionIdOf(page)}/terminal`)
    await eventually(() => totals(guest.page)).toMatchObject({ sent: String(frozen.sent) })
    expect(await guest.page.getByRole('tab').allInnerTexts()).toEqual([expect.stringMatching(/^Path/), expect.stringMatching(/^DNS/), expect.stringMatching(/^Reach/)])
    expect(value(await ask(guest.page, 'event.read', { sessionId: sessionIdOf(page), after: 0, limit: 1000 })).events.at(-1)?.seq).toBeLessThanOrEqual(untilSeq)
    const { texts, events } = await received()
    expect(events.length).toBeGreaterThan(0)
    expect(Math.max(...events.map((event) => event.seq))).toBeLessThanOrEqual(untilSeq)
    const everything = `${texts.join('\n')}\n${JSON.stringify(events)}\n${await guest.page.content()}`
    for (const secret of [PRIVATE, 'db.corp', 'corp.internal']) expect(everything.includes(secret) ? everything.slice(Math.max(0, everything.indexOf(secret) - 200), everything.indexOf(secret) + 100) : null).toBeNull()
    expect(everything).toMatch(/private-[a-z0-9]{4,}/)
    await page.getByRole('button', { name: 'Stop' }).click()
  })

  it('revoking cuts everybody off within two seconds and says so', async () => {
    const { page } = stage.admin
    await page.goto('/links')
    const rows = page.getByRole('row').filter({ hasText: 'lossy.internal' }).filter({ hasText: '2 now' })
    await rows.first().getByRole('button', { name: 'Revoke link' }).click()
    for (const one of [viewer.page, late.page]) await eventually(() => textOf(one.locator('#main')), GONE_WITHIN_MS).toContain('This link was revoked.')
    const again = await stage.guest()
    await again.page.goto(liveLink)
    await eventually(() => textOf(again.page.locator('#main'))).toContain('This link does not open anything.')
    await viewer.page.reload()
    await eventually(() => textOf(viewer.page.locator('#main'))).not.toContain('Totals of the run')
    expect((await ask(viewer.page, 'event.read', { sessionId: sessionIdOf(viewer.page), after: 0, limit: 10 })).ok).toBe(false)
  })

  it('a link that runs out says so on the open page', async () => {
    await eventually(() => textOf(shortlived.page.locator('#main')), 75_000).toContain('This link has expired.')
  })
})

/** `n of m` of the readout, four times a second. */
async function lossOf(page: Page): Promise<{ lost: number; of: number }> {
  const [, lost, of] = /([\d,]+) of ([\d,]+)$/.exec(await figure(page, 'Loss')) ?? []
  return { lost: Number(lost ?? 0), of: Number(of ?? 0) }
}

async function linkOf(page: Page, { hidePrivate, expiresInS }: { hidePrivate: boolean; expiresInS: number }): Promise<string> {
  return value(await ask(page, 'share.create', { sessionId: sessionIdOf(page), scope: { transcript: false, hidePrivate, time: { mode: 'live' } }, expiresInS })).link
}

/** Everything a page gets: text of answers and frames as they came, and the events packed in frames. */
function listen(page: Page): () => Promise<{ texts: string[]; events: ReturnType<typeof decodeEvents> }> {
  const texts: string[] = []
  const frames: string[] = []
  const bodies: Promise<void>[] = []
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))))
  page.on('response', (response) => {
    if (!/\/(api|s|_next)\//.test(response.url())) return
    bodies.push(response.text().then((text) => void texts.push(text), () => undefined))
  })
  return async () => {
    await Promise.all(bodies)
    const packed = frames.flatMap((frame) => [...frame.matchAll(/"packed":"([^"]+)"/g)].map((found) => found[1] ?? ''))
    return { texts: [...texts, ...frames], events: packed.flatMap((text) => decodeEvents(fromBase64(text))) }
  }
}
