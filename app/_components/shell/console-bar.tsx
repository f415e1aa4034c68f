'use client'
/** The bar of the console's own pages: vantage, places, theme, keys, person. */
import { Moon } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { cx } from '../../_lib/cx.ts'
import { toggleTheme } from '../../_lib/theme.ts'
import { usePalette } from '../palette/palette-host.tsx'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { Pill } from '../ui/pill.tsx'
import { Bar } from './bar.tsx'
import { useBoot } from './boot-context.tsx'
import { useVantage } from './vantage-context.tsx'
import { UserMenu } from './user-menu.tsx'
import { VantageMenu } from './vantage-menu.tsx'

const PLACES = [['/sessions', 'Sessions'], ['/vantages', 'Vantages'], ['/policy', 'Policy']] as const

export function ConsoleBar() {
  const boot = useBoot()
  const path = usePathname()
  const palette = usePalette()
  const { online } = useVantage()
  return (
    <Bar>
      <VantageMenu name={boot.vantage.name} />
      <Pill tone={online ? 'ok' : 'warn'} dot className="max-md:hidden">{online ? 'Vantage online' : 'Vantage offline'}</Pill>
      <span className="flex-1" />
      <nav aria-label="Console" className="mr-1.5 flex gap-1 font-book text-text-2 max-md:gap-0">
        {PLACES.map(([href, name]) => (
          <Link key={href} href={href} prefetch={false} aria-current={path === href ? 'page' : undefined} className={cx('rounded-ctl px-2 py-1 hover:text-text-1 aria-[current]:text-text-1 max-md:px-1.5', href !== '/sessions' && 'max-md:hidden')}>{name}</Link>
        ))}
      </nav>
      <Button look="ghost" square aria-label="Switch between dark and light" className="max-md:hidden" onClick={() => void toggleTheme()}><Icon of={Moon} /></Button>
      <button type="button" aria-label="Search and keys" className="grid size-7 place-items-center rounded-ctl max-md:hidden" onClick={() => palette.open()}><Kbd>?</Kbd></button>
      <UserMenu />
    </Bar>
  )
}
