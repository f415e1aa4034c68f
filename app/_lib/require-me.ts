/** Sends those who are not signed in to where they can be. Only a convenience: every route and message is guarded by the server. */
import { redirect } from 'next/navigation'
import type { Me, PageBoot } from '#lib/protocol/api.ts'
import { readBoot } from './boot.ts'

/** The boot of a signed-in viewer; `path` is where sign-in leads back to. */
export async function requireMe(path: string): Promise<PageBoot & { me: Me }> {
  const boot = await readBoot()
  if (boot.setupNeeded) redirect('/setup')
  if (!boot.me) redirect(path === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(path)}`)
  return { ...boot, me: boot.me }
}
