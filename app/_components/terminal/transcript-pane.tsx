'use client'
/** What one run printed, unchanged: command line, lines, find, copy, download. A transcript, never a shell. */
import { ChevronDown, ChevronUp, Download, Search, X } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { FindingRecord } from '#lib/diagnose/finding.ts'
import { formatCount } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import { paneOf } from '#lib/session/panes.ts'
import { isPing } from '#lib/session/runs.ts'
import type { RunView } from '#lib/session/view.ts'
import { visibleText } from '#lib/terminal/tokenize.ts'
import { useKeys } from '../../_hooks/use-keys.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { Notice } from '../ui/notice.tsx'
import { Pill } from '../ui/pill.tsx'
import { LinePanel } from './line-panel.tsx'
import { commandOf } from './run-list.tsx'
import { TranscriptLines } from './transcript-lines.tsx'
import { useFind } from './use-find.ts'
import { usePlayed } from './use-played.ts'
import { useTranscript, type LoadPage } from './use-transcript.ts'

interface Props {
  run: RunView
  loadPage: LoadPage
  /** Grows when there may be new lines. */
  refreshKey: number
  /** Replay: only what had been printed by then; null while live. */
  untilMs: number | null
  clock: Clock
  findings: readonly FindingRecord[]
  /** The line that it opens at; null: its end. */
  openAt?: number | null
  onFinding?: (finding: FindingRecord) => void
  /** Where the raw bytes are; absent where this viewer may not have them. */
  downloadHref?: string
}

export function TranscriptPane({ run, loadPage, refreshKey, untilMs, clock, findings, onFinding, downloadHref, openAt = null }: Props) {
  const whole = useTranscript(loadPage, refreshKey)
  const played = usePlayed(whole, untilMs)
  const transcript = { ...whole, totalLines: played ?? 0, loaded: whole.loaded && played !== null }
  const [panel, setPanel] = useState(true)
  const [selected, setSelected] = useState<number | null>(openAt)
  const [reveal, setReveal] = useState<{ line: number } | null>(openAt === null ? null : { line: openAt })
  const [finding, setFinding] = useState(false)
  const [text, setText] = useState('')
  useKeys({ f: () => setFinding(true), ']': () => setPanel((on) => !on) })
  const found = useFind(loadPage, finding ? text : '', transcript.totalLines)
  const range = useRef({ from: 1, to: 1 })
  const onRange = useCallback((from: number, to: number) => { range.current = { from, to } }, [])
  useEffect(() => setSelected(openAt), [loadPage, openAt])
  const show = (line: number): void => { setSelected(line); setReveal({ line }) }
  const copied = (): string => {
    const lines = selected === null ? Array.from({ length: range.current.to - range.current.from + 1 }, (_, i) => range.current.from + i) : [selected]
    return lines.flatMap((n) => transcript.line(n) ?? []).map((line) => visibleText(line.text)).join('\n')
  }
  const line = selected === null ? undefined : transcript.line(selected)
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <Head {...{ run, clock, untilMs }}>
        <Button onClick={() => setFinding(!finding)} aria-expanded={finding} className="max-md:!w-9 max-md:!px-0"><Icon of={Search} /><span className="max-md:sr-only">Find</span><span className="max-md:hidden"><Kbd>f</Kbd></span></Button>
        <span className="max-md:hidden"><CopyButton size="md" text={copied} label={selected === null ? 'Copy the lines on screen' : 'Copy the chosen line'}>Copy</CopyButton></span>
        {downloadHref !== undefined && <a href={downloadHref} download aria-label="Download the raw output" title="Download the raw output" className={buttonClass({ square: true })}><Icon of={Download} /></a>}
      </Head>
      {finding && <FindBar run={run} text={text} onText={setText} found={found} onLine={show} onClose={() => setFinding(false)} />}
      <div className="flex min-h-0 flex-1">
        {transcript.problem !== null && !transcript.loaded ? <Notice severity="warn" title="The transcript cannot be shown." className="flex-1 p-4"><p>{transcript.problem}</p></Notice>
          : transcript.loaded && transcript.totalLines === 0 ? <p className="flex-1 px-4 py-3 text-data text-text-3">{untilMs !== null || run.state === 'running' || run.state === 'queued' ? 'Nothing printed yet.' : 'The tool printed nothing.'}</p>
          : <TranscriptLines {...{ transcript, run, clock, selected, reveal, onRange }} label={`${run.tool} output`} onSelect={setSelected} hits={found.hits} />}
        {panel && <LinePanel {...{ line, run, clock, findings, onFinding }} totalLines={transcript.totalLines} />}
      </div>
    </div>
  )
}

