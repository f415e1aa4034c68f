/** The QR code of a link: always dark on white, or phones do not read it. */
import { qrPath } from './qr-path.ts'

export function Qr({ text }: { text: string }) {
  const { d, side } = qrPath(text)
  return (
    <svg viewBox={`0 0 ${side} ${side}`} width="104" height="104" shapeRendering="crispEdges" role="img" aria-label="QR code of the link" className="block flex-none rounded-[6px] bg-[white]">
      <path d={d} className="fill-[black]" />
    </svg>
  )
}
