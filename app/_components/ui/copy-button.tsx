'use client'
/** Copies a text and says so. */
import { Check, Copy } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { copyText } from '../../_lib/copy.ts'
import { Button, type ButtonLook, type ButtonSize } from './button.tsx'
import { Icon } from './icon.tsx'
import { useStatus } from './status.tsx'

const SHOWN_MS = 1500

/** Without children it is a bare icon and `label` names it. */
export function CopyButton({ text, label, children, look = 'plain', size = 'sm' }: { text: string | (() => string); label: string; children?: ReactNode; look?: ButtonLook; size?: ButtonSize }) {
  const [copied, setCopied] = useState(false)
  const status = useStatus()
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async (): Promise<void> => {
    const done = await copyText(typeof text === 'string' ? text : text())
    setCopied(done)
    status.announce({ text: done ? 'Copied.' : 'The browser did not allow copying. Select the text instead.' })
  }
  return (
    <Button look={look} size={size} square={children === undefined} aria-label={children === undefined ? label : undefined} onClick={() => void copy()}>
      <Icon of={copied ? Check : Copy} size={12} />{children}
    </Button>
  )
}
