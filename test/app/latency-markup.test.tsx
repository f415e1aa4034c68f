/** Markup made on the server: no style attributes (the content policy refuses them), unknown values as dashes, named controls. */
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { createClock } from '#lib/format/time.ts'
import { createWindowStore } from '#lib/timeline/window-store.ts'
import { makePingView } from '#test/fixtures/ping-view.ts'
import { TargetPath } from '../../app/_components/latency/target-path.tsx'
import { ReadoutStrip } from '../../app/_components/latency/readout.tsx'
import { ReplayStrip } from '../../app/_components/replay/replay-strip.tsx'

const START = Date.UTC(2026, 10, 22, 13, 27, 38)
const text = (html: string): string => html.replace(/<span[^>]*role="tooltip".*?<\/span>/gs, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

describe('readout', () => {
  const strip = (probes: number, scenario: 'calm' | 'silent' | 'path', awaited = 0) => renderToStaticMarkup(
    <ReadoutStrip view={makePingView({ seed: 4, probes, scenario, startMs: START, awaited })} fromMs={START} toMs={START + probes * 1000} />)
  it('shows nothing that is not known', () => {
    expect(text(renderToStaticMarkup(<ReadoutStrip view={null} fromMs={0} toMs={1} />))).not.toMatch(/ \d/)
    expect(text(strip(4, 'calm', 4))).toMatch(/Loss \u2013/)
  })
  it('gives only the counts below 20 probes, then the share with them', () => {
    expect(text(strip(12, 'silent'))).toContain('Loss 12 of 12')
    expect(text(strip(12, 'silent'))).not.toContain('%')
    expect(text(strip(40, 'silent'))).toMatch(/100\.0 % 40 of 40/)
  })
  it('names the assumed start of the TTL and does not guess the way out', () => {
    expect(text(strip(60, 'calm'))).toContain('64 \u2212 56 = 8 routers')
    expect(text(strip(60, 'calm'))).toContain('out \u2013, needs a trace')
  })
  it('carries a definition for every figure', () => {
    const html = strip(60, 'path')
    expect(html.match(/role="tooltip"/g)?.length).toBe(7)
    expect(html).toContain('Mean absolute difference of consecutive replies')
  })
})

describe('server markup', () => {
  const view = makePingView({ seed: 4, probes: 200, scenario: 'path', startMs: START })
  const store = createWindowStore()
  store.setExtent(START, START + 200_000)
  const source = { view: () => view, subscribe: () => () => {} }
  const html = renderToStaticMarkup(<TargetPath {...{ source, store }} address="198.51.100.24" clock={createClock('UTC')} run={{ state: 'running', outcome: null, target: 'x' }} />)
    + renderToStaticMarkup(<ReplayStrip ended startMs={START} endMs={START + 200_000} atMs={START + 50_000} playing={false} speed={8} findings={[{ id: 'a', title: 'Loss', severity: 'crit', atMs: START + 9000 }]} spark={{ medianMs: [1, null, 2], lost: [0, 3, 0] }} clock={createClock('UTC')} onSeek={() => {}} onPlay={() => {}} onSpeed={() => {}} />)
  it('has no style attribute', () => expect(html).not.toMatch(/\sstyle=/))
  it('says where a playhead on its way has come to, and whose figures are shown until then', () => {
    const strip = renderToStaticMarkup(<ReplayStrip ended startMs={START} endMs={START + 200_000} atMs={START + 150_000} loading={{ shownMs: START + 50_000, reachedMs: START + 90_000, progress: 0.4 }} playing={false} speed={8} findings={[]} spark={{ medianMs: [1, 2], lost: [0, 0] }} clock={createClock('UTC')} onSeek={() => {}} onPlay={() => {}} onSpeed={() => {}} />)
    expect(strip).toMatch(/aria-busy="true"/)
    expect(text(strip)).toMatch(/Loading 40 %.*Loading 1:30 of 2:30, 40 %\. Shown: 13:28:28/)
    expect(html).toMatch(/aria-busy="false"/)
  })
  it('describes the chart and offers the crosshair as a slider', () => {
    expect(html).toMatch(/<canvas[^>]*role="img"[^>]*aria-label="Round trip to 198\.51\.100\.24/)
    expect(html).toMatch(/role="slider"[^>]*aria-label="Crosshair/)
    expect(html).toMatch(/role="slider"[^>]*aria-valuetext="13:28:28, 0:50 of 3:20"/)
  })
})
