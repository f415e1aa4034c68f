'use client'
/** Instead of a session: it is not here for this viewer. Absent, deleted and forbidden look alike on purpose. */
import type { EndReason } from '../../_hooks/session-store.ts'
import { useBoot } from '../shell/boot-context.tsx'
import { Bar } from '../shell/bar.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

const WORDS: Record<EndReason | 'link', { title: string; text: string }> = {
  'gone': { title: 'This session is not here.', text: 'It may have been deleted, its time may have run out, or it may not be open to you. If somebody sent you a link to it, ask them for a new one.' },
  'link': { title: 'This link does not open anything.', text: 'It may have expired, been revoked, or been cut short on the way. Ask whoever sent it for a new one, or sign in if you are on the team.' },
  'revoked': { title: 'This link was revoked.', text: 'The session still exists. Whoever shared it can make a new link, or sign in if you are on the team.' },
  'expired': { title: 'This link has expired.', text: 'The session still exists. Whoever shared it can make a new link, or sign in if you are on the team.' },
  'signed-out': { title: 'You are signed out.', text: 'Runs go on without you. Sign in to see them again.' },
  'role-changed': { title: 'Your role has changed.', text: 'Sign in again to go on with what you may do now.' },
}

export function SessionGone({ sessionId, reason }: { sessionId: string; reason: EndReason | 'link' }) {
  const boot = useBoot()
  const { title, text } = WORDS[reason]
  const signIn = reason !== 'gone' || boot.me === null
  return (
    <div className="grid h-dvh grid-rows-[44px_minmax(0,1fr)]">
      <Bar><span className="font-medium">Hopscope</span></Bar>
      <main id="main" className="grid place-content-center overflow-y-auto p-6">
        <Notice
          severity="info" level="h1" title={title} className="max-w-[460px]"
          actions={<>
            {signIn && <ButtonLink size="sm" look="primary" href={`/sign-in?to=/s/${sessionId}`}>Sign in</ButtonLink>}
            {boot.me !== null && <ButtonLink size="sm" href="/sessions">Show all sessions</ButtonLink>}
          </>}
        >
          <p>{text}</p>
        </Notice>
      </main>
    </div>
  )
}
