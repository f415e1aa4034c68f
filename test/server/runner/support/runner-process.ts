/** A runner in a process of its own, with the fake tool (as mtr: one of two programs, the second of which hangs; as dns: one that plans itself, three programs side by side), for tests that kill it. Arguments: run folder, socket path. */
import { DEFAULT_POLICY } from '#lib/policy/policy.ts'
import { readPrivileges } from '#server/runner/privileges.ts'
import { createProcesses } from '#server/runner/process/processes.ts'
import { createRunner } from '#server/runner/runner.ts'
import { fail } from '#lib/protocol/result.ts'
import { fakeTool, locateFake, stagedTool } from './fake.ts'
import { moves, plannedTool, step } from './planned.ts'

const [runDir = '', socketPath = ''] = process.argv.slice(2)
const log = (line: string): void => console.log(line)
const processes = createProcesses({ runDir, log })
await createRunner({
  name: 'apart', socketPath, tools: { ping: fakeTool('pty'), mtr: stagedTool(() => [['lines', '2'], ['hang']]), dns: plannedTool(moves({ kind: 'run', steps: [step('lines', '2')] }, { kind: 'run', steps: [step('hang'), step('wait'), step('daemon')] })) }, processes, privileges: readPrivileges(), locate: locateFake, log,
  policy: DEFAULT_POLICY,
  resolve: async () => fail({ code: 'target-unresolved', message: 'no names here' }),
})
