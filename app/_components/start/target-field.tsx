'use client'
/** The one field of the start page. `verb`: what Enter does. */
import { CornerDownLeft, Search } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { TARGET_TEXT_MAX } from '../../_lib/limits.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Kbd } from '../ui/kbd.tsx'

interface Props { text: string; onText: (text: string) => void; describedBy: string; busy: boolean; ready: boolean; verb: string }

export function TargetField({ text, onText, describedBy, busy, ready, verb }: Props) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // On a phone the keyboard would cover the page before anybody asked for it.
    if (matchMedia('(min-width: 720px) and (pointer: fine)').matches) input.current?.focus()
  }, [])
  return (
    <div className="flex h-14 items-center gap-3 rounded-t-panel bg-raised pl-[18px] pr-2.5 edge-line-3 has-[input:focus]:outline-2 has-[input:focus]:-outline-offset-2 has-[input:focus]:outline-accent max-md:h-[50px] max-md:pl-3 max-md:pr-1.5">
      <Icon of={Search} className="text-text-3" />
      <label htmlFor="target" className="sr-only">Target: host name, address, URL or host:port</label>
      <input
        ref={input} id="target" name="target" value={text} onChange={(event) => onText(event.target.value)} aria-describedby={describedBy} maxLength={TARGET_TEXT_MAX}
        autoComplete="off" autoCapitalize="off" autoCorrect="off" spellCheck={false} enterKeyHint="go" placeholder="host, address, URL or host:port"
        className="min-w-0 flex-1 bg-transparent font-mono text-[18px] font-book leading-6 tracking-[-.03em] text-text-1 outline-none max-md:text-[16px]"
      />
      <span className="max-md:hidden"><Kbd>Tab to edit runs</Kbd></span>
      <Button type="submit" look="primary" size="lg" className="max-md:hidden" disabled={busy || !ready || text.trim() === ''}>{verb} <Icon of={CornerDownLeft} /></Button>
    </div>
  )
}
