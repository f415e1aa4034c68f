'use client'
/** Sharing a session: with the team by its plain address, or with anyone by a link that says what they see. Loaded when opened. */
import { Copy, Eye, Link2 } from 'lucide-react'
import { useState } from 'react'
import { homePane } from '#lib/session/panes.ts'
import type { CreatedShare } from '#lib/protocol/api.ts'
import { useApi } from '../../_hooks/use-api.ts'
import { useSessionState, useTimeline } from '../../_hooks/session-context.tsx'
import { call } from '../../_lib/api.ts'
import { copyText } from '../../_lib/copy.ts'
import { useSessionUi } from '../session/session-ui.tsx'
import { useZone } from '../shell/zone-context.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { useStatus } from '../ui/status.tsx'
import { asGuestLink, linkAt, openAt, type OpenAt } from './open-at.ts'
import { contradicts, EXPIRIES, FIRST_CHOICE, scopeOf, type Choice } from './scope-choice.ts'
import { ShareForm } from './share-form.tsx'
import { ShareLinkRow } from './share-link-row.tsx'
import { TeamRows } from './team-rows.tsx'

export function ShareDialog({ sessionId, onClose }: { sessionId: string; onClose: () => void }) {
  const [choice, setChoice] = useState<Choice>(FIRST_CHOICE)
  const { created, busy, problem, create, forget, shares } = useCreate(sessionId, choice)
  const { at, on, setOn } = useOpenAt(choice.who === 'team' || choice.transcript)
  const status = useStatus()
  const team = choice.who === 'team'
  const link = linkAt(team ? `${location.origin}/s/${sessionId}` : created?.link ?? `${location.origin}/s/${sessionId}`, on ? at : null)
  const copy = async (text: string): Promise<void> => status.notify(await copyText(text) ? 'Link copied.' : 'The browser did not allow copying. Select the link instead.')
  const make = async (): Promise<void> => {
    const made = await create()
    if (made !== null) await copy(linkAt(made, on ? at : null))
  }
  return (
    <Dialog
      title="Share this session" onClose={onClose}
      footer={<>
        {created && !team && <a href={asGuestLink(link)} target="_blank" rel="noopener noreferrer" className={buttonClass({ look: 'ghost', className: '-ml-2' })}><Icon of={Eye} /><span className="max-md:sr-only">Preview as a guest</span></a>}
        {problem !== null && <p role="alert" className="min-w-0 flex-1 text-data text-crit">{problem}</p>}
        <span className="flex-1 max-md:hidden" />
        <Button onClick={onClose}>{created || team ? 'Close' : 'Cancel'}</Button>
        {team
          ? <Button look="primary" onClick={() => void copy(link)}><Icon of={Copy} />Copy link</Button>
          : <Button look="primary" disabled={busy || contradicts(choice)} onClick={() => void make()}><Icon of={Link2} />{busy ? 'Creating the link' : created ? 'Create another link' : 'Create and copy link'}</Button>}
      </>}
    >
      <ShareForm choice={choice} expiresAtMs={created?.share.expiresAtMs ?? null} onChoice={(next) => { setChoice(next); if (next.who === choice.who) forget() }} />
      {team && <TeamRows sessionId={sessionId} />}
      <ShareLinkRow link={team || created ? link : null} secret={!team} shares={team ? null : shares.value} createdId={created?.share.shareId ?? null} openAt={{ words: at.words, on, setOn }} />
    </Dialog>
  )
}

/** Makes the link on the server; it is shown until the choice changes. */
function useCreate(sessionId: string, choice: Choice) {
  const [created, setCreated] = useState<CreatedShare | null>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const { view } = useSessionState()
  const shares = useApi('share.list', { sessionId })
  const create = async (): Promise<string | null> => {
    setBusy(true)
    setProblem(null)
    const result = await call('share.create', { sessionId, scope: scopeOf(choice, view.seq), expiresInS: EXPIRIES[choice.expiry] })
    setBusy(false)
    setProblem(result.ok ? null : result.error.message)
    if (!result.ok) return null
    setCreated(result.value)
    shares.again()
    return result.value.link
  }
  return { created, busy, problem, create, forget: () => setCreated(null), shares }
}

/** What the sharer saw when the dialog opened; ticked from the start if they had looked at something in particular. */
function useOpenAt(terminal: boolean): { at: OpenAt; on: boolean; setOn: (on: boolean) => void } {
  const timeline = useTimeline()
  const { view, pane, run, chosenFindingId } = useSessionUi()
  const { runs } = useSessionState().view
  const { clock } = useZone()
  const [seen] = useState(() => timeline.get())
  const [on, setOn] = useState(seen.crosshairMs !== null || !seen.following)
  const at = openAt({ window: seen, view: terminal || view !== 'terminal' ? view : pane, home: homePane(runs), sel: chosenFindingId, run: runs.length > 1 ? run?.runId ?? null : null, clock })
  return { at, on, setOn }
}
