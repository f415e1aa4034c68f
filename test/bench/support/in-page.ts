/** Watching a session page from outside and from within, for benchmarks. */
import type { CDPSession, Page } from 'playwright-core'
import type { Server } from '#test/e2e/server.ts'

const PASSWORD = 'correct horse battery staple'

/** Makes the first account and leaves its cookie in the page's browser. */
export async function signIn(page: Page, server: Server): Promise<void> {
  const token = server.setupLink()?.split('#')[1] ?? ''
  await page.goto(`${server.origin}/sign-in`)
  const status = await page.evaluate(async (body) => (await fetch('/api/v1/setup', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })).status,
    { token, name: 'root', display: 'Rita Root', password: PASSWORD })
  if (status !== 201) throw new Error(`the first account was not made: ${status}`)
}

export interface Wire { scriptKb: number; socketKb: number; httpKb: number }

/** Bytes as they came over the wire, by kind. */
export async function listen(cdp: CDPSession): Promise<Wire> {
  const wire: Wire = { scriptKb: 0, socketKb: 0, httpKb: 0 }
  const kinds = new Map<string, string>()
  await cdp.send('Network.enable')
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true })
  cdp.on('Network.responseReceived', ({ requestId, type }) => void kinds.set(requestId, type))
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId) === 'Script' ? 'scriptKb' : 'httpKb'
    wire[kind] += encodedDataLength / 1000
  })
  cdp.on('Network.webSocketFrameReceived', ({ response }) => { wire.socketKb += response.payloadData.length / 1000 })
  return wire
}

/** Runs in the page: notes every task that held it for more than 50 ms, and when the chart first has ink and the hop table its rows. */
export function watchPage(): void {
  const seen = { longest: 0, chartMs: 0, tableMs: 0 }
  Object.assign(globalThis, { seen })
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) seen.longest = Math.max(seen.longest, entry.duration) }).observe({ type: 'longtask', buffered: true })
  const look = (): void => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-part=main]')
    const label = canvas?.getAttribute('aria-label') ?? ''
    if (seen.chartMs === 0 && canvas && canvas.width > 300 && /\d/.test(label)) seen.chartMs = performance.now()
    if (seen.tableMs === 0 && document.querySelectorAll('[data-path-table] button[data-hop]').length > 1) seen.tableMs = performance.now()
    if (seen.chartMs === 0 || seen.tableMs === 0) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

export interface Seen { longest: number; chartMs: number; tableMs: number }
export const seenBy = (page: Page): Promise<Seen> => page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen)
