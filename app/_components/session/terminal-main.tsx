'use client'
/** The Terminal view: what the tools printed. Loaded when first shown. */
import { TerminalView } from '../terminal/terminal-view.tsx'

export function TerminalMain() {
  return <TerminalView />
}
