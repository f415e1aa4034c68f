'use client'
/** Shown when a page fails while drawing: what happened, what still works, what to do. */
import { useEffect } from 'react'
import { Button } from './_components/ui/button.tsx'
import { Notice } from './_components/ui/notice.tsx'

export default function ErrorPage({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  useEffect(() => { console.error(error) }, [error])
  return (
    <main id="main" className="grid h-dvh place-content-center p-6">
      <Notice severity="crit" level="h1" title="This page could not be drawn." className="max-w-[460px]" actions={<Button size="sm" look="primary" onClick={retry}>Draw it again</Button>}>
        <p>Runs and logs on the vantage do not depend on it. The browser’s console has the details{error.digest !== undefined && `, the server’s log has them under ${error.digest}`}.</p>
      </Notice>
    </main>
  )
}
