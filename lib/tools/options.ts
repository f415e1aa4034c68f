/** Options of a tool as data: one table gives the form its fields and the server its decoder. */
import { fail, ok, type Result } from '#lib/protocol/result.ts'
import type { ChoiceField, NumberField, OptionField, TextField } from './tool.ts'

/** What a field decodes to: a whole number, null where the default is null, or one of the choices. */
export type OptionValue<F extends OptionField> =
  F extends TextField ? string : F extends ChoiceField ? F['choices'][number]['value'] : F extends NumberField ? (F['fallback'] extends null ? number | null : number) : never
export type OptionsOf<F extends Record<string, OptionField>> = { -readonly [K in keyof F]: OptionValue<F[K]> }

export interface OptionSet<Options> {
  /** In the order of the form. */
  fields: readonly OptionField[]
  /**
   * Checks raw options: a plain object, known keys of its own only, values in range. Absent settings get their defaults.
   * Decoding what was decoded gives the same again.
   */
  decode(raw: unknown): Result<Options>
}

/** `label` is the tool as its messages name it: `Ping`. */
export function optionSet<const F extends Record<string, OptionField>>(label: string, fields: F): OptionSet<OptionsOf<F>> {
  const list = Object.values(fields)
  return {
    fields: list,
    decode(raw) {
      if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
        return fail({ code: 'invalid', field: 'options', message: `${label} options must be an object of named settings.` })
      }
      const unknown = Reflect.ownKeys(raw).find((key) => typeof key !== 'string' || !Object.hasOwn(fields, key))
      if (unknown !== undefined) {
        const name = shortName(String(unknown))
        return fail({ code: 'invalid', field: `options.${name}`, message: `${label} has no option “${name}”. It has ${Object.keys(fields).join(', ')}.` })
      }
      // Own properties alone, so that nothing on a prototype can stand in for an option.
      const given = new Map<string, unknown>(Object.entries(raw))
      const decoded: Record<string, number | string | null> = {}
      for (const field of list) {
        const value = settled(field, given.get(field.name))
        if (value === undefined) return fail({ code: 'invalid', field: `options.${field.name}`, message: wrongMessage(field) })
        decoded[field.name] = value
      }
      return ok(asOptions<F>(decoded))
    },
  }
}

/** Every field is there and in its range; null only where the field's default is null. */
const asOptions = <F extends Record<string, OptionField>>(decoded: Record<string, number | string | null>): OptionsOf<F> => decoded as OptionsOf<F>

/** The value of one option; undefined when it is not allowed. Absent: the default. */
function settled(field: OptionField, value: unknown): number | string | null | undefined {
  if (value === undefined) return field.fallback
  if (field.kind === 'choice') return typeof value === 'string' && field.choices.some((choice) => choice.value === value) ? value : undefined
  if (field.kind === 'text') return typeof value === 'string' && value.length <= field.maxLength ? field.canonical(value) ?? undefined : undefined
  if (value === null) return field.fallback === null ? null : undefined
  return Number.isSafeInteger(value) && Number(value) >= field.min && Number(value) <= field.max ? Number(value) : undefined
}

function wrongMessage(field: OptionField): string {
  if (field.kind === 'choice') return `${field.label} must be one of ${field.choices.map((choice) => choice.value).join(', ')}.`
  if (field.kind === 'text') return `${field.label} must be ${field.grammar}.`
  const unit = field.unit === '' ? '' : ` ${field.unit}`
  const empty = field.fallback === null ? `, or empty for ${field.placeholder ?? 'no limit'}` : ''
  return `${field.label} must be a whole number from ${field.min} to ${field.max}${unit}${empty}.`
}

/** A foreign key may be anything: shown short, and without control characters. */
function shortName(key: string): string {
  const shown = [...key.slice(0, 32)].map((letter) => (letter < ' ' || (letter >= '\u007f' && letter <= '\u009f') ? '?' : letter)).join('')
  return key.length > 32 ? `${shown}…` : shown
}
