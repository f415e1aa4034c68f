/** Writes audit entries as fast as it can and prints the number of each one that was acknowledged, until it is killed. */
import { createAudit } from '#server/web/audit/audit.ts'

const dir = process.argv[2] ?? ''
const audit = createAudit({ dir, clock: { nowMs: () => Date.now() }, fileBytes: 20_000 })
const before = (await audit.tail(1))[0]?.n ?? 0
for (let n = before + 1; ; n++) {
  await audit.write({ by: { userId: null, name: `child ${process.pid}`, address: null }, action: 'config', setting: `entry ${n}`, value: 'x'.repeat(200) })
  process.stdout.write(`${n}\n`)
}
