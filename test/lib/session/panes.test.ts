/** Which view shows which runs and findings. */
import { describe, expect, it } from 'vitest'
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import type { RunId, SessionId } from '#lib/protocol/ids.ts'
import type { EventBody, ToolId } from '#lib/protocol/events.ts'
import type { PinnedTarget } from '#lib/protocol/target.ts'
import { emptySession, applyEvent } from '#lib/session/fold.ts'
import { findingsIn, homePane, paneOf, paneOfFinding, runOf, runsIn, shownIn } from '#lib/session/panes.ts'
import { mainRun, shownRuns } from '#lib/session/runs.ts'
import { SHOWN_TOOLS } from '#lib/tools/shown.ts'
import type { SessionView } from '#lib/session/view.ts'

const id = (tool: ToolId, n = 0): RunId => `run-${tool}-${n}`.padEnd(16, '0') as RunId
const TARGET: PinnedTarget = { host: 'a.example', address: '192.0.2.7', family: 4, addresses: ['192.0.2.7'] }

function sessionOf(runs: readonly { tool: ToolId; target?: PinnedTarget; n?: number }[]): SessionView {
  const view = emptySession()
  const bodies: EventBody[] = [
    { kind: 'session.created', sessionId: 'sess-0123456789a' as SessionId, title: 't', target: 'a.example', by: 'mo', vantage: 'v' },
    ...runs.map(({ tool, target = TARGET, n }): EventBody => {
      const options = SHOWN_TOOLS[tool].decodeOptions({})
      if (!options.ok) throw new Error(options.error.message)
      return { kind: 'run.queued', runId: id(tool, n), tool, target, options: { ...options.value }, by: 'mo', policyId: 'p' }
    }),
  ]
  bodies.forEach((body, i) => applyEvent(view, { ...body, seq: i + 1, atMs: 1000 + i }))
  return view
}

const finding = (runId: RunId): FindingRecord => ({
  id: runId, severity: 'warn', sinceMs: 1, untilMs: null, noticedMs: 1, rule: 'X', subject: runId, confidence: 'high', title: 'T.', meaning: 'M.', evidence: [], otherwise: [], next: { text: 'N.' }, span: { runId, fromMs: 1, toMs: 2 },
})

describe('views of a session', () => {
  const view = sessionOf([{ tool: 'ping' }, { tool: 'mtr' }, { tool: 'pmtu' }, { tool: 'dns' }, { tool: 'reach' }, { tool: 'nslookup' }])
  view.findings.push(finding(id('ping')), finding(id('dns')), finding(id('nslookup')), finding(id('reach')), finding('run-gone-0000000' as RunId))
  it('every run is in exactly one', () => {
    const all = (['path', 'dns', 'reach'] as const).flatMap((pane) => runsIn(view, pane))
    expect(new Set(all)).toEqual(new Set(view.runs))
    expect(all).toHaveLength(view.runs.length)
  })
  it('counts the findings of its own runs', () => {
    expect((['path', 'dns', 'reach'] as const).map((pane) => findingsIn(view, pane).map((one) => one.span.runId))).toEqual([[id('ping')], [id('dns'), id('nslookup')], [id('reach')]])
    expect(view.findings.map((one) => paneOfFinding(view, one))).toEqual(['path', 'dns', 'dns', 'reach', null])
  })
  it('keys mean the chosen run where it is shown, else the run that stands for the view', () => {
    const main = mainRun(view)
    const shown = shownRuns(view, main)
    expect((['path', 'dns', 'reach'] as const).map((pane) => runOf(shown, { pane, chosen: main })?.tool)).toEqual(['ping', 'dns', 'reach'])
    const nslookup = view.runs.find((run) => run.tool === 'nslookup') ?? null
    expect(runOf(shownRuns(view, nslookup), { pane: 'dns', chosen: nslookup })?.tool).toBe('nslookup')
    expect(shownIn(shown, 'dns').map((run) => run.tool)).toEqual(['dns', 'nslookup'])
  })
})

describe('what a session opens with', () => {
  it('the path where one was probed, else the view of its first run', () => {
    const home = (...tools: ToolId[]) => homePane(tools.map((tool) => ({ tool })))
    expect([home(), home('dns'), home('nslookup', 'dns'), home('reach', 'dns'), home('dns', 'ping'), home('dns', 'reach')]).toEqual(['path', 'dns', 'dns', 'reach', 'path', 'dns'])
  })
  it('a name without an address has a main run and nothing of a path', () => {
    const view = sessionOf([{ tool: 'dns', target: { host: 'nosuch.example', address: '', family: 4, addresses: [], unresolved: 'No server knows it.' } }])
    const main = mainRun(view)
    expect(main === null ? null : paneOf(main)).toBe('dns')
    expect(shownRuns(view, main)).toMatchObject({ ping: null, path: null, pmtu: null, reach: null })
  })
  it('a run about a name stands beside probes of another of its addresses', () => {
    const view = sessionOf([{ tool: 'ping' }, { tool: 'dns', target: { ...TARGET, address: '2001:db8::7', family: 6 } }, { tool: 'reach', target: { ...TARGET, address: '2001:db8::7', family: 6 } }])
    const chosen = view.runs.at(-1) ?? null
    expect(shownRuns(view, chosen)).toMatchObject({ ping: { tool: 'ping' }, dns: { tool: 'dns' }, reach: { tool: 'reach' } })
    const other = sessionOf([{ tool: 'ping' }, { tool: 'dns', target: { ...TARGET, host: 'b.example', address: '192.0.2.8' } }])
    expect(shownRuns(other, other.runs.at(-1) ?? null).ping).toBeNull()
  })
})
