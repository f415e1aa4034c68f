'use client'
/** The options of one run: names, ranges and help come from the tool; the server's decoder enforces the same. */
import type { Problem } from '#lib/protocol/result.ts'
import type { ChoiceField, OptionField } from '#lib/tools/tool.ts'
import { Segmented } from '../ui/segmented.tsx'
import { TextField } from '../ui/text-field.tsx'
import { readOption } from './wanted.ts'

interface Props { fields: readonly OptionField[]; texts: Record<string, string>; onTexts: (texts: Record<string, string>) => void; problem: Problem | null }

export function RunOptions({ fields, texts, onTexts, problem }: Props) {
  return (
    <fieldset className="grid grid-cols-3 gap-x-4 gap-y-3 border-t border-line bg-surface-1 px-[18px] py-3 max-xl:grid-cols-2 max-md:grid-cols-1 max-md:px-3">
      <legend className="sr-only">Options</legend>
      {fields.map((field) => {
        const text = texts[field.name] ?? ''
        if (field.kind === 'choice') return <ChoiceOption key={field.name} field={field} text={text} onText={(next) => onTexts({ ...texts, [field.name]: next })} />
        const refused = problem?.field === `options.${field.name}` ? problem.message : undefined
        const error = readOption(field, text).error ?? refused
        return (
          <TextField
            key={field.name} label={field.label} hint={field.help} error={error} inputMode={field.kind === 'text' ? 'text' : 'decimal'} value={text} autoComplete="off"
            {...(field.kind === 'number' && field.unit !== '' && { unit: field.unit })}
            placeholder={field.placeholder ?? (field.fallback === null ? '' : String(field.fallback))}
            onChange={(event) => onTexts({ ...texts, [field.name]: event.target.value })}
          />
        )
      })}
    </fieldset>
  )
}

/** One of a few words; the tool's own default is chosen until a person chooses. */
function ChoiceOption({ field, text, onText }: { field: ChoiceField; text: string; onText: (text: string) => void }) {
  return (
    <div className="flex min-w-0 flex-col items-start gap-1">
      <span aria-hidden="true" className="text-data text-text-2">{field.label}</span>
      <Segmented large label={field.label} value={text === '' ? field.fallback : text} segments={field.choices} onChange={onText} className="h-8 items-center" />
      <span className="text-data text-text-3">{field.help}</span>
    </div>
  )
}
