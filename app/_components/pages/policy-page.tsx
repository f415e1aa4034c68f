'use client'
/** The target policy in force: where probes may go, why not elsewhere, and how much at once. */
import { Check, X } from 'lucide-react'
import { useApi } from '../../_hooks/use-api.ts'
import { Icon } from '../ui/icon.tsx'
import { PageFrame, Section } from './page-frame.tsx'
import { Table } from './table.tsx'

export function PolicyPage() {
  const { value, problem } = useApi('policy.read', {})
  return (
    <PageFrame wide title="Target policy" lead="Every address a name resolves to is judged before anything is sent. A refusal wins over a permission.">
      {problem ? <p className="text-text-3">{problem.message}</p> : (
        <>
          <Table
            label="Rules" rows={value?.rules ?? null} keyOf={(rule) => String(rule.number)} empty="No rule."
            columns={[
              { name: 'rule', width: 'w-14', cell: (rule) => rule.number },
              { name: 'effect', width: 'w-28', cell: (rule) => <span className="flex items-center gap-1.5"><Icon of={rule.effect === 'allow' ? Check : X} size={12} className={rule.effect === 'allow' ? 'text-ok' : 'text-text-3'} />{rule.effect === 'allow' ? 'allowed' : 'refused'}</span> },
              { name: 'addresses or names', machine: true, cell: (rule) => rule.what },
              { name: 'because', cell: (rule) => <span className="text-text-2">{rule.reason}</span> },
            ]}
          />
          {value && (
            <Section title="Limits" lead={`Policy ${value.policyId}, from ${value.source}. Each run keeps the policy it was judged by.`}>
              <dl className="grid max-w-[560px] grid-cols-[1fr_auto] gap-x-6 gap-y-1">{value.limits.map((limit) => <div key={limit.name} className="contents"><dt className="text-text-2">{limit.name}</dt><dd className="text-right">{limit.value}</dd></div>)}</dl>
            </Section>
          )}
        </>
      )}
    </PageFrame>
  )
}
