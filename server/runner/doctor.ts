/** The examination behind `npm run doctor`: tries every tool as the runner would and prints what it found. Argument: an empty folder to work in. */
import { TOOLS } from '#lib/tools/index.ts'
import { describeFacts } from './describe.ts'
import { gatherFacts } from './facts.ts'
import { readPrivileges } from './privileges.ts'
import { createProcesses } from './process/processes.ts'
import { selfTest } from './self-test.ts'

const processes = createProcesses({ runDir: process.argv[2] ?? '/nonexistent', log: (line) => console.log(line) })
const privileges = readPrivileges()
const tools = await selfTest({ tools: TOOLS, processes, privileges })
processes.close()
console.log(describeFacts(gatherFacts({ name: 'doctor', privileges, tools })).join('\n'))
process.exitCode = tools.every((tool) => tool.state === 'ready') ? 0 : 1
