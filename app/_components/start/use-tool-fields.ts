'use client'
/** The tools' option fields, from the registry. Loaded after the page is up: until somebody opens an editor nothing depends on them. */
import { useCallback, useEffect, useState } from 'react'
import type { ToolId } from '#lib/protocol/events.ts'
import type { OptionField } from '#lib/tools/tool.ts'

const NONE: readonly OptionField[] = []

/** Fields of a tool; empty until they are loaded. */
export function useToolFields(): (tool: ToolId) => readonly OptionField[] {
  const [fields, setFields] = useState<Readonly<Record<ToolId, readonly OptionField[]>> | null>(null)
  useEffect(() => {
    let gone = false
    void import('#lib/tools/fields.ts').then(({ TOOL_FIELDS }) => {
      if (!gone) setFields(TOOL_FIELDS)
    })
    return () => { gone = true }
  }, [])
  return useCallback((tool) => fields?.[tool] ?? NONE, [fields])
}
