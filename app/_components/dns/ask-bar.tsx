'use client'
/** What is asked: name, types, servers, how often. Every change asks anew, so the bar is also the form. */
import { Globe, Plus, X } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useId, useState } from 'react'
import { formatSpan } from '#lib/format/time.ts'
import { inert } from '#lib/timeline/dns-text.ts'
import type { DnsOptions } from '#lib/tools/dns/options.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { MenuButton } from '../ui/menu.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { furtherTypes, typesOf, withoutType, withType } from './ask-options.ts'
import type { Asking } from './pane-props.ts'

const ResolverDialog = dynamic(() => import('./resolver-dialog.tsx').then((module) => module.ResolverDialog), { ssr: false })

interface Props {
  name: string
  options: DnsOptions
  /** Types of the question as it was put; an address is asked for its name whatever the options say. */
  types: readonly string[]
  /** Servers that are asked. */
  servers: number
  asking: Asking
  /** When it was asked, for the count's tooltip. */
  note: string
}

export function AskBar({ name, options, types, servers, asking: { reason, ask }, note }: Props) {
  const [adding, setAdding] = useState(false)
  const why = useId()
  const wanted = typesOf(options)
  const settled = types.length === 0 || types.join() === wanted.join()
  const off = reason !== null
  const blocked = off ? { 'disabled': true, 'title': reason, 'aria-describedby': why } : {}
  return (
    <div className="flex h-10 flex-none items-center gap-1.5 border-b border-line pr-3.5 pl-3 max-md:h-12 max-md:px-2.5">
      <div role="group" aria-label="Question" className="flex h-ctl min-w-0 flex-1 items-center gap-1.5 overflow-hidden rounded-ctl bg-surface-1 pr-1.5 pl-2 edge-line-3 pointer-coarse:h-9">
        <Icon of={Globe} className="text-text-3" />
        <span className="machine min-w-0 flex-none max-w-[60%] truncate !text-cell" title={inert(name)}>{inert(name, 255)}</span>
        {(settled ? wanted : types).map((type) => (
          <span key={type} className="inline-flex h-5 flex-none items-center gap-px rounded-[4px] bg-surface-3 pr-0.5 pl-1.5 font-mono text-small leading-5 font-book tracking-[-0.015em]">
            {type}
            {settled && wanted.length > 1 && !off
              ? <button type="button" aria-label={`Do not ask for ${type}`} title={`Do not ask for ${type}`} onClick={() => ask(withoutType(wanted, type))} className="relative grid size-[18px] place-items-center rounded-tag text-text-3 after:absolute after:-inset-[3px] hover:text-text-1 focus-visible:-outline-offset-2"><Icon of={X} size={10} /></button>
              : <span className="w-1" />}
          </span>
        ))}
        {settled && !off && furtherTypes(wanted).length > 0 && (
          <MenuButton label="Add a type" named={false} items={furtherTypes(wanted).map((type) => ({ label: type, act: () => ask(withType(wanted, type)) }))} className="h-6 flex-none rounded-tag px-1 text-data text-text-3 hover:text-text-1 focus-visible:-outline-offset-2 max-md:hidden">add a type</MenuButton>
        )}
        <span className="flex-1" />
        <span className="flex-none whitespace-nowrap text-data text-text-3 max-md:hidden" title={note}>{servers === 0 ? '' : `${servers} ${servers === 1 ? 'resolver' : 'resolvers'}`}</span>
      </div>
      <Button {...blocked} className="max-md:hidden" onClick={() => setAdding(true)}><Icon of={Plus} />Resolver</Button>
      <Segmented
        label="How often" large className="max-md:hidden" value={options.rounds === 1 ? 'once' : 'every'} onChange={(value) => ask({ rounds: value === 'once' ? 1 : null })}
        segments={[{ value: 'once', label: 'Once', disabled: off }, { value: 'every', label: `Every ${formatSpan(options.intervalMs)}`, disabled: off }]}
      />
      <Button look="primary" {...blocked} onClick={() => ask({})}>Ask again</Button>
      {off && <span id={why} className="sr-only">{reason}</span>}
      {adding && <ResolverDialog options={options} onAsk={ask} onClose={() => setAdding(false)} />}
    </div>
  )
}
