/** A session's round trip at a glance: median line, a bar per bucket with loss. No axis; the row says what it is. */
import type { SessionSummary } from '#lib/protocol/api.ts'
import { sparkPath, sparkSummary } from './spark-path.ts'

const WIDTH = 84
const HEIGHT = 18

export function Spark({ spark }: { spark: SessionSummary['spark'] }) {
  const { line, losses } = sparkPath(spark, { width: WIDTH, height: HEIGHT })
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img" aria-label={sparkSummary(spark)} className="block">
      {losses.map((x) => <rect key={x} x={x} y="1" width="1.6" height={HEIGHT - 2} className="fill-s-loss" />)}
      {line === ''
        ? <path d={`M0 ${HEIGHT - 4}H${WIDTH}`} className="stroke-text-3" strokeDasharray="2 3" strokeWidth="1" opacity=".6" />
        : <path d={line} fill="none" className="stroke-text-3" strokeWidth="1.2" strokeLinejoin="round" />}
    </svg>
  )
}
