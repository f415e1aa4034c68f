/** The word of each severity, as screen readers hear it and texts print it. */
import type { Severity } from '#lib/protocol/api.ts'

export const SEVERITY_WORD: Record<Severity, string> = { crit: 'critical', warn: 'warning', info: 'note', ok: 'fine' }
