/** The latency chart in Chromium, layout and paint: beside uPlot and beside a bare canvas with the least and greatest value per pixel column. */
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join, normalize } from 'node:path'
import { startChrome } from '#test/e2e/browser.ts'
import { ROOT } from '#test/e2e/server.ts'
import type { Figure } from './run.ts'
import { round } from './support/measure.ts'

const PROBES = 100_000
const D3 = ['d3-scale', 'd3-array', 'd3-interpolate', 'd3-color', 'd3-format', 'd3-time', 'd3-time-format', 'internmap']
const IMPORTS = { '#lib/': '/lib/', '#test/': '/test/', uplot: '/node_modules/uplot/dist/uPlot.esm.js', ...Object.fromEntries(D3.map((name) => [name, `/node_modules/${name}/src/index.js`])) }

const PAGE = `<!doctype html><meta charset="utf-8"><style>${readFileSync(join(ROOT, 'app/tokens.css'), 'utf8')}</style>
<canvas id="main" style="width:1000px;height:286px"></canvas><canvas id="brush" style="width:1000px;height:46px"></canvas>
<canvas id="bare" style="width:1000px;height:400px" width="1000" height="400"></canvas><div id="uplot"></div>
<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script><script type="module" src="/test/bench/support/chart-in-page.ts"></script>`

/** The sources as they are, types taken out: no bundler stands between what is measured and what is shipped. */
function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://x').pathname)
    const file = join(ROOT, path)
    if (path === '/') return void response.setHeader('content-type', 'text/html').end(PAGE)
    if (!existsSync(file)) return void response.writeHead(404).end()
    const text = readFileSync(file, 'utf8')
    response.setHeader('content-type', 'text/javascript').end(file.endsWith('.ts') ? stripTypeScriptTypes(text) : text)
  })
  return new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(server)) })
}

/** Milliseconds: first draw and one probe appended, each. */
interface Drawn { ours: [number, number]; bare: [number, number]; uplot: [number, number] }

export async function bench(): Promise<Figure[]> {
  if (!existsSync('/usr/bin/chromium')) {
    console.log('  not measured: needs /usr/bin/chromium')
    return []
  }
  const server = await serve()
  const chrome = await startChrome()
  try {
    const { page, faults } = await chrome.person()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.waitForFunction(() => 'measure' in globalThis, undefined, { timeout: 30_000 }).catch(() => { throw new Error(`the chart did not load: ${faults.join('; ')}`) })
    const drawn = await page.evaluate(async (probes) => (globalThis as unknown as { measure(probes: number): Promise<Drawn> }).measure(probes), PROBES)
    const name = `${PROBES.toLocaleString('en')} probes`
    const figure = (which: 0 | 1, what: string): Figure[] => {
      const [mine, bare, uplot] = [drawn.ours[which], drawn.bare[which], drawn.uplot[which]]
      return [
        { figure: `chart on the canvas, ${name}, ${what}`, ours: round(mine), unit: 'ms', against: `uPlot ${round(uplot)} ms`, ratio: round(mine / uplot), goal: which === 0 ? '<= 0.7' : '<= 0.6' },
        { figure: `chart on the canvas, ${name}, ${what}`, ours: round(mine), unit: 'ms', against: `bare canvas ${round(bare)} ms`, ratio: round(mine / bare), goal: which === 0 ? '<= 1.5' : 'told, not judged' },
      ]
    }
    return [...figure(0, 'first frame'), ...figure(1, 'one appended')]
  } finally {
    await chrome.close()
    server.close()
  }
}
