'use client'
/** The chosen columns of the hop table, remembered by this browser. */
import { useCallback, useSyncExternalStore } from 'react'
import { decodeColumns, encodeColumns, type ColumnId } from './columns.ts'

const KEY = 'hopscope-path-columns'
const CHANGED = 'hopscope-path-columns'

function subscribe(listener: () => void): () => void {
  addEventListener('storage', listener)
  addEventListener(CHANGED, listener)
  return () => { removeEventListener('storage', listener); removeEventListener(CHANGED, listener) }
}

export function useColumns(): [ids: readonly ColumnId[], choose: (ids: readonly ColumnId[]) => void] {
  const stored = useSyncExternalStore(subscribe, () => localStorage.getItem(KEY), () => null)
  const choose = useCallback((ids: readonly ColumnId[]) => {
    const text = encodeColumns(ids)
    if (text === null) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, text)
    dispatchEvent(new Event(CHANGED))
  }, [])
  return [decodeColumns(stored), choose]
}
