/** S5: an address that others can reach needs accounts, and TLS or a trusted proxy in front. */
import { isIPv4 } from 'node:net'
import type { Config } from '../config.ts'

/** Null when web may listen as configured; else the sentence to print before exiting. */
export function bindProblem(config: Pick<Config, 'host' | 'publicUrl' | 'trustedProxies'>, setupNeeded: boolean): string | null {
  if (isLoopback(config.host)) return null
  if (setupNeeded) {
    return `Hopscope does not listen on ${config.host} before an account exists. Start it on 127.0.0.1 first, open the setup link (through ssh -L if need be), then listen on ${config.host}.`
  }
  const https = config.publicUrl?.startsWith('https://') ?? false
  if (https || config.trustedProxies.length > 0) return null
  return `Hopscope does not listen on ${config.host} without TLS in front. Set HOPSCOPE_PUBLIC_URL to its https address and HOPSCOPE_TRUSTED_PROXIES to the proxy's, or listen on 127.0.0.1.`
}

/** True for names and literals that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}
