/** Every setting of the server. The only reader of environment and flags (decoded once; errors name the setting). */

export interface Config {
  /** Address and port web listens on. 127.0.0.1:3000 by default (S5). Port 0: any free one. */
  host: string
  port: number
  /** Origin people type, e.g. https://hopscope.example.net; adds its host to the Host and Origin allowlists. */
  publicUrl: string | null
  /** CIDRs of proxies whose X-Forwarded-For is believed. Empty: none. */
  trustedProxies: readonly string[]
  /** Everything that is kept: database, transcripts, audit log, setup token. Mode 0700. */
  dataDir: string
  /** Sockets and pid files: the link's Unix socket lies here. Mode 0700. */
  runDir: string
  vantageName: string
  /** Account to run as when started as root. */
  user: string
  /** Target policy file (JSON), null: the built-in default policy. */
  policyFile: string | null
  retentionDays: number
  /** Upper bound of the data folder, bytes. */
  maxBytes: number
  /** Longest life of a share link, seconds. */
  shareMaxS: number
  /** Next in development mode. */
  dev: boolean
}
