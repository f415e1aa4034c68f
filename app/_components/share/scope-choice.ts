/** What the share dialog holds, and the scope it stands for. Pure. */
import type { ShareScope } from '#lib/protocol/access.ts'

export const EXPIRIES = { '1h': 3600, '24h': 86_400, '7d': 604_800 } as const
export type Expiry = keyof typeof EXPIRIES

export interface Choice {
  /** `team`: the plain address, for those who sign in; nothing is made on the server. */
  who: 'team' | 'anyone'
  transcript: boolean
  hidePrivate: boolean
  time: 'live' | 'frozen'
  expiry: Expiry
}

/** Raw output starts unticked, hiding starts on, a day. */
export const FIRST_CHOICE: Choice = { who: 'anyone', transcript: false, hidePrivate: true, time: 'live', expiry: '24h' }

/** Raw output is bytes of the tool: nothing in it can be hidden. The person must choose one. */
export const contradicts = (choice: Choice): boolean => choice.who === 'anyone' && choice.transcript && choice.hidePrivate

/** `seq`: last event that the sharer sees now. */
export function scopeOf(choice: Choice, seq: number): ShareScope {
  return {
    transcript: choice.transcript, hidePrivate: choice.hidePrivate,
    time: choice.time === 'live' ? { mode: 'live' } : { mode: 'frozen', untilSeq: seq },
  }
}

/** A scope in a few words, for lists. */
export function scopeWords(scope: ShareScope): string {
  return [
    scope.time.mode === 'live' ? 'whole session, live' : 'frozen',
    scope.hidePrivate ? 'private hidden' : 'nothing hidden',
    scope.transcript ? 'with raw output' : 'no raw output',
  ].join(', ')
}
