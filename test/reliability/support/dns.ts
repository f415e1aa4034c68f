/** What a name server of a test reads from a query. */

/** The name asked for, of the first question (RFC 1035, 4.1.2). */
export function nameOf(query: Buffer): string {
  const labels: string[] = []
  for (let at = 12; (query[at] ?? 0) > 0; at += (query[at] ?? 0) + 1) labels.push(query.toString('latin1', at + 1, at + 1 + (query[at] ?? 0)))
  return labels.join('.')
}
