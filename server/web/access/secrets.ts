/** Random identifiers and secrets, and their stored form. Secrets are high-entropy, so a plain SHA-256 is enough at rest. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { SessionId, ShareId, UserId } from '#lib/protocol/ids.ts'

/** 96 random bits as 16 base64url characters. */
export const randomId = (): string => randomBytes(12).toString('base64url')

export const newUserId = (): UserId => UserId.parse(randomId())
export const newShareId = (): ShareId => ShareId.parse(randomId())

/** Branded ids from our own columns. */
export const asUserId = (text: string): UserId => UserId.parse(text)
export const asShareId = (text: string): ShareId => ShareId.parse(text)
export const asSessionId = (text: string): SessionId => SessionId.parse(text)

/** `bits` random bits as base64url: 192 give 32 characters, 256 give 43. */
export const randomSecret = (bits: 192 | 256): string => randomBytes(bits / 8).toString('base64url')

/** What is stored of a secret. */
export const digest = (secret: string): Uint8Array => createHash('sha256').update(secret).digest()

/** Compares two digests in constant time; false when the lengths differ. */
export const sameDigest = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b)

/** Text from a client that is kept and shown later: controls and invisible characters out, cut to `max` characters. */
export function tidyText(text: string, max: number): string {
  return [...text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ')].slice(0, max).join('').trim()
}
