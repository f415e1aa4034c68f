/** The product's fold as the session store wants it. Loaded by web and, by its URL, by the database thread. */
import { applyEvent, emptySession } from '#lib/session/fold.ts'
import { decodeSession, encodeSession } from '#lib/session/snapshot.ts'
import type { SessionFold } from './options.ts'

export const fold: SessionFold = { emptySession, applyEvent, encodeSession, decodeSession }
