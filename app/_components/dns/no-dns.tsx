/** Nobody has asked for names in this session yet. */
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

export function NoDns({ host, reason, onAsk }: { host: string; /** Why nothing can be asked here and now; null: it can. */ reason: string | null; onAsk: () => void }) {
  return (
    <Notice
      severity="info" level="h2" title={`Nobody has asked for ${host === '' ? 'names' : host} in this session.`} className="max-w-[640px] flex-none px-4 py-5 max-md:px-3"
      actions={<Button look="primary" disabled={reason !== null} title={reason ?? undefined} onClick={onAsk}>Ask every resolver</Button>}
    >
      <p>This asks the servers of the vantage and the name servers of the zone the same question, side by side, and compares what they say with what programs on the vantage get.</p>
      {reason !== null && <p className="text-text-3">{reason}</p>}
    </Notice>
  )
}
