/** How many routers a reply passed on its way back, from its TTL. */

/** `initial` is what the far host is assumed to have started from; `unsure` at or below 32, where it may be 64 or 32. */
export interface Back { initial: number; routers: number; unsure: boolean }

export function backOf(ttl: number): Back {
  const initial = ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255
  return { initial, routers: initial - ttl, unsure: ttl <= 32 }
}
