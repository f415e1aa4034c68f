'use client'
/** Hands the viewer's boot to client components. */
import { createContext, use, type ReactNode } from 'react'
import type { ClientBoot } from '../../_lib/boot.ts'

const BootContext = createContext<ClientBoot | null>(null)

export function BootProvider({ boot, children }: { boot: ClientBoot; children: ReactNode }) {
  return <BootContext value={boot}>{children}</BootContext>
}

/** Who is looking, at what, from which server. */
export function useBoot(): ClientBoot {
  const boot = use(BootContext)
  if (!boot) throw new Error('useBoot is called outside the root layout')
  return boot
}
