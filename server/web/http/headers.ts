/** The security headers of every answer (CSP, framing, referrer, sniffing, isolation), built in one place and asserted byte for byte in tests. */

export interface HeaderContext {
  /** Random per request; scripts and styles of the page carry it. */
  nonce: string
  /** The browser reached us over HTTPS (publicUrl). */
  secure: boolean
  /** `ws://host` or `wss://host` of this very origin. */
  wsOrigin: string
  /** Next in development mode needs eval and inline styles for hot reload. */
  dev: boolean
}

/** Powerful features that no page of ours uses; a copied script could not use them either. */
const FEATURES = [
  'accelerometer', 'autoplay', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'hid', 'idle-detection',
  'magnetometer', 'microphone', 'midi', 'payment', 'publickey-credentials-get', 'serial', 'usb', 'xr-spatial-tracking',
]

const PERMISSIONS = FEATURES.map((feature) => `${feature}=()`).join(', ')

/** One year, as HSTS preload lists ask; sent only where HTTPS is certain. */
const HSTS = 'max-age=31536000; includeSubDomains'

/** Content-Security-Policy of a page. Next takes the nonce from the request header of the same name. */
export function contentSecurityPolicy(context: HeaderContext): string {
  const nonce = `'nonce-${context.nonce}'`
  return [
    "default-src 'none'",
    `script-src 'self' ${nonce}${context.dev ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${context.dev ? "'unsafe-inline'" : nonce}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${context.wsOrigin}`,
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ')
}

/** Name and value of every header that all answers carry. */
export function securityHeaders(context: HeaderContext): [string, string][] {
  const headers: [string, string][] = [
    ['Content-Security-Policy', contentSecurityPolicy(context)],
    ['Referrer-Policy', 'no-referrer'],
    ['X-Content-Type-Options', 'nosniff'],
    ['X-Frame-Options', 'DENY'],
    ['Cross-Origin-Opener-Policy', 'same-origin'],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
    ['Permissions-Policy', PERMISSIONS],
    ['X-Robots-Tag', 'noindex, nofollow'],
  ]
  if (context.secure) headers.push(['Strict-Transport-Security', HSTS])
  return headers
}
