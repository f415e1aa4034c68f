/**
 * Checks of the shape of plain data that a build of ours wrote (snapshots). What people and other programs send is decoded by
 * zod; the page folds and never decodes such input, so it is spared a schema library, which would be a tenth of its code.
 */

/** True when the value is a T, whole. Extra fields are ignored. */
export type Shape<T> = (value: unknown) => value is T

/** The type that a shape lets through. */
export type Shaped<S> = S extends Shape<infer T> ? T : never

export const isNumber = (value: unknown): value is number => typeof value === 'number'
export const isText = (value: unknown): value is string => typeof value === 'string'
/** A whole number. */
export const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)
/** A whole number from 0 on. */
export const isCount = (value: unknown): value is number => isWhole(value) && value >= 0

export const nullOr = <T>(shape: Shape<T>): Shape<T | null> => (value): value is T | null => value === null || shape(value)

/** For a field that may be absent: plain JSON data holds no `undefined`. */
export const maybe = <T>(shape: Shape<T>): Shape<T | undefined> => (value): value is T | undefined => value === undefined || shape(value)

export const listOf = <T>(shape: Shape<T>): Shape<T[]> => (value): value is T[] => Array.isArray(value) && value.every(shape)

export const oneOf = <const T extends string | number>(...values: readonly T[]): Shape<T> => (value): value is T => values.some((one) => one === value)

type Fields<S extends Record<string, Shape<unknown>>> =
  { [K in keyof S as undefined extends Shaped<S[K]> ? never : K]: Shaped<S[K]> }
  & { [K in keyof S as undefined extends Shaped<S[K]> ? K : never]?: Exclude<Shaped<S[K]>, undefined> }

/** An object whose own fields have these shapes. */
export function fields<S extends Record<string, Shape<unknown>>>(shapes: S): Shape<Fields<S>> {
  const wanted = Object.entries(shapes)
  return (value): value is Fields<S> => {
    if (typeof value !== 'object' || value === null) return false
    const given = new Map<string, unknown>(Object.entries(value))
    return wanted.every(([name, shape]) => shape(given.get(name)))
  }
}
