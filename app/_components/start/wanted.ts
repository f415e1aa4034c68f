/** What the start form wants: which tools are ticked and with which options. Pure. */
import type { ProposedRun } from '#lib/protocol/api.ts'
import type { ToolId } from '#lib/protocol/events.ts'
import type { OptionField } from '#lib/tools/tool.ts'

export interface Wanted {
  ticked: Partial<Record<ToolId, boolean>>
  /** As typed; an empty text means "not set". */
  texts: Partial<Record<ToolId, Record<string, string>>>
}

export const NOTHING_CHANGED: Wanted = { ticked: {}, texts: {} }

/** What a session begins with: latency, the path, and the largest packet. */
const FIRST: ReadonlySet<ToolId> = new Set(['ping', 'mtr', 'pmtu'])

/** As the person ticked it, else as the server proposes it, else the usual set. */
export const isTicked = (wanted: Wanted, tool: ToolId, proposed?: Pick<ProposedRun, 'ticked'> | null): boolean => wanted.ticked[tool] ?? proposed?.ticked ?? FIRST.has(tool)

/** More options than this are not shown at once; then so many of them are. */
const MANY = 8
const SHOWN_OF_MANY = 6

/** Index of the first option that is folded away; the length where none is. */
export const foldedFrom = (fields: readonly OptionField[]): number => (fields.length > MANY ? SHOWN_OF_MANY : fields.length)

/** The number typed or the word chosen, `undefined` if nothing, or why it cannot be. */
export function readOption(field: OptionField, text: string): { value?: number | string; error?: string } {
  const trimmed = text.trim()
  if (trimmed === '') return {}
  if (field.kind === 'choice') return field.choices.some((choice) => choice.value === trimmed) ? { value: trimmed } : { error: `One of ${field.choices.map((choice) => choice.label).join(', ')}.` }
  if (field.kind === 'text') return field.canonical(trimmed) === null ? { error: `Must be ${field.grammar}.` } : { value: trimmed }
  const value = Number(trimmed)
  const range = `${field.min} to ${field.max}${field.unit === '' ? '' : ` ${field.unit}`}`
  if (!Number.isFinite(value)) return { error: `A number from ${range}.` }
  if (value < field.min || value > field.max) return { error: `From ${range}.` }
  if (Number.isInteger(field.step) && !Number.isInteger(value)) return { error: 'A whole number.' }
  return { value }
}

/** Options of a run as the API takes them, leaving out what is not set or not a valid number. */
export function optionsOf(texts: Record<string, string> | undefined, fields: readonly OptionField[]): Record<string, number | string> {
  const options: Record<string, number | string> = {}
  for (const field of fields) {
    const { value } = readOption(field, texts?.[field.name] ?? '')
    if (value !== undefined) options[field.name] = value
  }
  return options
}

/** First option that cannot be read, so that nothing is started with less than was asked. */
export function optionError(texts: Record<string, string> | undefined, fields: readonly OptionField[]): string | null {
  for (const field of fields) {
    const { error } = readOption(field, texts?.[field.name] ?? '')
    if (error !== undefined) return `${field.label}: ${error}`
  }
  return null
}
