/** What of an entry may be written: named fields only, short, printable, and nothing that looks like a secret of ours. */
import type { AuditAction, AuditBy, AuditEntry, AuditFact } from './types.ts'

type FieldsOf = { readonly [A in AuditAction]: readonly Exclude<keyof Extract<AuditFact, { action: A }>, 'action'>[] }

const FIELDS: FieldsOf = {
  'sign-in': [],
  'sign-in-failed': ['account', 'reason'],
  'setup': ['account'],
  'sign-out': ['webSessionId'],
  'password': ['account'],
  'role': ['account', 'role'],
  'user-create': ['account', 'role'],
  'user-edit': ['account', 'changed'],
  'run-start': ['sessionId', 'runId', 'tool', 'target', 'pinned', 'argv', 'policyId'],
  'run-refused': ['tool', 'target', 'rule', 'code'],
  'run-stop': ['sessionId', 'runId'],
  'share-create': ['sessionId', 'shareId', 'scope', 'expiresAtMs'],
  'share-open': ['sessionId', 'shareId'],
  'share-open-failed': ['sessionId'],
  'share-revoke': ['sessionId', 'shareId'],
  'token-create': ['tokenId', 'scopes', 'expiresAtMs'],
  'token-revoke': ['tokenId'],
  'export': ['sessionId', 'format'],
  'session-delete': ['sessionId'],
  'config': ['setting', 'value'],
}

const BY: readonly (keyof AuditBy)[] = ['userId', 'name', 'address', 'via']
const LONGEST_TEXT = 400
const MOST_ITEMS = 40
/** A share or API secret, also cut short, wherever somebody may have pasted it. */
const SECRET = /hs([as])_[A-Za-z0-9_-]{6,}/g

type Plain = string | number | null | Plain[]

function plain(value: unknown): Plain {
  if (typeof value === 'string') return [...value.replace(SECRET, 'hs$1_(removed)')].slice(0, LONGEST_TEXT).join('')
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  return Array.isArray(value) ? value.slice(0, MOST_ITEMS).map(plain) : null
}

function pick(from: object, names: readonly string[]): Record<string, Plain> {
  const source = new Map<string, unknown>(Object.entries(from))
  return Object.fromEntries(names.filter((name) => source.get(name) !== undefined).map((name) => [name, plain(source.get(name))]))
}

/** The fields of an entry in their order on the line. */
export function entryFields(entry: AuditEntry): Record<string, unknown> {
  return { action: entry.action, by: pick(entry.by, BY), ...pick(entry, FIELDS[entry.action]) }
}

/** JSON whose every control, format and line-separator character is an escape, so that a terminal or a pager shows one line. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (text) =>
    Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''))
}
