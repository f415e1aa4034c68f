/** Colours and font of a canvas, read from the page's tokens so that a theme change needs only a redraw. */

const TOKENS = {
  bg: '--bg', surface1: '--surface-1', surface2: '--surface-2', line2: '--line-2', line3: '--line-3', text1: '--text-1', text2: '--text-2', text3: '--text-3',
  accent: '--accent', warn: '--warn', warnSoft: '--warn-soft', lat: '--s-lat', jit: '--s-jit', loss: '--s-loss', grid: '--s-grid', axis: '--s-axis',
} as const

export type Palette = Record<keyof typeof TOKENS, string> & { font: string }

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element)
  const read = (token: string): string => style.getPropertyValue(token).trim()
  const colours = Object.fromEntries(Object.entries(TOKENS).map(([name, token]) => [name, read(token)]))
  return { ...allTokens(colours), font: style.fontFamily }
}

/** Guarantee: `colours` was made from TOKENS, so it has every key. */
const allTokens = (colours: Record<string, string>): Record<keyof typeof TOKENS, string> => colours
