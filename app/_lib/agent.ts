/** A browser's own description of itself, in words. Best effort: what is not known stays as it came. */

const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdgA?\/(\d+)/, 'Edge'], [/\bOPR\/(\d+)/, 'Opera'], [/\bFirefox\/(\d+)/, 'Firefox'], [/\bFxiOS\/(\d+)/, 'Firefox'], [/\bCriOS\/(\d+)/, 'Chrome'], [/\b(?:Headless)?Chrom(?:e|ium)\/(\d+)/, 'Chrome'], [/\bVersion\/(\d+)[.\d]* (?:Mobile\/\S+ )?Safari\//, 'Safari'],
]
const SYSTEMS: readonly [RegExp, string][] = [[/\biPhone\b/, 'iPhone'], [/\biPad\b/, 'iPad'], [/\bAndroid\b/, 'Android'], [/\bWindows\b/, 'Windows'], [/\bMac OS X\b|\bMacintosh\b/, 'macOS'], [/\bCrOS\b/, 'ChromeOS'], [/\bLinux\b/, 'Linux']]

/** `Chrome 131 on Linux`; a shortened copy of the text when it is no browser we know. */
export function agentWords(agent: string): string {
  const browser = BROWSERS.flatMap(([pattern, name]) => { const found = pattern.exec(agent); return found ? [`${name} ${found[1] ?? ''}`.trim()] : [] })[0]
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1]
  if (browser === undefined) return agent === '' ? 'unknown' : agent.slice(0, 40)
  return system === undefined ? browser : `${browser} on ${system}`
}
