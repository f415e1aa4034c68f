/** The one HTTP status of each problem code. */
import type { ProblemCode } from '#lib/protocol/result.ts'

export const STATUS: Record<ProblemCode, number> = {
  'invalid': 400,
  'target-invalid': 400,
  'target-unresolved': 422,
  'target-refused': 403,
  'setup-needed': 503,
  'not-signed-in': 401,
  'not-allowed': 403,
  'not-found': 404,
  'conflict': 409,
  'rate-limited': 429,
  'busy': 429,
  'vantage-offline': 503,
  'tool-unavailable': 503,
  'storage-full': 507,
  'audit-unavailable': 503,
  'internal': 500,
}
