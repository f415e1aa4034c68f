/** `npm run bench`: every figure beside a limit or a peer from the same run, as a ratio. Never a test: machines differ, ratios hold. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** One measured figure. `ratio` is ours / theirs unless `goal` says otherwise. */
export interface Figure { figure: string; ours: number; unit: string; against: string; ratio: number; goal: string }

type Bench = () => Promise<Figure[]>

async function load(file: string): Promise<Bench | null> {
  const module: unknown = await import(pathToFileURL(join(import.meta.dirname, file)).href)
  const bench = typeof module === 'object' && module !== null && 'bench' in module ? module.bench : null
  return typeof bench === 'function' ? (bench as Bench) : null
}

/** `<= 0.4` / `>= 2.5` at the start of the goal decides; anything else is only printed. */
function verdict({ ratio, goal }: Figure): string {
  const match = /^(<=|>=)\s*([\d.]+)/.exec(goal)
  if (!match) return '      '
  const limit = Number(match[2])
  return (match[1] === '<=' ? ratio <= limit : ratio >= limit) ? 'met   ' : 'MISSED'
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2)
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && name !== 'run.ts')
  let missed = 0
  for (const file of files) {
    if (wanted.length > 0 && !wanted.some((word) => file.includes(word))) continue
    const bench = await load(file)
    if (!bench) continue
    console.log(`\n${file.replace(/\.ts$/, '')}`)
    for (const figure of await bench()) {
      if (verdict(figure) === 'MISSED') missed += 1
      console.log(`  ${verdict(figure)} ${figure.figure}: ${round(figure.ours)} ${figure.unit}, ${round(figure.ratio)} x ${figure.against} (goal ${figure.goal})`)
    }
  }
  console.log(missed === 0 ? '\nEvery goal is met in this run.' : `\n${missed} goals are missed in this run.`)
}

const round = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(3))

await main()
