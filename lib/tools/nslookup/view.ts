/** What an nslookup run folds into. */
import type { EventOf } from '#lib/protocol/events.ts'

export interface NslookupView {
  /** Bounded. */
  replies: readonly Omit<EventOf<'nslookup.reply'>, 'kind' | 'runId' | 'seq'>[]
  attempts: readonly Omit<EventOf<'nslookup.attempt'>, 'kind' | 'runId' | 'seq'>[]
  fatal: { error: string; text: string; atMs: number } | null
  revision: number
}
