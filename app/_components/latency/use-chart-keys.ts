'use client'
/** Keys of the chart that work anywhere on the page; `l` and Escape are the page's own. */
import type { WindowStore } from '#lib/timeline/window-store.ts'
import { useKeys, type KeyMap } from '../../_hooks/use-keys.ts'
import { chartKey } from './chart-keys.ts'
import type { PingSource } from './source.ts'

const PAGE_KEYS = ['ArrowLeft', 'ArrowRight', '+', '=', '-', '0'] as const

/** Widgets that use arrows themselves. */
const ownsKeys = (target: EventTarget | null): boolean => target instanceof Element && target.closest('input,select,[role=slider],[role=tab],[role=log],[role=tablist],[role=grid]') !== null

export function useChartKeys(parts: { store: WindowStore; source: PingSource }): void {
  useKeys(Object.fromEntries(PAGE_KEYS.map((key) => [key, (event) => (ownsKeys(event.target) ? false : chartKey({ key, shift: event.shiftKey }, parts) ? undefined : false)] satisfies [string, KeyMap[string]])))
}
