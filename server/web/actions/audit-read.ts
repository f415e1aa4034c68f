/** The newest entries of the audit log, newest first. */
import * as z from 'zod/mini'
import type { AuditLine } from '#lib/protocol/api.ts'
import { ok } from '#lib/protocol/result.ts'
import { defineAction } from '../guard.ts'

const PAGE = 200

export const auditRead = defineAction({
  name: 'audit.read', verb: 'audit:read', decode: z.strictObject({ limit: z.optional(z.int().check(z.gte(1), z.lte(1000))) }),
  async run({ web }, { limit }) {
    const records = await web.audit.tail(limit ?? PAGE)
    return ok<AuditLine[]>(records.reverse())
  },
})
