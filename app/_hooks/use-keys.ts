'use client'
/** Binds shortcuts while a component is on the page. */
import { useEffect, useRef } from 'react'
import { isTyping, keyName, singleKeysOn } from '../_lib/keys.ts'

/** What each key does. Returning `false` lets the browser have the key after all. */
export type KeyMap = Record<string, (event: KeyboardEvent) => void | false>

/** Single keys are silent while typing, inside dialogs, on widgets that use them, and when switched off; `mod+` keys always work. */
export function useKeys(map: KeyMap): void {
  const latest = useRef(map)
  useEffect(() => { latest.current = map })
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return
      const name = keyName(event)
      const action = name === null ? undefined : latest.current[name]
      if (!name || !action || (!name.startsWith('mod+') && !mayAct(event, name))) return
      if (action(event) !== false) event.preventDefault()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

function mayAct(event: KeyboardEvent, name: string): boolean {
  const target = event.target instanceof HTMLElement ? event.target : null
  if (isTyping(target) || target?.closest('[role=dialog],[role=menu]')) return false
  if ((name === 'Enter' || name === 'Space') && target?.closest('a,button,input,[role=slider]')) return false
  return name.length > 1 || singleKeysOn(localStorage)
}
