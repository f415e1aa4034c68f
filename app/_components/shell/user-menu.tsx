'use client'
/** The person signed in: account, links, administration, sign out. */
import { Contrast, KeyRound, Link2, ListChecks, LogOut, Users } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { call } from '../../_lib/api.ts'
import { toggleTheme } from '../../_lib/theme.ts'
import { mayDo } from '../../_lib/may-do.ts'
import { Avatar } from '../ui/avatar.tsx'
import { MenuButton, type MenuItem } from '../ui/menu.tsx'
import { useStatus } from '../ui/status.tsx'
import { useBoot } from './boot-context.tsx'

export function UserMenu() {
  const boot = useBoot()
  const router = useRouter()
  const status = useStatus()
  if (!boot.me) return null
  const signOut = async (): Promise<void> => {
    const result = await call('sign-out', {})
    if (result.ok) location.assign('/sign-in')
    else status.notify(result.error.message)
  }
  const items: MenuItem[] = [
    { label: 'Account', icon: KeyRound, act: () => router.push('/account') },
    ...(mayDo(boot, 'share:list') ? [{ label: 'Share links', icon: Link2, act: () => router.push('/links') }] : []),
    ...(mayDo(boot, 'user:manage') ? [{ label: 'Users', icon: Users, act: () => router.push('/users') }, { label: 'Audit log', icon: ListChecks, act: () => router.push('/audit') }] : []),
    'line',
    { label: 'Dark or light', icon: Contrast, note: 't', act: () => void toggleTheme() },
    { label: 'Sign out', icon: LogOut, act: () => void signOut() },
  ]
  return <MenuButton label={`${boot.me.display}, menu`} named={false} items={items} align="end" className="grid size-7 place-items-center rounded-full pointer-coarse:size-9"><Avatar display={boot.me.display} /><span className="sr-only">, menu</span></MenuButton>
}
