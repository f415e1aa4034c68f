'use client'
/** The options of one run: names, ranges and help come from the tool; the server's decoder enforces the same. */
import type { Problem } from '#lib/protocol/result.ts'
import type { OptionField } from '#lib/tools/tool.ts'
import { TextField } from '../ui/text-field.tsx'
import { readOption } from './wanted.ts'

interface Props { fields: readonly OptionField[]; texts: Record<string, string>; onTexts: (texts: Record<string, string>) => void; problem: Problem | null }

export function RunOptions({ fields, texts, onTexts, problem }: Props) {
  return (
    <fieldset className="grid grid-cols-3 gap-x-4 gap-y-3 border-t border-line bg-surface-1 px-[18px] py-3 max-xl:grid-cols-2 max-md:grid-cols-1 max-md:px-3">
      <legend className="sr-only">Options</legend>
      {fields.map((field) => {
        const text = texts[field.name] ?? ''
        const refused = problem?.field === `options.${field.name}` ? problem.message : undefined
        const error = readOption(field, text).error ?? refused
        return (
          <TextField
            key={field.name} label={field.label} hint={field.help} error={error} inputMode="decimal" value={text} autoComplete="off"
            {...(field.unit !== '' && { unit: field.unit })}
            placeholder={field.placeholder ?? (field.fallback === null ? '' : String(field.fallback))}
            onChange={(event) => onTexts({ ...texts, [field.name]: event.target.value })}
          />
        )
      })}
    </fieldset>
  )
}
