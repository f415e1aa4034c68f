/** What the audit tests share: a folder of their own, a log that closes itself, entries to write. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createAudit } from '#server/web/audit/audit.ts'
import type { WriteBytes } from '#server/web/audit/log-file.ts'
import type { Audit, AuditEntry } from '#server/web/audit/types.ts'

export const clock = { nowMs: () => 1_800_000_000_000 }
export const by = { userId: 'UUUUUUUUUUUUUUUU', name: 'ada', address: '10.0.0.1', via: 'cookie' } as const
export const first = 'audit-000001.ndjson'

export function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'hopscope-audit-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return join(dir, 'audit')
}

export function opened(dir: string, parts: { fileBytes?: number; write?: WriteBytes } = {}): Audit {
  const audit = createAudit({ dir, clock, ...parts })
  onTestFinished(() => audit.close())
  return audit
}

export const entry = (n: number): AuditEntry => ({ by, action: 'run-stop', sessionId: 'S', runId: `run-${n}` })
export const bytesOf = (dir: string, name = first): Buffer => readFileSync(join(dir, name))
export const linesOf = (dir: string, name = first): string[] => bytesOf(dir, name).toString().trimEnd().split('\n')

/** A folder with `count` entries, closed. */
export async function written(count: number, parts: { fileBytes?: number } = {}): Promise<string> {
  const dir = folder()
  const audit = opened(dir, parts)
  for (let n = 1; n <= count; n++) await audit.write(entry(n))
  await audit.close()
  return dir
}
