/** The path pane's markup as made on the server: a real table, loss told as what it is, no style attributes. */
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { createClock } from '#lib/format/time.ts'
import { createWindowStore } from '#lib/timeline/window-store.ts'
import type { PathView } from '#lib/tools/path/view.ts'
import { PathPane } from '../../app/_components/path/path-pane.tsx'
import type { PathPaneProps, ProtocolRun } from '../../app/_components/path/source.ts'
import { PathpingTable } from '../../app/_components/path/pathping-table.tsx'
import { StatusProvider } from '../../app/_components/ui/status.tsx'
import { START, designPath, lossy, makePath, times } from './path-views.ts'

const RUNS: readonly ProtocolRun[] = [
  { protocol: 'icmp', state: 'running', port: null, view: () => null }, { protocol: 'udp', state: 'ended', port: null, view: () => null }, { protocol: 'tcp', state: 'none', port: 443, view: () => null },
]

function pane(view: PathView | null, more: Partial<PathPaneProps> = {}): string {
  const store = createWindowStore()
  store.setExtent(START, START + 600_000)
  const source = { view: () => view, subscribe: () => () => {}, nowMs: () => START + 600_000 }
  return renderToStaticMarkup(
    <StatusProvider>
      <PathPane
        {...{ source, store }} clock={createClock('UTC')} tool="mtr" vantage="edge-fra1" target="checkout.example.com" selectedTtls={[7]} onSelectHop={() => {}}
        protocols={{ runs: RUNS, shown: 'icmp', canStart: true, onProtocol: () => {} }} {...more}
      />
    </StatusProvider>)
}

/** Body rows as plain text. */
const rows = (html: string): string[] => [...html.replace(/<span[^>]*role="tooltip".*?<\/span><\/span>/gs, '').matchAll(/<tr role="row"( aria-selected.*?)<\/tr>/gs)].map(([, row = '']) => row.replace(/<[^>]+>/g, ' ').replace(/^[^>]*>/, '').replace(/\s+/g, ' '))

describe('the hop table', () => {
  const html = pane(designPath())
  it('has no style attribute', () => expect(html).not.toMatch(/\sstyle=/))
  it('is a table with scopes and explicit roles, named after its ends', () => {
    expect(html).toMatch(/<table role="table" aria-label="Hops from edge-fra1 to 198\.51\.100\.24"/)
    expect(html.match(/<th role="columnheader" scope="col"/g)?.length).toBe(13)
    expect(html.match(/scope="row" role="rowheader"/g)?.length).toBe(12)
    expect(html.match(/<tr role="row" aria-selected="true"/g)?.length).toBe(1)
  })
  it('one row of the tab order; its button says whether its sentences are shown', () => {
    expect(html.match(/<button[^>]*tabindex="0"[^>]*data-hop/gi)?.length).toBe(1)
    expect(html).toMatch(/data-hop="7" aria-expanded="true"/)
    expect(html).toContain('this loss is real')
  })
  it('strikes the rate limit through and says it is no loss', () => {
    expect(html).toMatch(/<s aria-hidden="true">\d\d\.\d<\/s>/)
    expect(html.match(/<s /g)?.length).toBe(1)
    expect(rows(html)[6]).toMatch(/5 192\.0\.2\.66 rate limits ICMP, not loss .*unanswered, not loss/)
    expect(html).toMatch(/role="tooltip"[^>]*>.*The true loss up to here is at most [\d.]+\u00a0%/)
  })
  it('keeps every row: three routers at hop 4, the router before at 6, the silent one at 8', () => {
    const texts = rows(html)
    expect(texts.length).toBe(12)
    expect(texts[3]).toMatch(/×3 4 .*cr1a\.fra\.transit\.example .*5\d %/)
    expect(texts[8]).toMatch(/cr2\.ams\.transit\.example .*until 13:31:42/)
    expect(texts[10]).toMatch(/8 no reply silent router .*–/)
  })
  it('describes its canvases', () => {
    expect(html).toMatch(/<canvas[^>]*role="img" aria-label="Round trips by hop, [^"]*Hop 9 median/)
    expect(html).toMatch(/<canvas[^>]*role="img" aria-label="Milliseconds above each hop&#x27;s own best, [^"]*hop 6 changed from cr2\.ams/)
  })
  it('shows old figures at 72 %', () => {
    expect(html).not.toContain('opacity-[.72]')
    expect(pane(designPath(), { stale: true })).toContain('opacity-[.72]')
  })
})

