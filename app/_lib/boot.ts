/** Reads what our HTTP server says about the viewer: the `x-hopscope-boot` request header (base64url JSON of PageBoot). */
import { headers } from 'next/headers'
import type { PageBoot } from '#lib/protocol/api.ts'

/** What client components get: everything but the nonce, which stays in the document's head. */
export type ClientBoot = Omit<PageBoot, 'nonce'>

const ABSENT: PageBoot = {
  me: null, share: null, setupNeeded: false, vantage: { name: '', online: false }, version: '', nonce: '', nowMs: 0,
}

/** The boot of this request; a viewer nobody knows when the header is absent or unreadable. */
export async function readBoot(): Promise<PageBoot> {
  const header = (await headers()).get('x-hopscope-boot')
  return header === null ? ABSENT : decodeBoot(header)
}

/** Tolerant: a header of another shape counts as absent, so a page is still shown. */
export function decodeBoot(header: string): PageBoot {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))
    return isBoot(parsed) ? parsed : ABSENT
  } catch {
    return ABSENT
  }
}

/** Our own server writes the header and strips any that a client sent; checking the outline is enough. */
function isBoot(value: unknown): value is PageBoot {
  if (typeof value !== 'object' || value === null) return false
  const boot = value as Partial<Record<keyof PageBoot, unknown>>
  return typeof boot.nonce === 'string' && typeof boot.nowMs === 'number' && typeof boot.vantage === 'object' && boot.vantage !== null && 'me' in boot && 'share' in boot
}
