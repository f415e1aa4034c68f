'use client'
/** The options of one run: names, ranges and help come from the tool; the server's decoder enforces the same. Beyond a handful the rest is folded. */
import { ChevronDown } from 'lucide-react'
import { useId, useState } from 'react'
import type { Problem } from '#lib/protocol/result.ts'
import type { ChoiceField, OptionField } from '#lib/tools/tool.ts'
import { cx } from '../../_lib/cx.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { SelectField } from '../ui/select-field.tsx'
import { TextField } from '../ui/text-field.tsx'
import { foldedFrom, readOption } from './wanted.ts'

interface Props { fields: readonly OptionField[]; texts: Record<string, string>; onTexts: (texts: Record<string, string>) => void; problem: Problem | null }

const GRID = 'grid grid-cols-3 gap-x-4 gap-y-3 max-xl:grid-cols-2 max-md:grid-cols-1'

export function RunOptions({ fields, texts, onTexts, problem }: Props) {
  const from = foldedFrom(fields)
  const rest = fields.slice(from)
  const [opened, setOpened] = useState(false)
  // What somebody has set, or what was refused, is never out of sight.
  const needed = rest.some((field) => (texts[field.name] ?? '') !== '' || problem?.field === `options.${field.name}`)
  const open = opened || needed
  const restId = useId()
  const option = (field: OptionField) => <Option key={field.name} {...{ field, problem }} text={texts[field.name] ?? ''} onText={(next) => onTexts({ ...texts, [field.name]: next })} />
  return (
    <fieldset className="border-t border-line bg-surface-1 px-[18px] py-3 max-md:px-3">
      <legend className="sr-only">Options</legend>
      <div className={GRID}>{fields.slice(0, from).map(option)}</div>
      {rest.length > 0 && (
        <>
          <Button size="sm" look="ghost" aria-expanded={open} aria-controls={restId} disabled={needed} onClick={() => setOpened(!opened)} className="mt-2.5 -ml-[7px]"><Icon of={ChevronDown} size={12} className={cx(!open && '-rotate-90')} />{open ? 'Fewer options' : `More options (${rest.length})`}</Button>
          <div id={restId} hidden={!open} className={cx(GRID, 'mt-2.5', !open && 'hidden')}>{open && rest.map(option)}</div>
        </>
      )}
    </fieldset>
  )
}

interface OptionProps { field: OptionField; text: string; problem: Problem | null; onText: (text: string) => void }

function Option({ field, text, problem, onText }: OptionProps) {
  const refused = problem?.field === `options.${field.name}` ? problem.message : undefined
  if (field.kind === 'choice') return <ChoiceOption {...{ field, text, onText }} error={refused} />
  const error = readOption(field, text).error ?? refused
  return (
    <TextField
      label={field.label} hint={field.help} error={error} inputMode={field.kind === 'text' ? 'text' : 'decimal'} value={text} autoComplete="off" autoCapitalize="off" spellCheck={false} machine={field.kind === 'text'}
      {...(field.kind === 'number' && field.unit !== '' && { unit: field.unit })} {...(field.kind === 'text' && { maxLength: field.maxLength })}
      placeholder={field.placeholder ?? (field.fallback === null ? '' : String(field.fallback))}
      onChange={(event) => onText(event.target.value)}
    />
  )
}

/** Words of a choice that fit side by side, in characters. */
const SIDE_BY_SIDE = 32

/** One of a few words; the tool's own default is chosen until a person chooses. Many or long ones are a list. */
function ChoiceOption({ field, text, error, onText }: { field: ChoiceField; text: string; error: string | undefined; onText: (text: string) => void }) {
  const value = text === '' ? field.fallback : text
  const long = field.choices.length > 4 || field.choices.reduce((sum, { label }) => sum + label.length + 4, 0) > SIDE_BY_SIDE
  if (long) return <SelectField label={field.label} hint={field.help} error={error} value={value} choices={field.choices} onChange={onText} />
  return (
    <div className="flex min-w-0 flex-col items-start gap-1">
      <span aria-hidden="true" className="text-data text-text-2">{field.label}</span>
      <Segmented large label={field.label} value={value} segments={field.choices} onChange={onText} className="h-8 items-center" />
      <span className={cx('text-data', error === undefined ? 'text-text-3' : 'text-crit')}>{error ?? field.help}</span>
    </div>
  )
}
