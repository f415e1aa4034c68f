'use client'
/** What the TLS handshake of one address came to: version, names, the chain, and why a client would refuse it. */
import { formatMs } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import type { Certificate } from '#lib/tools/reach/events.ts'
import type { ReachAddress } from '#lib/tools/reach/view.ts'
import { cx } from '../../_lib/cx.ts'
import { dateLong } from '../../_lib/time.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { Notice } from '../ui/notice.tsx'
import { PaneHead } from '../ui/pane-head.tsx'
import { Tag } from '../ui/pill.tsx'
import { SeverityMark } from '../ui/severity.tsx'
import { Inert } from './inert.tsx'
import { daysLeft, expirySeverity, refusalText, shortVersion, tlsVerdict, validityWords } from './reach-words.ts'

/** `absent`: why there is nothing, where there is nothing. */
interface Props { address: ReachAddress | null; nowMs: number; clock: Clock; absent: string }

export function TlsPanel({ address, nowMs, clock, absent }: Props) {
  const tls = address?.tls ?? null
  const verdict = address === null ? null : tlsVerdict(address, nowMs)
  return (
    <section aria-label="TLS" className="min-w-0">
      <PaneHead title="TLS" wide>
        {tls !== null && verdict !== null && <span className="mr-auto flex items-center gap-1.5 text-data"><SeverityMark severity={verdict.severity} size={10} /><span className={cx(verdict.severity === 'crit' ? 'text-crit' : verdict.severity === 'warn' ? 'text-warn' : 'text-text-2')}>{verdict.word}</span></span>}
        {tls !== null && <span className="truncate text-data text-text-3">looked at {clock.hms(tls.atMs)}</span>}
      </PaneHead>
      {tls === null ? <p className="px-[18px] py-3 text-data text-text-3 max-md:px-3">{absent}</p> : <Handshake {...{ tls, nowMs, clock }} />}
    </section>
  )
}

function Handshake({ tls, nowMs, clock }: { tls: NonNullable<ReachAddress['tls']>; nowMs: number; clock: Clock }) {
  return (
    <div className="px-[18px] py-3 max-md:px-3">
      {tls.reason !== null && <Refused reason={tls.reason} reasonText={tls.reasonText} shaken={tls.shaken} />}
      <dl className="grid grid-cols-[104px_minmax(0,1fr)] gap-x-2.5 gap-y-0.5 text-data leading-[18px]">
        <Fact name="Version">{tls.version === null ? null : shortVersion(tls.version)}</Fact>
        <Fact name="Cipher">{tls.cipher}</Fact>
        <Fact name="ALPN">{tls.alpn ?? (tls.shaken ? 'none agreed' : null)}</Fact>
        <Fact name="Name sent">{tls.serverName ?? 'none: an address has no name'}</Fact>
        <Fact name="Handshake">{tls.ms === null ? null : formatMs(tls.ms)}</Fact>
      </dl>
      {tls.chain.length > 0 && (
        <>
          <h3 className="mt-3 mb-1 text-data text-text-3">Chain as the server sends it, its own certificate first</h3>
          <ol className="border-t border-line">{tls.chain.map((certificate, i) => <Link key={`${i}${certificate.sha256}`} {...{ certificate, nowMs, clock }} own={i === 0} />)}</ol>
        </>
      )}
    </div>
  )
}

function Fact({ name, children }: { name: string; children: string | null }) {
  return (
    <>
      <dt className="text-text-3">{name}</dt>
      <dd className="min-w-0">{children === null ? <span className="text-text-3">–</span> : <Inert>{children}</Inert>}</dd>
    </>
  )
}

function Refused({ reason, reasonText, shaken }: { reason: string; reasonText: string | null; shaken: boolean }) {
  const text = refusalText(reason)
  return (
    <Notice severity="crit" title={shaken ? 'A client would refuse it.' : 'The handshake was not completed.'} className="mb-3">
      {text !== null && <p>{text}</p>}
      <p className="text-data text-text-3"><Inert>{reasonText === null ? reason : `${reasonText} (${reason})`}</Inert></p>
    </Notice>
  )
}

/** Names shown before the rest is asked for. */
const NAMES_SHOWN = 6

function Link({ certificate, own, nowMs, clock }: { certificate: Certificate; own: boolean; nowMs: number; clock: Clock }) {
  const { subject, issuer, names, namesCut = 0, notBeforeMs, notAfterMs, key, sha256, selfIssued } = certificate
  const days = daysLeft(certificate, nowMs)
  const known = notAfterMs > 0 && notBeforeMs > 0
  const over = known && (notAfterMs <= nowMs || notBeforeMs > nowMs)
  const rest = names.slice(NAMES_SHOWN)
  return (
    <li className="border-b border-line py-2">
      <div className="flex min-w-0 items-baseline gap-2"><Inert className="min-w-0 flex-1 font-medium text-text-1">{subject === '' ? 'no subject' : subject}</Inert>{selfIssued && <Tag>{own ? 'self-issued' : 'root'}</Tag>}</div>
      <dl className="mt-1 grid grid-cols-[64px_minmax(0,1fr)] gap-x-2.5 gap-y-px text-data leading-[18px]">
        <dt className="text-text-3">Issuer</dt><dd><Inert className="text-text-2">{issuer}</Inert></dd>
        {names.length > 0 && (
          <>
            <dt className="text-text-3">Names</dt>
            <dd className="min-w-0 text-text-2">
              <Inert>{names.slice(0, NAMES_SHOWN).join(', ')}</Inert>
              {rest.length > 0 && <details className="text-text-3"><summary className="w-fit rounded-tag hover:text-text-1">and {rest.length + namesCut} more</summary><Inert className="text-text-2">{rest.join(', ')}</Inert>{namesCut > 0 && ` and ${namesCut} that are not kept`}</details>}
            </dd>
          </>
        )}
        <dt className="text-text-3">Valid</dt>
        <dd className="text-text-2">{known && `${dateLong(notBeforeMs, clock)} to ${dateLong(notAfterMs, clock)}, `}<span className={cx(over ? 'font-medium text-crit' : days !== null && expirySeverity(days) === 'warn' && 'font-medium text-warn')}>{validityWords(certificate, nowMs)}</span></dd>
        <dt className="text-text-3">Key</dt><dd><Inert className="text-text-2">{key}</Inert></dd>
        <dt className="text-text-3">SHA-256</dt>
        <dd className="flex min-w-0 items-center gap-1.5"><span className="machine min-w-0 truncate text-text-3" title={sha256}>{sha256}</span><CopyButton look="ghost" text={sha256} label="Copy the SHA-256 fingerprint" /></dd>
      </dl>
    </li>
  )
}
