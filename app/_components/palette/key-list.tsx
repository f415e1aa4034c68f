/** Every key of the console, beside the palette. */
import { Fragment } from 'react'
import { Kbd } from '../ui/kbd.tsx'

const KEYS: readonly [keys: readonly string[], what: string][] = [
  [['Ctrl', 'K'], 'search or run anything'], [['/'], 'search this session'], [['1', '2', '3', '4'], 'Path, DNS, Reach, Terminal'],
  [['j', 'k'], 'next and previous finding'], [['Enter'], 'open'], [['r'], 'run again'], [['x'], 'stop the selected run'],
  [['s'], 'share'], [['y'], 'copy as text for a ticket'], [['['], 'findings rail'], [[']'], 'how a line was read'], [['Left', 'Right'], 'crosshair by one probe'], [['+', '-', '0'], 'zoom, whole session'], [['l'], 'follow live again'],
  [['Space', 'n'], 'replay: play, next finding'],
  [['f'], 'find in Terminal'], [['p'], 'point here'], [['z'], 'UTC or local time'], [['t'], 'theme'], [['Esc'], 'close, then clear'], [['?'], 'this list'],
]

export function KeyList() {
  return (
    <aside aria-label="Keyboard" className="border-l border-line max-md:hidden">
      <h3 className="flex h-13 items-center border-b border-line px-5 font-medium">Keys</h3>
      <dl className="grid grid-cols-[104px_1fr] items-center gap-y-1 px-5 py-3 text-cell text-text-2">
        {KEYS.map(([keys, what]) => (
          <Fragment key={what}>
            <dt className="flex h-[21px] items-center gap-1">{keys.map((key) => <Kbd key={key}>{key}</Kbd>)}</dt>
            <dd>{what}</dd>
          </Fragment>
        ))}
      </dl>
    </aside>
  )
}
