/** What axe finds on a page: WCAG 2.1 A and AA, serious and critical. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']

/** Serious and critical violations, as `rule: element` lines. The source is evaluated by the debugger, which the page's CSP does not bind. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const results = await page.evaluate(async (tags) => {
    const { axe } = globalThis as unknown as { axe: { run(context: object, options: object): Promise<AxeResults> } }
    // The dialog library's focus guards pass the focus on the moment they get it: nobody ever stands on one.
    return axe.run({ exclude: ['[data-base-ui-focus-guard]'] }, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })
  }, RULES)
  return results.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} (${node.failureSummary?.replaceAll(/\s+/g, ' ').slice(0, 240) ?? ''})`))
}