describe('protocols', () => {
  it('say which run, and that a click starts one where there is none', () => {
    const html = pane(designPath())
    expect(html).toMatch(/aria-pressed="true"[^>]*title="ICMP, running"/)
    expect(html).toContain('not run yet: starts a run')
  })
  it('cannot be started by those who may not', () => expect(pane(designPath(), { protocols: { runs: RUNS, shown: 'icmp', canStart: false, onProtocol: () => {} } })).toMatch(/disabled=""[^>]*title="No path run over TCP :443 in this session"/))
})

describe('the classic table', () => {
  const STATISTICS = { stage: 'statistics', sinceMs: START, hops: 3, probesPerHop: 100, expectedMs: 90_000, done: 300 } as const
  const view = makePath({ stage: STATISTICS, hops: [{ now: ['10.0.0.1'], probes: lossy(100, 40, 1) }, { now: ['10.0.0.2'], probes: times(100, 2) }, { now: ['198.51.100.24'], probes: lossy(100, 12, 9) }] })
  const html = renderToStaticMarkup(<PathpingTable view={view} vantage="edge-fra1" target="shop.example" progress={null} />)
  const texts = [...html.matchAll(/<tr class.*?<\/tr>/gs)].map(([row]) => row.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').trim())
  it('lists nodes and the links between them', () => expect(texts.map((text) => text.split(' ').slice(0, 4).join(' '))).toEqual(['0 edge-fra1', 'link 0 to 1', '1 1.0 40 of', 'link 1 to 2', '2 2.0 0 of', 'link 2 to 3', '3 9.0 12 of']))
  it('red is the link alone, and only where the loss is real', () => {
    expect(html.match(/text-crit/g)?.length).toBe(1)
    expect(texts[5]).toContain('12 of 100')
    expect(texts[1]).toContain('0 of 100')
  })
  it('waits for the statistics', () => expect(renderToStaticMarkup(<PathpingTable view={{ ...view, stage: null }} vantage="v" target="t" progress={null} />)).toContain('The statistics begin when the path is known.'))
  it('is offered for such a run only', () => {
    expect(pane(view, { tool: 'pathping' })).toContain('>Pathping<')
    expect(pane(view)).not.toContain('>Pathping<')
  })
})

describe('instead of a table', () => {
  it('waits', () => expect(pane(null)).toContain('Waiting for the first probe.'))
  it('says why it was refused', () => expect(pane(null, { notice: { severity: 'crit', title: 'x was not probed.', text: 'Rule 3 forbids it.' } })).toContain('Rule 3 forbids it.'))
  it('tells silence beside the rows', () => {
    const html = pane(makePath({ reached: false, hops: [{ now: [], probes: times(40, 'lost') }] }))
    expect(html).toContain('No hop has answered 40 probes so far.')
    expect(rows(html).length).toBe(1)
  })
  it('tells a dead end in one row, unless one of its hops is chosen', () => {
    const view = makePath({ reached: false, hops: [{ now: ['10.0.0.1'], probes: times(40, 1) }, ...Array.from({ length: 20 }, () => ({ now: [], probes: times(40, 'lost') }))] })
    expect(pane(view, { selectedTtls: [] })).toContain('Hops 5 to 21 do not answer either.')
    expect(pane(view, { selectedTtls: [9] })).not.toContain('do not answer either')
  })
})
