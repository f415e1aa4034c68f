/** The one-time token that lets whoever reads the server's log make the first account (S14). */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { digest, randomSecret, sameDigest } from './secrets.ts'
import type { SetupToken } from './types.ts'

const LIFE_MS = 30 * 60_000

export interface SetupTokens {
  /** A new token, unless there is a good one. */
  renew(): SetupToken | null
  /** Constant-time; false when expired or never issued. */
  matches(token: string): boolean
  /** No token is good any more, and the file is gone. */
  consume(): void
}

/** Only the digest stays in memory; the file `setup-token` (mode 0600) and the log line hold the token. */
export function createSetupTokens(parts: { dataDir: string; clock: { nowMs(): number } }): SetupTokens {
  const path = join(parts.dataDir, 'setup-token')
  let good: { hash: Uint8Array; expiresAtMs: number } | null = null
  const live = (): boolean => good !== null && parts.clock.nowMs() < good.expiresAtMs
  return {
    renew() {
      if (live()) return null
      const token = randomSecret(192)
      const expiresAtMs = parts.clock.nowMs() + LIFE_MS
      writeOwnerOnly(path, `${token}\n`)
      good = { hash: digest(token), expiresAtMs }
      return { token, expiresAtMs, path }
    },
    matches: (token) => {
      const same = sameDigest(digest(token), good?.hash ?? digest(''))
      return same && live()
    },
    consume() {
      good = null
      rmSync(path, { force: true })
    },
  }
}

/** Whole or not at all, and never readable by others: a new file is renamed over the old one. */
function writeOwnerOnly(path: string, text: string): void {
  const part = `${path}.part`
  rmSync(part, { force: true })
  const handle = openSync(part, 'wx', 0o600)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(part, path)
}
