/** Commands that work on every page. */
import { Activity, Clock, Contrast, Home, KeyRound, Link2, ListChecks, Server, ShieldCheck, Users } from 'lucide-react'
import type { ClientBoot } from '../../_lib/boot.ts'
import { mayDo } from '../../_lib/may-do.ts'
import { toggleTheme } from '../../_lib/theme.ts'
import type { Command } from './commands.ts'

/** Places the viewer may go to, and switches of the page. */
export function consoleCommands({ boot, go, toggleZone }: { boot: ClientBoot; go: (href: string) => void; toggleZone: () => void }): Command[] {
  const place = (label: string, href: string, icon: NonNullable<Command['icon']>, words = ''): Command => ({ id: href, label, section: 'Go to', icon, words, act: () => go(href) })
  const places = boot.me === null ? [] : [
    place('Start: diagnose a target', '/', Home, 'new run ping host'),
    place('Sessions', '/sessions', Activity, 'history recent'),
    place('Vantages and tools', '/vantages', Server, 'doctor capability'),
    place('Target policy', '/policy', ShieldCheck, 'rules limits allowed refused'),
    ...(mayDo(boot, 'share:list') ? [place('Share links', '/links', Link2, 'revoke')] : []),
    place('Account', '/account', KeyRound, 'password token keys theme'),
    ...(mayDo(boot, 'user:manage') ? [place('Users', '/users', Users, 'accounts roles')] : []),
    ...(mayDo(boot, 'audit:read') ? [place('Audit log', '/audit', ListChecks)] : []),
  ]
  return [
    ...places,
    { id: 'theme', label: 'Switch between dark and light', section: 'Page', keys: 't', icon: Contrast, words: 'theme', act: () => void toggleTheme() },
    { id: 'zone', label: 'Switch between local time and UTC', section: 'Page', keys: 'z', icon: Clock, words: 'zone', act: toggleZone },
  ]
}
