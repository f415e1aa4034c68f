/** Finds the route of a request by the table in lib/protocol/routes.ts. */
import { ROUTES, type RouteName, type RouteSpec } from '#lib/protocol/routes.ts'

export type Match =
  | { kind: 'route'; name: RouteName; params: Record<string, string> }
  /** The path exists with other methods. */
  | { kind: 'method'; allowed: string[] }
  | { kind: 'none' }

interface Compiled { name: RouteName; method: string; segments: readonly string[] }

export type Router = (method: string, pathname: string) => Match

/** Literal segments win over `:parameters`, so `shares/redeem` is never a share called "redeem". */
export function createRouter(): Router {
  const entries = Object.entries(ROUTES) as [RouteName, RouteSpec][]
  const compiled: Compiled[] = entries.map(([name, { method, path }]) => ({ name, method, segments: path.split('/') }))
  compiled.sort((a, b) => parameters(a) - parameters(b))
  return (method, pathname) => {
    const segments = pathname.split('/')
    const fitting = compiled.filter((route) => fits(route.segments, segments))
    const route = fitting.find((candidate) => candidate.method === method)
    if (route !== undefined) return { kind: 'route', name: route.name, params: paramsOf(route.segments, segments) }
    return fitting.length === 0 ? { kind: 'none' } : { kind: 'method', allowed: fitting.map((candidate) => candidate.method) }
  }
}

function parameters(route: Compiled): number {
  return route.segments.filter((segment) => segment.startsWith(':')).length
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return pattern.length === segments.length && pattern.every((part, i) => (part.startsWith(':') ? segments[i] !== '' : part === segments[i]))
}

/** Values as they stand in the path: every id is plain base64url, so there is nothing to decode. */
function paramsOf(pattern: readonly string[], segments: readonly string[]): Record<string, string> {
  const pairs = pattern.flatMap((part, i) => (part.startsWith(':') ? [[part.slice(1), segments[i] ?? ''] as const] : []))
  return Object.fromEntries(pairs)
}
