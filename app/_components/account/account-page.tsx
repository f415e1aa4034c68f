'use client'
/** One's own account: password, how the page looks and listens, sign-ins, API tokens. */
import { PageFrame, Section } from '../pages/page-frame.tsx'
import { mayDo } from '../../_lib/may-do.ts'
import { useBoot } from '../shell/boot-context.tsx'
import { PasswordForm } from './password-form.tsx'
import { Preferences } from './preferences.tsx'
import { SignIns } from './sign-ins.tsx'
import { Tokens } from './tokens.tsx'

const ROLE_WORDS = { viewer: 'viewer: reads sessions', operator: 'operator: reads sessions, starts runs, shares', admin: 'admin: everything, and accounts' } as const

export function AccountPage() {
  const boot = useBoot()
  if (!boot.me) return null
  return (
    <PageFrame title={boot.me.display} lead={`Signed in as ${boot.me.name}, ${ROLE_WORDS[boot.me.role]}.`}>
      <Section title="Page" lead="Kept in this browser."><Preferences /></Section>
      <Section title="Password" lead="Changing it signs you out everywhere else."><PasswordForm /></Section>
      <Section title="Sign-ins" lead="Browsers that are signed in as you. One that is idle for 12 hours, or 7 days old, ends by itself."><SignIns /></Section>
      {mayDo(boot, 'token:manage') && <Section title="API tokens" lead="For curl and scripts. A token can do what its scopes say, never more than you."><Tokens /></Section>}
    </PageFrame>
  )
}
