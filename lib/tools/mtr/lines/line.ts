/** What one line of mtr's raw output says: a closed union. */
import type { FatalKind } from '../../ping/events.ts'

export interface MplsLabel { label: number; tc: number; bottom: number; ttl: number }

export type MtrLine =
  /** `x`: a probe went out. */
  | { kind: 'sent'; ttl: number; seq: number }
  /** `h`: who answers next at this TTL. */
  | { kind: 'host'; ttl: number; address: string }
  /** `d`: its name. */
  | { kind: 'name'; ttl: number; name: string }
  /** `m`: one MPLS label it quoted. */
  | { kind: 'label'; ttl: number; label: MplsLabel }
  /** `p`: an answer; versions before 0.87 print no number. */
  | { kind: 'answer'; ttl: number; rttMs: number; seq: number | null }
  | { kind: 'fatal'; error: FatalKind; text: string }
  | { kind: 'notice'; text: string }
  | { kind: 'blank' | 'echo' }
  | { kind: 'unrecognised' }

export const UNRECOGNISED: MtrLine = { kind: 'unrecognised' }
