'use client'
/** Which host every number on the page was measured from. */
import { ChevronDown, Server } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { Icon } from '../ui/icon.tsx'
import { MenuButton } from '../ui/menu.tsx'

export function VantageMenu({ name, className = '' }: { name: string; className?: string }) {
  const router = useRouter()
  return (
    <MenuButton
      label={`Vantage ${name}`} items={[{ label: 'Tools and privileges', icon: Server, act: () => router.push('/vantages') }]}
      className={`flex h-[26px] min-w-0 items-center gap-1.5 rounded-ctl px-[7px] font-medium text-text-2 hover:bg-surface-2 ${className}`}
    >
      <span className="truncate">{name}</span><Icon of={ChevronDown} size={12} className="text-text-3" />
    </MenuButton>
  )
}
