/** Header lookup on the raw list, where a header that was sent twice is still seen twice. */

/** What the checks need of a request: `IncomingMessage.rawHeaders` and its socket's facts. */
export interface RequestFacts {
  /** Alternating names and values as received. */
  rawHeaders: readonly string[]
  remoteAddress: string | undefined
  /** The connection to this process is itself TLS. */
  encrypted: boolean
}

/** Every value of the header, in order; `name` in lower case. */
export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  const found: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === name) found.push(rawHeaders[i + 1] ?? '')
  }
  return found
}

/** The value if the header was sent exactly once, else null. */
export function onlyHeader(rawHeaders: readonly string[], name: string): string | null {
  const found = headerValues(rawHeaders, name)
  return found.length === 1 ? (found[0] ?? null) : null
}

/** True if a header arrives under a name that differs from `name` only by underscores (S21: proxies map both to one). */
export function hasUnderscoreTwin(rawHeaders: readonly string[], name: string): boolean {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const sent = rawHeaders[i]?.toLowerCase() ?? ''
    if (sent !== name && sent.includes('_') && sent.replaceAll('_', '-') === name) return true
  }
  return false
}
