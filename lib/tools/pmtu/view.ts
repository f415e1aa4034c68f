/** What a path-MTU run folds into. */
export interface PmtuTryView { packetBytes: number; fate: 'passed' | 'too-big' | 'local' | 'silent'; sent: number; answered: number; from: string | null; mtu: number | null; rttMs: number | null; atMs: number }

export interface PmtuView {
  address: string
  /** In the order tried. */
  tries: readonly PmtuTryView[]
  /** Largest packet known to pass so far; null before one did. */
  passes: number | null
  /** Smallest packet known not to pass; null before one did not. */
  failsFrom: number | null
  /** Set once the sweep is over. `blackHole`: large packets vanish and nobody said why. */
  result: { mtu: number | null; failsFrom: number | null; toldBy: string | null; blackHole: boolean; atMs: number } | null
  fatal: { error: string; text: string; atMs: number } | null
  revision: number
}
