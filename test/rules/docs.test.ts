/** Documents do not lie about what is there: links lead somewhere, settings, rules and limits are those of the code. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { configEnv, readConfig } from '#server/config.ts'
import { ACCOUNTS, type Accounts } from '#lib/diagnose/causes.ts'
import { LIMITS } from '#lib/policy/policy-file.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const PAGES = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)]

describe('documents', () => {
  test.each(PAGES)('%s: every relative link leads to a file', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? '').filter((link) => !/^[a-z]+:/.test(link))
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(page), link)))).toEqual([])
  })
  test.each(PAGES)('%s: every path of the project it names exists', (page) => {
    const paths = [...read(page).matchAll(/`((?:app|lib|server|test|docs|public)\/[\w./-]+\.(?:tsx?|mjs|md|json|py|service))`/g)].map((match) => match[1] ?? '')
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
  test('README lists every setting, and none that does not exist', () => {
    const config = readConfig({}, [], { uid: 0, hostname: 'h' })
    if (!config.ok) throw new Error(config.error.message)
    const all = Object.keys(configEnv({ ...config.value, publicUrl: 'https://x.example', trustedProxies: ['10.0.0.1/32'], policyFile: '/p.json' })).toSorted()
    const named = [...new Set([...read('README.md').matchAll(/HOPSCOPE_[A-Z_]+/g)].map((match) => match[0]))].toSorted()
    expect(named).toEqual(all)
  })
  test('findings.md lists every rule, and none that does not exist', () => {
    const files = readdirSync(join(ROOT, 'lib/diagnose'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !name.endsWith('finding.ts'))
    const inCode = new Set(files.flatMap((name) => [...read(`lib/diagnose/${name}`).matchAll(/'([PDR]-[A-Z0-9-]+)'/g)].map((match) => match[1] ?? '')))
    // P-HOPS is a readout and a check that is fine, never a finding: the page explains it below the table.
    inCode.delete('P-HOPS')
    const inDocs = new Set([...read('docs/findings.md').matchAll(/^\| ([PDR]-[A-Z0-9-]+) \|/gm)].map((match) => match[1] ?? ''))
    expect([...inDocs].toSorted()).toEqual([...inCode].toSorted())
  })
  test('findings.md shows which finding accounts for which, as the code has it', () => {
    const rules = (cell: string): string[] => [...cell.matchAll(/[PDR]-[A-Z0-9-]+/g)].map((match) => match[0]).toSorted()
    const table = read('docs/findings.md').split('| finding | explains | settles |')[1]?.split('\n\n')[0] ?? ''
    const inDocs = table.split('\n').filter((line) => /^\| [PDR]-/.test(line)).flatMap((line) => {
      const [, finding = '', explains = '', settles = ''] = line.split('|')
      return rules(finding).map((rule) => [rule, { explains: rules(explains), settles: rules(settles) }] as const)
    })
    const inCode = Object.entries<Accounts>(ACCOUNTS).map(([rule, { explains = [], settles = [] }]) => [rule, { explains: [...explains].toSorted(), settles: [...settles].toSorted() }] as const)
    expect(Object.fromEntries(inDocs)).toEqual(Object.fromEntries(inCode))
  })
  test('policy.md has every limit with its default and bounds', () => {
    for (const [name, { fallback }] of Object.entries(LIMITS)) {
      const row = new RegExp(`^\\| \`${name}\` \\| (.+?) \\|`, 'm').exec(read('docs/policy.md'))
      expect(row, name).not.toBeNull()
      if (fallback < 1000) expect(Number.parseInt(row?.[1] ?? '', 10)).toBe(fallback)
    }
  })
  test('every dependency is justified, and nothing else is', () => {
    const pkg = JSON.parse(read('package.json')) as { dependencies: Record<string, string>; devDependencies: Record<string, string> }
    const text = read('docs/dependencies.md')
    const missing = Object.keys({ ...pkg.dependencies, ...pkg.devDependencies }).filter((name) => !text.includes(name.startsWith('@types/') ? '@types/*' : name))
    expect(missing).toEqual([])
  })
})
