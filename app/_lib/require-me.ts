/** Sends those who are not signed in to where they can be. Only a convenience: every route and message is guarded by the server. */
import { redirect } from 'next/navigation'
import type { Me, PageBoot } from '#lib/protocol/api.ts'
import { readBoot } from './boot.ts'

/** The boot of a signed-in viewer; `path` is where sign-in leads back to. */
export async function requireMe(path: string): Promise<PageBoot & { me: Me }> {
  const boot = await readBoot()
  if (boot.setupNeeded) redirect('/setup')
  if (!boot.me) redirect(path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`)
  return { ...boot, me: boot.me }
}

/** A path within the console to go to after signing in; anything else becomes the start page. */
export function safeNext(next: string | string[] | undefined): string {
  return typeof next === 'string' && /^\/(?![/\\])[\w\-./?=&%:#]*$/u.test(next) ? next : '/'
}
