/** A file that is streamed to the caller, with a name that we made. */

export interface Download {
  /** Letters, digits, dash and dot only (S53). */
  fileName: string
  contentType: string
  body: AsyncIterable<string | Uint8Array>
}

/** `hopscope-SESSIONID-20261122T131500Z.csv`: nothing in it comes from a target or a title. */
export function exportName(sessionId: string, nowMs: number, extension: 'json' | 'csv' | 'txt'): string {
  const stamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '')
  return `hopscope-${sessionId}-${stamp}.${extension}`
}

/** True for answers that are files rather than JSON values. */
export function isDownload(value: unknown): value is Download {
  return typeof value === 'object' && value !== null && 'fileName' in value && 'body' in value
}
