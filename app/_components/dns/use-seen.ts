'use client'
/** A folded view changes in place; this gives it an identity that changes only when it has something new to show. */
import { useState } from 'react'
import type { DnsView } from '#lib/tools/dns/view.ts'

const versionOf = (view: DnsView): string => [view.revision, view.counts.asked, view.servers.length, view.ports.length, view.rounds, view.walk.length, view.os?.atMs ?? 0].join()

export function useSeen(view: DnsView): DnsView {
  const version = versionOf(view)
  const [seen, see] = useState({ of: view, version, view: { ...view } })
  if (seen.of === view && seen.version === version) return seen.view
  const next = { of: view, version, view: { ...view } }
  see(next)
  return next.view
}
