/** The two typefaces, served from our own origin and preloaded. */
import localFont from 'next/font/local'

export const geist = localFont({
  src: '../../public/fonts/geist-latin-wght-normal.woff2', weight: '100 900', variable: '--font-geist', display: 'swap', preload: true,
})
export const geistMono = localFont({
  src: '../../public/fonts/geist-mono-latin-wght-normal.woff2', weight: '100 900', variable: '--font-geist-mono', display: 'swap', preload: true,
})
