/** Frame of the console's own pages: bar, page, status line. */
import type { ReactNode } from 'react'
import { PaletteHost } from '../_components/palette/palette-host.tsx'
import { ConsoleBar } from '../_components/shell/console-bar.tsx'
import { ConsoleStatus } from '../_components/shell/console-status.tsx'
import { SkipLink } from '../_components/shell/skip-link.tsx'
import { VantageProvider } from '../_components/shell/vantage-context.tsx'

export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return (
    <PaletteHost>
      <VantageProvider>
        <SkipLink href="#main">Skip to the page</SkipLink>
        <div className="grid h-dvh grid-rows-[var(--h-bar)_minmax(0,1fr)_24px] max-md:grid-rows-[48px_minmax(0,1fr)]">
          <ConsoleBar />
          {children}
          <ConsoleStatus />
        </div>
      </VantageProvider>
    </PaletteHost>
  )
}
