/** The crosshair's tooltip: empty cells that the chart fills as the pointer moves. */
import type { SeriesWords } from '#lib/timeline/words.ts'

export function ChartTip({ words }: { words: SeriesWords }) {
  return (
    <div data-part="tip" hidden className="pointer-events-none absolute top-0 left-0 z-10 w-[262px] rounded-ctl bg-raised px-2.5 py-2 text-data leading-[17px] shadow-float max-md:w-[236px]">
      <div className="mb-1 flex justify-between font-medium text-text-1"><span data-part="tip-when" /><span data-part="tip-seq" className="font-normal text-text-3" /></div>
      <dl className="grid grid-cols-[auto_1fr_auto_1fr] gap-x-2.5 [&>dd]:text-right [&>dd]:whitespace-nowrap [&>dt]:text-text-3 [&>dt]:whitespace-nowrap">
        <dt>{words.fate}</dt><dd data-part="tip-reply" className="data-bad:text-crit" />
        <dt>median</dt><dd data-part="tip-median" />
        <dt>jitter</dt><dd data-part="tip-jitter" title="Mean absolute difference of consecutive answers" />
        <dt>p10, p90</dt><dd data-part="tip-band" />
        <dt hidden={!words.ttl}>reply ttl</dt><dd hidden={!words.ttl} data-part="tip-ttl" />
        <dt>{words.bad}</dt><dd data-part="tip-lost" className="data-bad:text-crit" />
      </dl>
      <p data-part="tip-above" className="text-text-3 empty:hidden" />
    </div>
  )
}
