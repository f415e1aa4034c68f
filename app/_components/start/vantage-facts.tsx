/** The host that measures: name, addresses, kernel, account and what it may do. */
import { Fragment, type ReactNode } from 'react'
import type { VantageFacts } from '#lib/protocol/vantage.ts'

export function VantageFactList({ facts }: { facts: VantageFacts }) {
  const rows: [string, ReactNode][] = [
    ['Host', facts.hostname === facts.name ? facts.name : `${facts.name} (${facts.hostname})`],
    ['Addresses', facts.addresses.length === 0 ? 'none found' : facts.addresses.map((address) => <span key={address} className="block">{address}</span>)],
    ['Kernel', facts.kernel],
    ['Runs as', <>{facts.user} <span className="text-text-3">uid {facts.uid}{facts.uid === 0 ? ', root' : ', no root'}</span></>],
    ['Keeps', facts.capabilities.length === 0 ? <span className="text-text-3">no capability</span> : facts.capabilities.join(', ')],
  ]
  return (
    <dl className="grid grid-cols-[92px_minmax(0,1fr)] gap-x-2.5 gap-y-[3px] px-[18px] pb-[13px] pt-[11px] text-data">
      {rows.map(([name, value]) => (
        <Fragment key={name}>
          <dt className="leading-[18px] text-text-3">{name}</dt>
          <dd className="machine break-words !leading-[18px] text-text-1">{value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
