'use client'
/** Keeps what the palette can do at the moment, opens it by key or button, and loads its code only then. */
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { createContext, use, useCallback, useEffect, useId, useMemo, useRef, useState, type ReactNode } from 'react'
import { useKeys } from '../../_hooks/use-keys.ts'
import { toggleTheme } from '../../_lib/theme.ts'
import { useBoot } from '../shell/boot-context.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { consoleCommands } from './console-commands.ts'
import type { Command } from './commands.ts'

const Palette = dynamic(() => import('./palette.tsx').then((module) => module.Palette), { ssr: false })

interface Host {
  open: (query?: string) => void
  /** Offers commands until the returned function is called. */
  offer: (owner: string, commands: () => Command[]) => () => void
}

const HostContext = createContext<Host | null>(null)

export function PaletteHost({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<{ query: string } | null>(null)
  const offers = useRef(new Map<string, () => Command[]>())
  const router = useRouter()
  const boot = useBoot()
  const zone = useZone()
  const opener = useRef<Element | null>(null)
  const open = useCallback((query = '') => {
    opener.current = document.activeElement
    setShown({ query })
  }, [])
  const offer = useCallback<Host['offer']>((owner, commands) => {
    offers.current.set(owner, commands)
    return () => void offers.current.delete(owner)
  }, [])
  const close = useCallback(() => {
    setShown(null)
    // After the dialog has gone and its library has done what it does.
    setTimeout(() => { if (opener.current instanceof HTMLElement && opener.current.isConnected && document.querySelector('[role=dialog]') === null) opener.current.focus() }, 0)
  }, [])
  const gather = useCallback((): Command[] => [
    ...[...offers.current.values()].flatMap((commands) => commands()),
    ...consoleCommands({ boot, go: (href) => router.push(href), toggleZone: zone.toggle }),
  ], [boot, router, zone.toggle])
  useKeys({
    'mod+k': () => open(), '?': () => open(), t: () => void toggleTheme(), z: zone.toggle,
  })
  const host = useMemo<Host>(() => ({ open, offer }), [open, offer])
  return (
    <HostContext value={host}>
      {children}
      {shown && <Palette initialQuery={shown.query} gather={gather} onClose={close} canSearchSessions={boot.me !== null} go={(href) => router.push(href)} />}
    </HostContext>
  )
}

export function usePalette(): Host {
  const host = use(HostContext)
  if (!host) throw new Error('usePalette is called outside PaletteHost')
  return host
}

/** Offers commands while the calling component is on the page. */
export function useCommands(commands: () => Command[]): void {
  const owner = useId()
  const { offer } = usePalette()
  const latest = useRef(commands)
  useEffect(() => { latest.current = commands })
  useEffect(() => offer(owner, () => latest.current()), [offer, owner])
}