function Head({ run, clock, untilMs, children }: { run: RunView; clock: Clock; untilMs: number | null; children: React.ReactNode }) {
  const running = run.state === 'running'
  const facts = [run.pid !== null && `pid ${run.pid}`, run.user, run.startedAtMs !== null && `started ${clock.hms(run.startedAtMs)}`, run.endedAtMs !== null && `ended ${clock.hms(run.endedAtMs)}`].filter(Boolean).join(', ')
  return (
    <div className="flex h-10 flex-none items-center gap-2.5 border-b border-line px-3.5">
      <span aria-hidden="true" className="text-text-3">$</span>
      <code className="min-w-0 truncate text-cell" title={run.argv.join(' ')}>{commandOf(run)}</code>
      <Pill tone={running ? 'ok' : run.state === 'failed' || run.state === 'refused' ? 'crit' : run.state === 'interrupted' ? 'warn' : 'neutral'} dot={running} pulse={running}>{run.state.replace('-', ' ')}</Pill>
      <span className="flex-1" />
      <span className="truncate text-data text-text-3 max-lg:hidden">{untilMs === null ? facts : `as printed up to ${clock.hms(untilMs)}`}</span>
      {children}
    </div>
  )
}

function FindBar({ run, text, onText, found, onLine, onClose }: { run: RunView; text: string; onText: (text: string) => void; found: { lines: readonly number[]; done: boolean }; onLine: (line: number) => void; onClose: () => void }) {
  const [at, setAt] = useState(-1)
  useEffect(() => setAt(-1), [text])
  const go = (by: number): void => {
    const n = found.lines.length
    if (n === 0) return
    const next = at < 0 ? (by > 0 ? 0 : n - 1) : (at + by + n) % n
    setAt(next)
    onLine(found.lines[next] ?? 1)
  }
  const says = text === '' ? '' : found.lines.length === 0 ? (found.done ? 'not found' : 'looking') : `${at < 0 ? '' : `${formatCount(at + 1)} of `}${formatCount(found.lines.length)}${found.done ? '' : ' so far'} ${at < 0 ? 'lines' : ''}`
  return (
    <search className="flex h-10 flex-none items-center gap-1.5 border-b border-line px-3.5">
      <label className="flex h-7 min-w-0 flex-1 items-center gap-2 rounded-ctl bg-surface-1 px-2 edge-line-3 has-focus-visible:outline-2 has-focus-visible:outline-accent">
        <Icon of={Search} className="text-text-3" />
        <span className="sr-only">Find in the transcript</span>
        <input
          autoFocus value={text} onChange={(event) => onText(event.target.value)} placeholder={isPing(run) ? 'text, icmp_seq=2367, ttl=55' : paneOf(run) === 'dns' ? 'text, @server, status: SERVFAIL' : 'text, address'} spellCheck={false}
          className="machine min-w-0 flex-1 bg-transparent outline-none"
          onKeyDown={(event) => { if (event.key === 'Enter') { event.preventDefault(); go(event.shiftKey ? -1 : 1) } else if (event.key === 'Escape') { event.stopPropagation(); onClose() } }}
        />
        <span role="status" className="text-data whitespace-nowrap text-text-3">{says}</span>
      </label>
      <Button square look="ghost" aria-label="Previous match" onClick={() => go(-1)}><Icon of={ChevronUp} /></Button>
      <Button square look="ghost" aria-label="Next match" onClick={() => go(1)}><Icon of={ChevronDown} /></Button>
      <Button square look="ghost" aria-label="Close find" onClick={onClose}><Icon of={X} /></Button>
    </search>
  )
}
