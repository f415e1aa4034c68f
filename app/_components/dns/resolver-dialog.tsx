'use client'
/** Adds servers to the question, or takes them out again. Loaded when first opened. */
import { X } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import type { DnsOptions } from '#lib/tools/dns/options.ts'
import { serverList } from '#lib/tools/dns/servers.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { TextField } from '../ui/text-field.tsx'
import { withoutServer, withServer } from './ask-options.ts'

export function ResolverDialog({ options, onAsk, onClose }: { options: DnsOptions; onAsk: (change: Record<string, unknown>) => void; onClose: () => void }) {
  const [typed, setTyped] = useState('')
  const [server, setServer] = useState(options.server)
  const [publicToo, setPublic] = useState(options.publicServers === 'yes')
  const [problem, setProblem] = useState<string | undefined>()
  const added = typed.trim() === '' ? null : withServer(server, typed)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (added !== null && !added.ok) return setProblem(added.problem)
    onAsk({ server: added === null ? server : added.server, publicServers: publicToo ? 'yes' : 'no' })
    onClose()
  }
  const changed = added !== null || server !== options.server || publicToo !== (options.publicServers === 'yes')
  return (
    <Dialog title="Resolvers" onClose={onClose} footer={<><span className="flex-1 text-data text-text-3">Asks anew with these servers.</span><Button onClick={onClose}>Cancel</Button><Button look="primary" type="submit" form="add-resolver" disabled={!changed}>Ask them</Button></>}>
      <form id="add-resolver" onSubmit={submit} className="flex flex-col gap-4 px-5 py-4">
        <TextField label="Address of a name server" machine autoFocus autoComplete="off" spellCheck={false} value={typed} onChange={(event) => { setTyped(event.target.value); setProblem(undefined) }} error={problem} placeholder="10.0.0.53" hint={`Several with commas between. Asked at port ${options.port}; judged by the target policy before anything is sent.`} maxLength={400} />
        {server !== '' && (
          <ul aria-label="Chosen servers" className="flex flex-wrap gap-1.5">
            {serverList(server).map((one) => (
              <li key={one} className="machine inline-flex h-7 items-center gap-1 rounded-ctl bg-surface-2 pr-0.5 pl-2">
                {one}<Button size="sm" look="ghost" square aria-label={`Do not ask ${one}`} onClick={() => setServer(withoutServer(server, one))}><Icon of={X} size={11} /></Button>
              </li>
            ))}
          </ul>
        )}
        <Checkbox checked={publicToo} onChange={(event) => setPublic(event.target.checked)} note="The name becomes known to them.">Also 1.1.1.1, 8.8.8.8 and 9.9.9.9</Checkbox>
      </form>
    </Dialog>
  )
}
