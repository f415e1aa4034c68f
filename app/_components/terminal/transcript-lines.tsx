'use client'
/** The lines of a transcript, drawn only where they can be seen. Stays at the newest line until the reader scrolls away. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { Download } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { formatCount } from '#lib/format/number.ts'
import type { Clock } from '#lib/format/time.ts'
import type { RunView } from '#lib/session/view.ts'
import { readLine } from '#lib/terminal/read-line.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { TranscriptLine } from './transcript-line.tsx'
import type { Transcript } from './use-transcript.ts'

const LINE_PX = 17
const OVERSCAN = 8
const AT_END_PX = 24

interface Props {
  transcript: Transcript
  run: RunView
  clock: Clock
  label: string
  selected: number | null
  onSelect: (line: number) => void
  /** A line to bring into view; a new object each time. */
  reveal: { line: number } | null
  hits: ReadonlySet<number>
  onRange: (fromLine: number, toLine: number) => void
}

export function TranscriptLines({ transcript, run, clock, label, selected, onSelect, reveal, hits, onRange }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const room = useRef<HTMLDivElement>(null)
  const [atEnd, setAtEnd] = useState(true)
  const total = transcript.totalLines
  const list = useVirtualizer({ count: total, getScrollElement: () => box.current, estimateSize: () => LINE_PX, overscan: OVERSCAN, paddingStart: 6, paddingEnd: 6 })
  const rows = list.getVirtualItems()
  const height = list.getTotalSize()
  const first = (rows[0]?.index ?? 0) + 1, last = (rows.at(-1)?.index ?? 0) + 1
  // Heights and offsets are set on the elements: a style attribute in the page's text would be refused.
  useLayoutEffect(() => { if (room.current) room.current.style.height = `${height}px` }, [height])
  useEffect(() => { transcript.want(first, last); onRange(first, last) })
  useEffect(() => { if (atEnd && total > 0) list.scrollToIndex(total - 1, { align: 'end' }) }, [atEnd, total, list])
  const ready = total > 0
  useEffect(() => {
    if (!reveal || !ready) return
    setAtEnd(false)
    list.scrollToIndex(reveal.line - 1, { align: 'center' })
  }, [reveal, list, ready])
  const onScroll = (): void => {
    const element = box.current
    if (!element) return
    const end = element.scrollHeight - element.scrollTop - element.clientHeight <= AT_END_PX
    if (end !== atEnd) setAtEnd(end)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (by === 0 || selected === null) return
    event.preventDefault()
    const next = Math.min(total, Math.max(1, selected + by))
    onSelect(next)
    list.scrollToIndex(next - 1, { align: 'auto' })
  }
  return (
    <div className="relative min-h-0 min-w-0 flex-1">
      <div ref={box} role="log" aria-label={label} aria-live="off" tabIndex={0} onScroll={onScroll} className="absolute inset-0 overflow-auto font-mono text-data leading-[17px] tracking-[-.01em] text-text-2 max-md:text-label max-md:leading-[17px]">
        <div ref={room} className="relative w-full">
          {rows.map((row) => {
            const line = transcript.line(row.index + 1)
            return (
              <div key={row.key} ref={list.measureElement} data-index={row.index} className="absolute top-0 left-0 w-full" style={{ transform: `translateY(${row.start}px)` }}>
                {line ? (
                  <button type="button" aria-pressed={selected === line.line} className="block w-full text-left select-text focus-visible:-outline-offset-2 hover:bg-surface-1" onClick={() => onSelect(line.line)} onKeyDown={onKeyDown}>
                    <TranscriptLine line={line} mark={readLine(run, line.text, line.atMs).mark} clock={clock} selected={selected === line.line} hit={hits.has(line.line)} />
                  </button>
                ) : <span className="block h-[17px]" />}
              </div>
            )
          })}
        </div>
      </div>
      {!atEnd && total > 0 && (
        <Button size="sm" className="machine !absolute right-4 bottom-3 shadow-float" onClick={() => setAtEnd(true)}>
          <Icon of={Download} size={12} />{newer(total - last)}
        </Button>
      )}
    </div>
  )
}

const newer = (n: number): string => (n > 0 ? `${formatCount(n)} newer ${n === 1 ? 'line' : 'lines'}` : 'to the newest line')
