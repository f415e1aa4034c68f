/** Cuts a byte stream into newline-delimited UTF-8 frames, with a hard cap on one frame's size. */

const NEWLINE = 0x0a

/** What went wrong with the stream. Nothing after it can be trusted: the caller closes the connection. */
export type FramingFault = 'oversize' | 'not-utf8'

export interface FrameReader {
  /** Takes the next bytes. Cost is linear in them. After a fault every further byte is ignored. */
  push(chunk: Uint8Array): void
}

/** Reader that calls `onFrame` with the text of each frame of at most `maxBytes`, and `onFault` once at the first fault. */
export function createFrameReader(options: {
  maxBytes: number
  onFrame(text: string): void
  onFault(fault: FramingFault): void
}): FrameReader {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let parts: Uint8Array[] = []
  let held = 0
  const state = { dead: false }

  const fault = (kind: FramingFault): void => {
    state.dead = true
    parts = []
    options.onFault(kind)
  }
  const hold = (part: Uint8Array): boolean => {
    held += part.length
    if (held > options.maxBytes) { fault('oversize'); return false }
    parts.push(part)
    return true
  }
  const emit = (): void => {
    const whole = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
    parts = []
    held = 0
    let text: string
    try { text = decoder.decode(whole) } catch { fault('not-utf8'); return }
    options.onFrame(text)
  }

  return {
    push(chunk) {
      let from = 0
      while (!state.dead && from < chunk.length) {
        const end = chunk.indexOf(NEWLINE, from)
        if (!hold(chunk.subarray(from, end < 0 ? chunk.length : end))) return
        if (end < 0) return
        emit()
        from = end + 1
      }
    },
  }
}
