'use client'
/** One line: what was understood, what it resolves to, what policy says. */
import type { ReactNode } from 'react'
import type { Inspection } from '#lib/protocol/api.ts'
import type { Inspecting } from '../../_hooks/use-inspection.ts'
import { cx } from '../../_lib/cx.ts'
import { Segmented } from '../ui/segmented.tsx'
import { SeverityMark } from '../ui/severity.tsx'

interface Props { inspecting: Inspecting; typed: boolean; family: 4 | 6 | undefined; onFamily: (family: 4 | 6) => void }

export function Understood({ inspecting, typed, family, onFamily }: Props) {
  const { inspection, current } = inspecting
  return (
    <div className={cx('flex min-h-[34px] items-center gap-[18px] overflow-hidden whitespace-nowrap border-b border-line-2 bg-surface-1 px-[18px] text-data text-text-2 max-md:flex-wrap max-md:gap-x-3.5 max-md:gap-y-0.5 max-md:px-3 max-md:py-2', !current && inspection && 'opacity-70')}>
      {!typed && <span className="text-text-3">A name, an IPv4 or IPv6 address, a URL, host:port, or a pasted curl or ssh line.</span>}
      {typed && !inspection && <span className="text-text-3">reading</span>}
      {typed && inspection?.parsed && <Facts inspection={inspection} family={family} onFamily={onFamily} />}
      {typed && inspection && !inspection.parsed && <span className="text-text-3">not understood</span>}
    </div>
  )
}

function Facts({ inspection, family, onFamily }: { inspection: Inspection; family: 4 | 6 | undefined; onFamily: (family: 4 | 6) => void }) {
  const { parsed, target, verdicts } = inspection
  if (!parsed) return null
  const addresses = target?.addresses ?? verdicts.map((verdict) => verdict.address)
  const both = addresses.some((one) => one.includes(':')) && addresses.some((one) => !one.includes(':'))
  return (
    <>
      <Fact name="host"><span className="machine text-text-1">{parsed.unicodeHost ?? parsed.host}</span>{parsed.unicodeHost !== undefined && <span className="machine text-text-3"> {parsed.host}</span>}</Fact>
      {parsed.port !== undefined && <Fact name="port"><span className="machine text-text-1">{parsed.port}</span></Fact>}
      {parsed.reducedFrom !== undefined && <span className="text-text-3">taken from a {parsed.reducedFrom}</span>}
      {parsed.kind === 'name' && addresses.length > 0 && (
        <Fact name="resolves to">
          {addresses.map((address) => <span key={address} className={cx('machine mr-1.5', address === target?.address ? 'text-text-1' : 'text-text-3')}>{address}</span>)}
        </Fact>
      )}
      {both && target && <Segmented label="Address family to probe" value={String(family ?? target.family)} onChange={(value) => onFamily(value === '6' ? 6 : 4)} segments={[{ value: '4', label: 'IPv4' }, { value: '6', label: 'IPv6' }]} />}
      <span className="flex-1" />
      {target?.unresolved !== undefined && <span className="flex items-center gap-1.5 text-warn"><SeverityMark severity="warn" />no address here</span>}
      {target && target.unresolved === undefined && <span className="flex items-center gap-1.5 text-ok"><SeverityMark severity="ok" />allowed by policy</span>}
      {!target && verdicts.some((verdict) => !verdict.allowed) && <span className="flex items-center gap-1.5 text-crit"><SeverityMark severity="crit" />refused by policy</span>}
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return <span className="min-w-0 truncate"><span className="mr-0.5 text-text-3">{name}</span> {children}</span>
}
