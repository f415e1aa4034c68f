'use client'
/** One command to run, with a copy button: the remedy of a missing tool or privilege. */
import { CopyButton } from './copy-button.tsx'

export function CommandLine({ command, prompt = false }: { command: string; prompt?: boolean }) {
  return (
    <div className="flex min-h-6 min-w-0 items-center gap-1.5 rounded-[4px] bg-surface-3 pl-2 pr-0.5 text-label text-text-1">
      {prompt && <span aria-hidden="true" className="machine text-text-3">$</span>}
      <code className="min-w-0 flex-1 truncate py-1" title={command}>{command}</code>
      <CopyButton look="ghost" text={command} label={`Copy the command ${command}`} />
    </div>
  )
}
