'use client'
/** The DNS view of one names run: what is asked, the resolver matrix, answers over time, answer times, the walk from the root, nslookup. */
import dynamic from 'next/dynamic'
import { useMemo, useState } from 'react'
import { answersOf } from '#lib/timeline/dns-answers.ts'
import type { MatrixColumn } from '#lib/timeline/dns-columns.ts'
import { matrixOf } from '#lib/timeline/dns-matrix.ts'
import { isSettled } from '#lib/timeline/dns-reference.ts'
import { inert } from '#lib/timeline/dns-text.ts'
import { answerTimes } from '#lib/timeline/dns-times.ts'
import { walkOf } from '#lib/timeline/dns-walk.ts'
import { cx } from '../../_lib/cx.ts'
import { Notice } from '../ui/notice.tsx'
import { AnswersPane } from './answers-pane.tsx'
import { AskBar } from './ask-bar.tsx'
import { optionsOf, typesOf } from './ask-options.ts'
import { dnsNotice, waitingWords } from './dns-notice.ts'
import { MatrixTable } from './matrix-table.tsx'
import { NslookupPane } from './nslookup-pane.tsx'
import { goesOn, type DnsPaneProps } from './pane-props.ts'
import { ServerList } from './server-list.tsx'
import { TimesPane } from './times-pane.tsx'
import { usePacedWindow } from './use-paced-window.ts'
import { useSeen } from './use-seen.ts'
import { WaitingMatrix } from './waiting-matrix.tsx'
import { WalkPane } from './walk-pane.tsx'

const ReplyDialog = dynamic(() => import('./reply-dialog.tsx').then((module) => module.ReplyDialog), { ssr: false })

export function DnsPane(props: DnsPaneProps) {
  const { run, view, nslookup, clock, stale, asking, onTerminal } = props
  const [open, setOpen] = useState<{ column: MatrixColumn; type: string } | null>(null)
  const facts = useFacts(props)
  const { options, matrix, servers } = facts
  const notice = dnsNotice(run, view)
  const waiting = goesOn(run) && matrix.columns.length < 2 ? waitingWords(view) : null
  const toTerminal = onTerminal === null ? null : (line?: number) => onTerminal(run.runId, line)
  const label = `Answers by resolver for ${inert(view.name || run.target.host, 255)}`
  const onOpen = (column: MatrixColumn, type: string): void => setOpen({ column, type })
  return (
    <section aria-label="DNS" className="flex min-h-0 flex-1 flex-col">
      <AskBar {...{ options, servers, asking }} name={view.name || run.target.host} types={view.types} note={`${view.rounds} ${view.rounds === 1 ? 'round' : 'rounds'}${view.roundAtMs === null ? '' : `, the last at ${clock.hms(view.roundAtMs)}`}`} />
      <div className={cx('flex min-h-0 flex-1 flex-col', stale && 'opacity-[.72]')}>
        {notice !== null && <Notice severity={notice.severity} title={notice.title} className="flex-none border-b border-line px-4 py-3 max-md:px-3"><p>{notice.text}</p>{notice.quote !== undefined && <p className="machine select-text text-text-1">{notice.quote}</p>}</Notice>}
        {waiting !== null ? <WaitingMatrix rows={matrix.rows.map(({ head }) => head)} words={waiting} /> : matrix.columns.length > 0 && view.setup !== null && <>
          <MatrixTable {...{ matrix, label, onOpen }} />
          <ServerList {...{ matrix, label, onOpen }} />
        </>}
        <Charts {...props} {...facts} />
        {nslookup !== null && <NslookupPane run={nslookup} os={view.os} onTerminal={onTerminal === null ? null : () => onTerminal(nslookup.runId)} />}
      </div>
      {open !== null && <ReplyDialog {...{ run, view, matrix, clock }} column={open.column} type={open.type} onType={(type) => setOpen({ ...open, type })} onTerminal={toTerminal} onClose={() => setOpen(null)} />}
    </section>
  )
}

/** Made anew when the fold has something new, and once a second for what counts down. */
function useFacts({ run, view, nowMs }: DnsPaneProps) {
  const { state, target } = run
  const seen = useSeen(view)
  const options = useMemo(() => optionsOf(run.options), [run.options])
  const types = useMemo(() => (seen.types.length > 0 ? seen.types : typesOf(options)), [seen, options])
  const port = options.checkPort ?? target.port ?? null
  const second = Math.floor(nowMs / 1000)
  const over = !goesOn({ state })
  const matrix = useMemo(() => matrixOf({ view: seen, types, port, nowMs: 1000 * second, over }), [seen, types, port, second, over])
  return { seen, options, types, matrix, second, over, servers: seen.servers.filter(({ refused }) => refused === null).length }
}

function Charts({ run, store, clock, asking, onTerminal, seen, options, types, matrix, second, over }: DnsPaneProps & ReturnType<typeof useFacts>) {
  const [chosen, setType] = useState<string | null>(null)
  const window = usePacedWindow(store)
  const type = chosen !== null && types.includes(chosen) ? chosen : null
  const everyMs = options.intervalMs
  // The end of a strip that grows: a few seconds are less than a pixel.
  const nowMs = 5000 * Math.floor(second / 5)
  const answers = useMemo(() => answersOf({ view: seen, type, types, nowMs, everyMs, over, clock }), [seen, type, types, nowMs, everyMs, over, clock])
  const times = useMemo(() => answerTimes(seen, window), [seen, window])
  const first = types[0] === undefined ? undefined : matrix.references.get(types[0])
  const walk = walkOf(seen.walk, isSettled(first) ? first.reply : null)
  if (seen.counts.asked === 0 && walk === null) return null
  return (
    <>
      {answers !== null && answers.strips.length > 0 && <AnswersPane {...{ answers, types, window, store, clock }} onType={setType} />}
      <div className="grid flex-1 border-t border-line max-xl:block xl:grid-cols-[500px_minmax(0,1fr)]">
        <TimesPane times={times} />
        <WalkPane
          walk={walk} walking={options.walk === 'yes' && !over} reason={asking.reason} onWalk={asking.reason === null ? () => asking.ask({ walk: 'yes' }) : null}
          onTerminal={onTerminal === null ? null : () => onTerminal(run.runId)}
        />
      </div>
    </>
  )
}
