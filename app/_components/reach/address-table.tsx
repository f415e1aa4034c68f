'use client'
/** The addresses of the target, one a row: does it accept a connection, who says so, how long it takes, what TLS and HTTP come to. */
import { NBSP, UNKNOWN, formatFixed } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import { windowStats } from '#lib/tools/ping/window.ts'
import type { ReachAddress } from '#lib/tools/reach/view.ts'
import { cx } from '../../_lib/cx.ts'
import { SeverityMark } from '../ui/severity.tsx'
import { statusSeverity, tallyText, tlsVerdict, verdictOf } from './reach-words.ts'

interface Props {
  addresses: readonly ReachAddress[]
  /** The one whose figures and details are shown. */
  chosen: string
  onChoose: (address: string) => void
  window: { fromMs: number; toMs: number }
  nowMs: number
  clock: Clock
  label: string
}

const HEAD = 'h-[26px] border-b border-line px-2 text-label font-normal whitespace-nowrap text-text-3'
const CELL = 'h-7 border-b border-line px-2 max-md:h-auto max-md:py-1.5'
const DESK = 'max-md:hidden'
const WIDE = 'max-lg:hidden'

export function AddressTable({ addresses, label, ...rest }: Props) {
  return (
    <table aria-label={label} className="w-full table-fixed border-separate border-spacing-0 text-cell">
      <colgroup>
        <col className="w-[222px] max-xl:w-[190px] max-md:w-auto" /><col className={cx('w-[44px]', WIDE)} /><col className={DESK} /><col className="w-[68px] max-md:w-[92px]" /><col className={cx('w-[74px]', DESK)} /><col className={cx('w-[82px]', WIDE)} /><col className={cx('w-[142px] max-xl:w-[116px]', DESK)} /><col className={cx('w-[76px]', DESK)} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col" className={cx(HEAD, 'pl-[18px] text-left max-md:pl-3')}>address</th>
          <th scope="col" className={cx(HEAD, WIDE, 'text-left')}>family</th>
          <th scope="col" className={cx(HEAD, DESK, 'text-left')}>connection</th>
          <th scope="col" className={cx(HEAD, 'text-right max-md:pr-3')} title="Time of the newest connection that was answered">last ms</th>
          <th scope="col" className={cx(HEAD, DESK, 'text-right')} title="Half of the answered connections in the time window took this long or less">median ms</th>
          <th scope="col" className={cx(HEAD, WIDE, 'text-left')} title="Since when every connection has ended as the newest did">since</th>
          <th scope="col" className={cx(HEAD, DESK, 'text-left')}>TLS</th>
          <th scope="col" className={cx(HEAD, DESK, 'pr-4 text-left')}>HTTP</th>
        </tr>
      </thead>
      <tbody>{addresses.map((address) => <Row key={address.address} address={address} {...rest} />)}</tbody>
    </table>
  )
}

const cellMs = (ms: number | null): string => (ms === null || !Number.isFinite(ms) ? UNKNOWN : formatFixed(ms, ms < 1 ? 2 : 1))

function Row({ address: one, chosen, onChoose, window, nowMs, clock }: { address: ReachAddress } & Omit<Props, 'addresses' | 'label'>) {
  const { address, family, last, sinceMs } = one
  const isChosen = address === chosen
  const answered = last !== null && (last.state === 'open' || last.state === 'refused') ? last.ms : null
  return (
    <tr className={cx('relative', isChosen ? 'bg-surface-2' : 'hover:bg-surface-1')}>
      <th scope="row" className={cx(CELL, 'pl-[18px] text-left font-normal max-md:pl-3')}>
        <button type="button" aria-pressed={isChosen} onClick={() => onChoose(address)} className="machine max-w-full text-left [overflow-wrap:anywhere] after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent md:truncate">{address}</button>
        <span className="mt-0.5 hidden max-md:block"><Connection address={one} /><span className="flex gap-3 text-data font-normal"><Tls address={one} nowMs={nowMs} short /><Http address={one} short /></span></span>
      </th>
      <td className={cx(CELL, WIDE, 'text-text-2')}>v{family}</td>
      <td className={cx(CELL, DESK)}><Connection address={one} /></td>
      <td className={cx(CELL, 'text-right align-middle max-md:pr-3')}>{cellMs(answered)}</td>
      <td className={cx(CELL, DESK, 'text-right')}>{cellMs(windowStats(one.series, window.fromMs, window.toMs).p50Ms)}</td>
      <td className={cx(CELL, WIDE, 'text-text-2')}>{last === null ? UNKNOWN : clock.hms(sinceMs)}</td>
      <td className={cx(CELL, DESK)}><Tls address={one} nowMs={nowMs} /></td>
      <td className={cx(CELL, DESK, 'pr-4')}><Http address={one} /></td>
    </tr>
  )
}

function Connection({ address }: { address: ReachAddress }) {
  const { severity, word, who } = verdictOf(address)
  return (
    <span className="flex min-w-0 items-center gap-1.5" title={`${word}${who === '' ? '' : `, ${who}`}; ${tallyText(address)}`}>
      <SeverityMark severity={severity} size={10} />
      <span className={cx('flex-none', severity === 'crit' ? 'font-medium text-crit' : severity === 'ok' ? '' : 'text-text-2')}>{word}</span>
      {who !== '' && <span className="min-w-0 truncate text-data text-text-3">{who}</span>}
    </span>
  )
}

/** `short`: nothing at all rather than a dash, with its name before it. */
function Tls({ address, nowMs, short = false }: { address: ReachAddress; nowMs: number; short?: boolean }) {
  const verdict = tlsVerdict(address, nowMs)
  if (verdict === null) return short ? null : <span className="text-text-3">{UNKNOWN}</span>
  return <span className="flex min-w-0 items-center gap-1.5"><SeverityMark severity={verdict.severity} size={10} /><span className={cx('truncate', verdict.severity === 'crit' && 'text-crit', verdict.severity === 'warn' && 'text-warn')}>{short && `TLS${NBSP}`}{verdict.word}</span></span>
}

function Http({ address: { http }, short = false }: { address: ReachAddress; short?: boolean }) {
  const last = http.at(-1)
  if (last === undefined) return short ? null : <span className="text-text-3">{UNKNOWN}</span>
  const severity = statusSeverity(last.status)
  return <span className="flex items-center gap-1.5"><SeverityMark severity={severity} size={10} /><span className={cx(severity === 'crit' && 'text-crit', severity === 'warn' && 'text-warn')}>{short && `HTTP${NBSP}`}{last.status ?? 'none'}</span></span>
}
