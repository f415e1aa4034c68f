/** The boot header: base64url JSON of PageBoot. */
import type { PageBoot } from '#lib/protocol/api.ts'

/** A viewer nobody knows. */
export const ABSENT: PageBoot = {
  me: null, share: null, setupNeeded: false, vantage: { name: '', online: false }, version: '', nonce: '', nowMs: 0,
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
