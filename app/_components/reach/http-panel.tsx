'use client'
/** What HTTP came to at one address: each request of the chain, where its time went, and redirects that were not followed. */
import { UNKNOWN, formatFixed, formatMs } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import type { ReachAddress } from '#lib/tools/reach/view.ts'
import { visibleText } from '#lib/terminal/tokenize.ts'
import { cx } from '../../_lib/cx.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { PaneHead } from '../ui/pane-head.tsx'
import { SeverityMark } from '../ui/severity.tsx'
import { Inert } from './inert.tsx'
import { phaseBars, sumOf, PHASES, type Phases } from './phases.ts'
import { placeText, redirectWords, refusalText, statusSeverity, statusWords } from './reach-words.ts'

type Request = ReachAddress['http'][number]
type Redirect = ReachAddress['redirects'][number]

/** `absent`: why there is nothing, where there is nothing. */
interface Props { address: ReachAddress | null; clock: Clock; absent: string }

export function HttpPanel({ address, clock, absent }: Props) {
  const requests = address?.http ?? []
  const [first] = requests
  const longestMs = Math.max(...requests.map(({ phases }) => sumOf(phases)), 0)
  return (
    <section aria-label="HTTP" className="min-w-0 border-l border-line max-lg:border-l-0 max-lg:border-t">
      <PaneHead title="HTTP" wide {...(requests.length > 1 && { count: `${requests.length} requests` })}>
        {first !== undefined && <span className="truncate text-data text-text-3">looked at {clock.hms(first.atMs)}</span>}
      </PaneHead>
      {first === undefined ? <p className="px-[18px] py-3 text-data text-text-3 max-md:px-3">{absent}</p> : (
        <ol className="px-[18px] max-md:px-3">
          {requests.map((request) => (
            <li key={request.hop} className="border-line py-2.5 not-first:border-t">
              <Asked request={request} />
              <PhaseBar phases={request.phases} longestMs={longestMs} />
              {address?.redirects.filter((one) => one.hop === request.hop + 1 && one.verdict !== 'followed').map((one) => <NotFollowed key={one.url} redirect={one} />)}
            </li>
          ))}
        </ol>
      )}
      {first !== undefined && <p className="border-t border-line px-[18px] py-2 text-data leading-[17px] text-text-3 max-md:px-3">Each phase counts from the end of the one before. Only the head of an answer is read, and no body is ever sent.</p>}
    </section>
  )
}

function Asked({ request: { url, status, server, problem, address, port, hop, tlsReason } }: { request: Request }) {
  const severity = statusSeverity(status)
  return (
    <>
      <div className="flex items-center gap-2">
        <SeverityMark severity={severity} size={10} />
        <span className={cx('font-medium whitespace-nowrap', severity === 'crit' && 'text-crit', severity === 'warn' && 'text-warn')}>{status === null ? 'No HTTP answer' : statusWords(status)}</span>
        <span className="machine min-w-0 flex-1 truncate text-right !text-small text-text-3" title={server === null ? undefined : visibleText(server)}>{server === null ? '' : visibleText(server)}</span>
      </div>
      <div className="mt-0.5 flex min-w-0 items-start gap-1.5">
        <Inert className="min-w-0 flex-1 py-[3px] text-text-2">{url}</Inert>
        <CopyButton look="ghost" text={url} label={`Copy the address of request ${hop + 1}`} />
      </div>
      {hop > 0 && <p className="text-data text-text-3">redirect {hop}, at <span className="machine !text-small">{placeText({ address, port })}</span></p>}
      {typeof tlsReason === 'string' && <p className="text-data text-crit">A client would refuse the TLS here: {refusalText(tlsReason) ?? visibleText(tlsReason)}</p>}
      {problem !== null && <p className="text-data text-text-2"><Inert>{problem}</Inert></p>}
    </>
  )
}

const FILL = { dnsMs: 'fill-heat-4', connectMs: 'fill-heat-2', tlsMs: 'fill-heat-3', firstByteMs: 'fill-heat-1' } as const
const BAR_W = 300
const BAR_H = 8

/** One stacked bar, as long as its time against the longest of the chain; the numbers under it. */
function PhaseBar({ phases, longestMs }: { phases: Phases; longestMs: number }) {
  const bars = phaseBars(phases, { longestMs, width: BAR_W })
  const totalMs = sumOf(phases)
  return (
    <div className="mt-1.5">
      <svg viewBox={`0 0 ${BAR_W} ${BAR_H}`} preserveAspectRatio="none" aria-hidden="true" className="block h-2 w-full">
        <rect width={BAR_W} height={BAR_H} className="fill-surface-2" />
        {bars.map(({ name, x, w }) => <rect key={name} x={x} width={w} height={BAR_H} className={FILL[name]} />)}
      </svg>
      <dl className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5 text-data">
        {PHASES.map(({ name, label, define }) => (
          <div key={name} className="flex items-center gap-1.5" title={define}>
            <svg viewBox="0 0 8 8" width="8" height="8" aria-hidden="true" className="flex-none"><rect width="8" height="8" rx="1.5" className={FILL[name]} /></svg>
            <dt className="text-text-3">{label}</dt><dd className={cx(phases[name] === null && 'text-text-3')}>{phases[name] === null ? UNKNOWN : formatFixed(phases[name], phases[name] < 1 ? 2 : 1)}</dd>
          </div>
        ))}
        <div className="ml-auto flex gap-1.5"><dt className="text-text-3">in all</dt><dd>{totalMs === 0 ? UNKNOWN : formatMs(totalMs)}</dd></div>
      </dl>
    </div>
  )
}

function NotFollowed({ redirect }: { redirect: Redirect }) {
  const { severity, title } = redirectWords(redirect)
  return (
    <div className="mt-2 grid grid-cols-[10px_minmax(0,1fr)_auto] gap-x-2 rounded-ctl bg-surface-1 px-2.5 py-2 text-data leading-[17px]">
      <SeverityMark severity={severity} size={10} className="mt-1" />
      <div className="min-w-0">
        <p className="text-text-1">{title}.</p>
        <Inert className="text-text-2">{redirect.url}</Inert>
        {redirect.reason !== null && <p className="text-text-2"><Inert>{redirect.reason}</Inert></p>}
      </div>
      <CopyButton look="ghost" text={redirect.url} label="Copy where the redirect leads" />
    </div>
  )
}
