/** A link that opens on what the sharer sees: the view, the stretch of time and the moment. Pure. */
import type { Clock } from '#lib/format/time.ts'
import type { WindowState } from '#lib/timeline/window-store.ts'
import { writePageQuery } from '../../_lib/window-url.ts'
import { VIEW_NAME, type ViewName } from '../session/view-name.ts'

/** `home`: the view that the session opens with where its address names none. */
export interface OpenAt { view: ViewName; home: ViewName; query: string; words: string }

interface Seen {
  window: Pick<WindowState, 'fromMs' | 'toMs' | 'crosshairMs' | 'nowMs' | 'scale'>
  view: ViewName
  home?: ViewName
  sel: string | null
  run: string | null
  clock: Pick<Clock, 'hms'>
}

/** The crosshair's moment, else now, with exactly this stretch around it: a following window would have moved on by the time somebody looks. */
export function openAt({ window, view, home = 'path', sel, run, clock }: Seen): OpenAt {
  const atMs = window.crosshairMs ?? window.nowMs
  const query = writePageQuery(new URLSearchParams(), { window: { fromMs: window.fromMs, toMs: window.toMs, atMs, ...(window.scale === 'log' && { log: true }) }, sel, run })
  return { view, home, query: String(query), words: `Open at ${clock.hms(atMs)}, on ${VIEW_NAME[view]}` }
}

/** The link with it, or as it is. The fragment (the secret) stays last. */
export function linkAt(link: string, at: OpenAt | null): string {
  if (at === null) return link
  const url = new URL(link)
  if (at.view !== at.home) url.pathname += `/${at.view}`
  url.search = at.query
  return url.href
}

/** The same link as a guest would see it, for somebody who is signed in. */
export function asGuestLink(link: string): string {
  const url = new URL(link)
  url.searchParams.set('as', 'guest')
  return url.href
}
