/** Patterns that tell sets of answers apart without colour: plain, hatched, dotted, barred, chequered. */

export const PATTERNS = 5

/** Fill of the nth set. `scope` is the id of the pane's own definitions. */
export const fillOf = (scope: string, set: number): string => `url(#${scope}-${Math.min(set, PATTERNS - 1)})`

const FILLS = [
  <rect key="a" width="6" height="8" className="fill-s-lat" />,
  <><rect width="8.485" height="8.485" className="fill-warn-fill" /><rect width="4.243" height="8.485" className="fill-bg" fillOpacity=".45" /></>,
  <><rect width="6" height="6" className="fill-surface-3" /><circle cx="3" cy="3" r="1.6" className="fill-s-jit" /></>,
  <><rect width="5" height="8" className="fill-surface-3" /><rect width="2" height="8" className="fill-text-2" /></>,
  <><rect width="4" height="4" className="fill-surface-3" /><rect width="2" height="2" className="fill-text-3" /><rect x="2" y="2" width="2" height="2" className="fill-text-3" /></>,
] as const
const SIZES = [[6, 8], [8.485, 8.485], [6, 6], [5, 8], [4, 4]] as const

/** Definitions for `fillOf`; once on a page that draws them. */
export function PatternDefs({ scope }: { scope: string }) {
  return (
    <svg width="0" height="0" aria-hidden="true" className="absolute">
      <defs>
        {FILLS.map((fill, i) => (
          <pattern key={`${scope}-${SIZES[i]?.join() ?? ''}-${i === 0 ? 'plain' : 'set'}`} id={`${scope}-${i}`} width={SIZES[i]?.[0]} height={SIZES[i]?.[1]} patternUnits="userSpaceOnUse" {...(i === 1 && { patternTransform: 'scale(.7) rotate(45)' })}>{fill}</pattern>
        ))}
      </defs>
    </svg>
  )
}

export const Swatch = ({ scope, set }: { scope: string; set: number }) => <svg width="10" height="10" aria-hidden="true" className="flex-none rounded-[2px]"><rect width="10" height="10" fill={fillOf(scope, set)} /></svg>
