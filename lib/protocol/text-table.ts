/** The texts of a batch of packed events, each once. */
import type { ByteWriter } from './bytes.ts'

/** Every text of a batch once: keys, words, nested JSON (which gets its place last, when all of it is known). */
export class TextTable {
  readonly #positions = new Map<string, number>()
  readonly #nested = new Map<string, number>()

  get nested(): string[] {
    return [...this.#nested.keys()]
  }

  /** Its place among the nested. */
  nest(json: string): number {
    const known = this.#nested.get(json) ?? this.#nested.size
    this.#nested.set(json, known)
    return known
  }

  of(text: string): number {
    const known = this.#positions.get(text)
    if (known !== undefined) return known
    const position = this.#positions.size
    this.#positions.set(text, position)
    return position
  }

  write(out: ByteWriter): void {
    out.varint(this.#positions.size)
    for (const text of this.#positions.keys()) out.text(text)
  }
}
