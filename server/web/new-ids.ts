/** Fresh random text as a branded id: 16 characters of base64url, 96 bits. */
import { randomBytes } from 'node:crypto'
import { RunId, SessionId } from '#lib/protocol/ids.ts'

/** 96 random bits as base64url. */
export const newId = (): string => randomBytes(12).toString('base64url')

/** Throws when the text is no id: a bug of the generator. */
export const asRunId = (text: string): RunId => RunId.parse(text)
/** Throws when the text is no id: a bug of the generator. */
export const asSessionId = (text: string): SessionId => SessionId.parse(text)
