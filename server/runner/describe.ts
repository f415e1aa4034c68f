/** A vantage's facts as lines for a terminal. */
import type { ToolStatus, VantageFacts } from '#lib/protocol/vantage.ts'

const WORDS: Record<ToolStatus['state'], string> = { 'ready': 'ready', 'missing': 'missing', 'no-privilege': 'no privilege', 'untried': 'not tried yet', 'broken': 'broken' }

/** Account and host first, then each tool: state, path, version, what was tried, the words quoted, the one command that mends it. */
export function describeFacts(facts: VantageFacts): string[] {
  const capabilities = facts.capabilities.length === 0 ? 'no capabilities' : facts.capabilities.join(', ')
  return [
    `Tools run as ${facts.user} (uid ${facts.uid}) with ${capabilities}; no_new_privs ${facts.noNewPrivileges ? 'on' : 'off'}; kernel ${facts.kernel}; Node ${facts.node.slice(1)}`,
    ...facts.tools.flatMap(describeTool),
  ]
}

function describeTool(tool: ToolStatus): string[] {
  return [
    `${tool.tool.padEnd(12)}${WORDS[tool.state].padEnd(14)}${tool.path ?? 'not found'}${tool.version === null ? '' : `  ${tool.version}`}`,
    `            ${tool.message}`,
    ...(tool.quote === undefined ? [] : [`            it said: ${tool.quote}`]),
    ...(tool.remedy === undefined ? [] : [`            to mend it: ${tool.remedy}`]),
  ]
}
