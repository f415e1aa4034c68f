'use client'
/** What the server knew of the session when it wrote the page, until the live view takes over. */
import { createContext, use } from 'react'
import type { SessionGlance } from '#lib/protocol/api.ts'

export const GlanceContext = createContext<SessionGlance | null>(null)

/** Null for viewers who come with a secret that is still to be redeemed, and for sessions that are not there. */
export const useGlance = (): SessionGlance | null => use(GlanceContext)
