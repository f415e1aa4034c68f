/** Reads what our HTTP server says about the viewer: the `x-hopscope-boot` request header (base64url JSON of PageBoot). */
import { headers } from 'next/headers'
import type { PageBoot } from '#lib/protocol/api.ts'
import { ABSENT, decodeBoot } from './boot-header.ts'

/** What client components get: not the nonce, which stays in the document's head, nor the session, which its own page hands on. */
export type ClientBoot = Omit<PageBoot, 'nonce' | 'session'>

/** The boot of this request; a viewer nobody knows when the header is absent or unreadable. */
export async function readBoot(): Promise<PageBoot> {
  const header = (await headers()).get('x-hopscope-boot')
  return header === null ? ABSENT : decodeBoot(header)
}
