/** Reads the corpus of hostile and legitimate targets. */
import { readFileSync } from 'node:fs'

export interface TargetRow { text: string; expect: string; layer: 'syntax' | 'policy' | 'ok'; group: string; line: number }

const layerOf = (word: string | undefined): TargetRow['layer'] => {
  if (word === 'syntax' || word === 'policy' || word === 'ok') return word
  throw new Error(`unknown layer ${String(word)}`)
}

/** Every row of test/fixtures/attacks/targets.public.txt. */
export function targetRows(): TargetRow[] {
  const file = new URL('../../fixtures/attacks/targets.public.txt', import.meta.url)
  return readFileSync(file, 'utf8').split('\n').flatMap((row, index) => {
    if (row === '' || row.startsWith('#')) return []
    const [json = '', expect = '', layer, group = ''] = row.split('\t')
    const text: unknown = JSON.parse(json)
    if (typeof text !== 'string') throw new Error(`line ${index + 1} holds no string`)
    return [{ text, expect, layer: layerOf(layer), group, line: index + 1 }]
  })
}
