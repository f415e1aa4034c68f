/** Patterns over host names: a whole name, or `*.` and the end of a name. */

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/

/** `db.example.com` or `*.example.com`, lower case, A-labels. */
export function isNamePattern(pattern: string): boolean {
  const name = pattern.startsWith('*.') ? pattern.slice(2) : pattern
  return name.length <= 253 && name.split('.').every((label) => LABEL.test(label))
}

/** Does the canonical name match? `*.example.com` holds every name below example.com, not example.com itself. */
export const matchesName = (pattern: string, host: string): boolean =>
  pattern.startsWith('*.') ? host.length > pattern.length - 1 && host.endsWith(pattern.slice(1)) : host === pattern
