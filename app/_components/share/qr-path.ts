/** A QR code as one SVG path. Pure; loaded with the dialog. */
import { create } from 'qrcode'

/** Quiet zone that readers need, in modules. */
const MARGIN = 2

/** Path of the dark modules (level M) and the side of the whole square with its margin, in modules. */
export function qrPath(text: string): { d: string; side: number } {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  let d = ''
  for (let y = 0; y < modules.size; y++) {
    for (let x = 0; x < modules.size; x++) {
      if (modules.get(y, x) === 0) continue
      let width = 1
      while (x + width < modules.size && modules.get(y, x + width) !== 0) width += 1
      d += `M${x + MARGIN} ${y + MARGIN}h${width}v1h-${width}z`
      x += width - 1
    }
  }
  return { d, side: modules.size + 2 * MARGIN }
}
