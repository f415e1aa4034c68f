/** Tells whoever started the server how to make the first account. */
import type { SetupToken } from './access/types.ts'

export interface SetupAnnouncer {
  /** A token was made, at the start or because the one before expired. */
  token(token: SetupToken): void
  /** The server answers at this address now. */
  ready(url: string): void
  /** The newest token; null before any. */
  current(): string | null
}

/** The setup link is printed once the address is known, and again whenever a new token replaces an expired one. */
export function createSetupAnnouncer(announce: (line: string) => void): SetupAnnouncer {
  let token: string | null = null
  let base: string | null = null
  const print = (): void => {
    if (token !== null && base !== null) announce(`No account exists yet. Make the first one within 30 minutes: ${base}/setup#${token}`)
  }
  return {
    token(fresh) {
      token = fresh.token
      print()
    },
    ready(url) {
      base = url
      print()
    },
    current: () => token,
  }
}
