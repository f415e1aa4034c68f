/** Output of a program that is told whole when it has ended: its beginning, in whole lines, and how much more there was. */
import type { Truncation } from './output-gate.ts'

export const HELD_MAX = 1024 * 1024
const NEWLINE = 0x0a

export class HeldOutput {
  readonly #binary: string
  readonly #parts: Uint8Array[] = []
  #kept = 0
  #cut = 0

  constructor(binary: string) {
    this.#binary = binary
  }

  /** Keeps what there is room for. Returns how many bytes were not kept. */
  take(bytes: Uint8Array): number {
    // What comes behind a hole would be taken for the end of the line before it.
    const keep = this.#cut > 0 ? bytes.subarray(0, 0) : bytes.subarray(0, HELD_MAX - this.#kept)
    if (keep.length > 0) this.#parts.push(keep)
    this.#kept += keep.length
    const cut = bytes.length - keep.length
    this.#cut += cut
    return cut
  }

  whole(): { bytes: Uint8Array; truncation: Truncation | null } {
    const all = Buffer.concat(this.#parts)
    if (this.#cut === 0) return { bytes: all, truncation: null }
    const bytes = all.subarray(0, all.lastIndexOf(NEWLINE) + 1)
    const lost = all.length - bytes.length + this.#cut
    return { bytes, truncation: { what: 'lines', bytes: lost, text: `${lost} bytes of ${this.#binary} were not kept: it wrote more than 1 MiB while other programs of the run were at work.` } }
  }
}
