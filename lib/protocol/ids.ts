/** Branded identifiers, so that a session id can never be passed where a run id is wanted. */
import * as z from 'zod/mini'

/** 96 random bits as base64url. */
const RANDOM_96 = /^[A-Za-z0-9_-]{16}$/

export const SessionId = z.string().check(z.regex(RANDOM_96)).brand<'SessionId'>()
export type SessionId = z.infer<typeof SessionId>

export const RunId = z.string().check(z.regex(RANDOM_96)).brand<'RunId'>()
export type RunId = z.infer<typeof RunId>

export const ShareId = z.string().check(z.regex(RANDOM_96)).brand<'ShareId'>()
export type ShareId = z.infer<typeof ShareId>

export const UserId = z.string().check(z.regex(RANDOM_96)).brand<'UserId'>()
export type UserId = z.infer<typeof UserId>

/** Absolute position in a session's log: 1 for the first event, without gaps. 0 means "before the first". */
export type Seq = number
export const Seq = z.int().check(z.gte(0), z.lte(Number.MAX_SAFE_INTEGER))
