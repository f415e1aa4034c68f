'use client'
/** The target policy in three lines; the whole of it is one click away. */
import { Check, Clock, X, type LucideIcon } from 'lucide-react'
import Link from 'next/link'
import { useApi } from '../../_hooks/use-api.ts'
import { Icon } from '../ui/icon.tsx'
import { Skeleton } from '../ui/notice.tsx'

/** Names shown before "and n more". */
const SHOWN = 4

export function PolicyDigest() {
  const { value, problem } = useApi('policy.read', {})
  if (problem) return <p className="px-[18px] py-3 text-data text-text-3">{problem.message}</p>
  if (!value) return <div className="grid h-[144px] content-center gap-5 px-[18px]"><Skeleton className="w-52" /><Skeleton className="w-40" /><Skeleton className="w-44" /></div>
  const allowed = value.rules.filter((rule) => rule.effect === 'allow').flatMap((rule) => rule.what.split(', '))
  const refused = value.rules.filter((rule) => rule.effect === 'refuse').flatMap((rule) => rule.what.split(', '))
  return (
    <>
      <ul>
        <Row of={Check} name="Allowed" tone="text-ok">{allowed.length === 0 ? 'every address that no rule refuses' : few(allowed)}</Row>
        <Row of={X} name="Refused" tone="text-text-3">{few(refused)}</Row>
        <Row of={Clock} name="Limits" tone="text-text-3">{value.limits.slice(0, SHOWN).map((limit) => `${limit.name}: ${limit.value}`).join('; ')}</Row>
      </ul>
      <p className="border-t border-line px-[18px] py-2 text-data"><Link href="/policy" prefetch={false} className="rounded-tag text-text-2 underline decoration-line-3 underline-offset-2 hover:text-text-1">All rules and limits</Link></p>
    </>
  )
}

const few = (what: readonly string[]): string => what.length > SHOWN + 1 ? `${what.slice(0, SHOWN).join(', ')} and ${what.length - SHOWN} more` : what.join(', ')

function Row({ of, name, tone, children }: { of: LucideIcon; name: string; tone: string; children: string }) {
  return (
    <li className="grid grid-cols-[12px_88px_minmax(0,1fr)] items-baseline gap-x-2.5 border-line px-[18px] py-1.5 not-first:border-t">
      <Icon of={of} className={`-ml-px self-start mt-[3px] ${tone}`} />
      <span className="font-medium">{name}</span>
      <p className="text-data leading-[17px] text-text-3 break-words">{children}</p>
    </li>
  )
}
