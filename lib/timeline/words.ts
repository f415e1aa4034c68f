/** What a series of timed probes is called: echoes and connections are drawn alike and mean different things. */

export interface SeriesWords {
  /** The value: `Round trip`. */
  value: string
  one: string
  many: string
  /** In a tooltip, before what became of one. */
  fate: string
  /** In a tooltip, before its number. */
  number: string
  /** One that came to nothing. */
  bad: string
  /** One that ended with an error. */
  error: string
  /** The lane above the plot. */
  lane: string
  /** Where nothing came back at all. */
  silent: string
  /** Several in a row. */
  inARow: string
  /** Answers carry a TTL. */
  ttl: boolean
}

export const ECHO: SeriesWords = {
  value: 'Round trip', one: 'probe', many: 'probes', fate: 'reply', number: 'seq', bad: 'lost', error: 'ICMP error', lane: 'loss', silent: 'no reply', inARow: 'losses', ttl: true,
}

/** TCP handshakes: an acceptance and a refusal are both one round trip; anything else came to nothing. */
export const CONNECT: SeriesWords = {
  value: 'Connect time', one: 'connection', many: 'connections', fate: 'connect', number: 'no.', bad: 'failed', error: 'failed', lane: 'fail', silent: 'no answer', inARow: 'failures', ttl: false,
}
