/** Root of every page: fonts, theme before first paint, the viewer's boot, the one live region. */
import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import { connection } from 'next/server'
import type { ReactNode } from 'react'
import { BootProvider } from './_components/shell/boot-context.tsx'
import { ZoneProvider } from './_components/shell/zone-context.tsx'
import { StatusProvider } from './_components/ui/status.tsx'
import { readBoot } from './_lib/boot.ts'
import { geist, geistMono } from './_lib/fonts.ts'
import { THEME_COOKIE, THEME_SCRIPT, themeChoice } from './_lib/theme.ts'
import { zoneChoice, ZONE_COOKIE } from './_lib/zone.ts'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Hopscope', template: '%s - Hopscope' },
  robots: { index: false, follow: false },
  referrer: 'no-referrer',
}
export const viewport: Viewport = { width: 'device-width', initialScale: 1, viewportFit: 'cover' }

export default async function RootLayout({ children }: { children: ReactNode }) {
  await connection()
  const { nonce, session: _, ...boot } = await readBoot()
  const kept = await cookies()
  const choice = themeChoice(kept.get(THEME_COOKIE)?.value)
  return (
    <html
      lang="en" className={`${geist.variable} ${geistMono.variable}`} suppressHydrationWarning
      data-theme={choice === 'system' ? 'dark' : choice} data-theme-choice={choice}
    >
      <head><script nonce={nonce} suppressHydrationWarning>{THEME_SCRIPT}</script></head>
      <body>
        <BootProvider boot={boot}><ZoneProvider initial={zoneChoice(kept.get(ZONE_COOKIE)?.value)}><StatusProvider>{children}</StatusProvider></ZoneProvider></BootProvider>
      </body>
    </html>
  )
}
