/** The viewer's time zone in a cookie, so that the server writes times as the browser will. */

export const ZONE_COOKIE = 'hopscope-zone'

/** An IANA zone as browsers name it; null for anything else. */
export function zoneChoice(value: string | undefined): string | null {
  return value !== undefined && /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,2}$/.test(value) ? value : null
}

/** Keeps it for a year. */
export function keepZone(zone: string): void {
  if (zoneChoice(zone) !== null) document.cookie = `${ZONE_COOKIE}=${zone}; Path=/; Max-Age=31536000; SameSite=Lax`
}
