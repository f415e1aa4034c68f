/** The design tokens hold their measured promises: WCAG contrast of every pair in use, and colours told apart by any colour vision. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

type Rgb = readonly [number, number, number]
type Matrix = readonly [Rgb, Rgb, Rgb]

const CSS = readFileSync(new URL('../../app/tokens.css', import.meta.url), 'utf8')
const GLOBALS = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8')

/** Colours of one rule, `--name: #rrggbb`. */
function colours(css: string, selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`)
  const block = css.slice(start, css.indexOf('\n}', start))
  return new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g)].map((found) => [found[1] ?? '', found[2] ?? '']))
}

const THEMES = { dark: colours(CSS, '[data-theme="dark"]'), light: colours(CSS, '[data-theme="light"]') } as const
const BOTH = colours(GLOBALS, '[data-theme]')

function colour(theme: keyof typeof THEMES, name: string): string {
  const found = THEMES[theme].get(name) ?? BOTH.get(name)
  if (found === undefined) throw new Error(`${theme} has no --${name}`)
  return found
}

const toLinear = (hex: string): Rgb => {
  const part = (at: number): number => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  return [part(1), part(3), part(5)]
}

const luminance = (hex: string): number => {
  const [r, g, b] = toLinear(hex)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** WCAG 2.1 contrast ratio. */
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05)
}

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
const VISION: Record<string, Matrix> = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}

const times = (matrix: Matrix, [a, b, c]: Rgb): Rgb => {
  const row = ([x, y, z]: Rgb): number => x * a + y * b + z * c
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])]
}
const clip = ([a, b, c]: Rgb): Rgb => [Math.min(1, Math.max(0, a)), Math.min(1, Math.max(0, b)), Math.min(1, Math.max(0, c))]

const TO_LMS: Matrix = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]]
const TO_LAB: Matrix = [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]]

/** Distance in OKLab x 100 as somebody with this vision sees the two. */
function distance(a: string, b: string, vision: Matrix): number {
  const lab = (hex: string): Rgb => {
    const [l, m, s] = times(TO_LMS, clip(times(vision, toLinear(hex))))
    return times(TO_LAB, [Math.cbrt(l), Math.cbrt(m), Math.cbrt(s)])
  }
  const [p, q] = [lab(a), lab(b)]
  return 100 * Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])
}

const each = (grounds: readonly string[], inks: readonly string[], least: number): (readonly [string, string, number])[] => grounds.flatMap((ground) => inks.map((ink) => [ink, ground, least] as const))
const SEVERITIES = ['crit', 'warn', 'info', 'ok'] as const
const STATES = ['t-syn-recv', 't-estab', 't-close-wait', 't-fin-wait-2', 't-time-wait', 't-listen', 't-closing', 't-syn-sent', 't-last-ack', 't-fin-wait-1']

/** Ink, ground, least ratio. 4.5 for text, 3 for what is not text. */
const PAIRS: (readonly [string, string, number])[] = [
  ...each(['bg', 'surface-1', 'surface-2', 'surface-3', 'raised'], ['text-1', 'text-2', 'text-3'], 4.5),
  ...each(['bg', 'surface-1', 'surface-2', 'raised'], [...SEVERITIES, 'accent'], 4.5),
  ...SEVERITIES.flatMap((severity) => each([`${severity}-soft`], [severity, 'text-1', 'text-2'], 4.5)),
  ...each(['accent-soft'], ['accent', 'text-1'], 4.5),
  ...each(['primary'], ['on-primary'], 4.5),
  ...each(['bg', 'surface-1', 'surface-2'], ['accent', 'line-3'], 3),
  ...each(['bg'], ['s-lat', 's-jit', 's-loss', ...STATES], 3),
  ...each(['bg'], ['s-axis'], 4.5),
  ...each(['avatar-0', 'avatar-1', 'avatar-2', 'avatar-3', 'avatar-4', 'avatar-5'], ['on-avatar'], 4.5),
]

describe.each(['dark', 'light'] as const)('%s', (theme) => {
  it.each(PAIRS)('%s on %s is at least %d to 1', (ink, ground, least) => {
    expect(contrast(colour(theme, ink), colour(theme, ground))).toBeGreaterThanOrEqual(least)
  })

  it.each(Object.keys(VISION))('colours that mean different things stay apart: %s', (name) => {
    const vision = VISION[name]
    if (vision === undefined) throw new Error(name)
    const apart = (a: string, b: string): number => distance(colour(theme, a), colour(theme, b), vision)
    const neighbours = ['t-estab', 't-fin-wait-1', 't-closing', 't-fin-wait-2', 't-time-wait', 't-close-wait', 't-last-ack', 't-syn-sent', 't-syn-recv']
    const large = ['t-estab', 't-syn-recv', 't-close-wait', 't-time-wait', 't-fin-wait-2']
    const glyphs = SEVERITIES.map((severity) => `${severity}-fill`)
    const pairs = (names: readonly string[]): [string, string][] => names.flatMap((a, i) => names.slice(i + 1).map((b): [string, string] => [a, b]))
    const tooNear = [
      ...neighbours.slice(1).map((one, i): [string, string] => [neighbours[i] ?? '', one]), ...pairs(large), ...pairs(glyphs),
      ...[0, 1, 2, 3, 4].map((step): [string, string] => ['s-loss', `heat-${step}`]),
    ].filter(([a, b]) => apart(a, b) < 8)
    expect(tooNear).toEqual([])
  })
})

it('the ruler is right: known ratios, and no distance between equals', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
  for (const vision of Object.values(VISION)) expect(distance('#ff5530', '#ff5530', vision)).toBe(0)
  const deutan = VISION['deutan'], normal = VISION['normal']
  if (!deutan || !normal) throw new Error('visions')
  expect(distance('#00a000', '#b07000', deutan)).toBeLessThan(distance('#00a000', '#b07000', normal) / 2)
})
