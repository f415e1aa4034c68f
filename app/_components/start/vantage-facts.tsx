/** The host that measures: name, addresses, kernel, account and what it may do. */
import type { ReactNode } from 'react'
import type { VantageFacts } from '#lib/protocol/vantage.ts'

export function VantageFactList({ facts }: { facts: VantageFacts }) {
  return (
    <dl className="grid grid-cols-[92px_minmax(0,1fr)] gap-x-2.5 gap-y-[3px] px-[18px] pb-[13px] pt-[11px] text-data">
      <Fact name="Host">{facts.hostname === facts.name ? facts.name : `${facts.name} (${facts.hostname})`}</Fact>
      <Fact name="Addresses">{facts.addresses.length === 0 ? 'none found' : facts.addresses.map((address) => <span key={address} className="block">{address}</span>)}</Fact>
      <Fact name="Kernel">{facts.kernel}</Fact>
      <Fact name="Runs as">{facts.user} <span className="text-text-3">uid {facts.uid}{facts.uid === 0 ? ', root' : ', no root'}</span></Fact>
      <Fact name="Keeps">{facts.capabilities.length === 0 ? <span className="text-text-3">no capability</span> : facts.capabilities.join(', ')}</Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="leading-[18px] text-text-3">{name}</dt>
      <dd className="machine break-words !leading-[18px] text-text-1">{children}</dd>
    </>
  )
}
