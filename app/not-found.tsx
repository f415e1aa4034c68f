/** No page at this address. */
import { Bar } from './_components/shell/bar.tsx'
import { ButtonLink } from './_components/ui/button.tsx'
import { Notice } from './_components/ui/notice.tsx'

export default function NotFound() {
  return (
    <div className="grid h-dvh grid-rows-[44px_minmax(0,1fr)]">
      <Bar><span className="font-medium">Hopscope</span></Bar>
      <main id="main" className="grid place-content-center p-6">
        <Notice severity="info" level="h1" title="There is no page here." className="max-w-[460px]" actions={<ButtonLink href="/" size="sm" look="primary">Open the start page</ButtonLink>}>
          <p>The address may have been cut short. Sessions live at /s/ and their id.</p>
        </Notice>
      </main>
    </div>
  )
}
