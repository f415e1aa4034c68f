/** Reads the corpora in test/fixtures/attacks (see the README there) and measures what memory an attack left behind. */
import { readFileSync } from 'node:fs'

const folder = new URL('../fixtures/attacks/', import.meta.url)

export interface FrameRow { id: string; frame: string; note: string }
export interface OptionRow { id: string; tool: string; raw: string; expect: 'reject' | 'accept' | 'bounded' | 'inert' | 'either' | 'reject-fast'; class: string }
export interface TargetRow { text: string; expectation: string; layer: string; class: string }

const lines = (file: string): string[] => readFileSync(new URL(file, folder), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'))

export const frames = (): FrameRow[] => lines('frames.public.jsonl').map((line) => JSON.parse(line) as FrameRow)
export const options = (): OptionRow[] => lines('options.public.jsonl').map((line) => JSON.parse(line) as OptionRow)
export const targets = (): TargetRow[] => lines('targets.public.txt').map((line) => {
  const [text = '""', expectation = '', layer = '', kind = ''] = line.split('\t')
  return { text: JSON.parse(expand(text)) as string, expectation, layer, class: kind }
})

/** `@repeat(text,n)` as the text n times; `text` in JSON escapes stays as it is. */
export function expand(text: string): string {
  return text.replace(/@repeat\((.+?),(\d+)\)/g, (_, part: string, times: string) => part.repeat(Number(times)))
}

/** Megabytes in use after a full collection: heap and buffers. */
export function usedMb(): number {
  const { gc } = globalThis as { gc?: () => void }
  if (gc === undefined) throw new Error('run with --expose-gc')
  gc()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}
