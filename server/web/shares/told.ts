/** What a folded session says about names, in the form of the events it came from: so that a redactor knows it beforehand. */
import { isDns, isNslookup, isPath, isReach } from '#lib/session/runs.ts'
import type { SessionView } from '#lib/session/view.ts'

/** Names of routers, what name servers answered, certificates and redirects, run by run. */
export function toldIn(view: Pick<SessionView, 'runs'>): unknown[] {
  return view.runs.flatMap((run): unknown[] => {
    if (isPath(run)) return [...run.view.names].flatMap(([address, { name }]) => (name === null ? [] : [{ address, name }]))
    // With its tool: answers about the target speak of its whole zone.
    const asked = { tool: run.tool, target: run.target }
    if (isNslookup(run)) return [asked, ...run.view.replies]
    if (isReach(run)) return [asked, ...run.view.addresses.flatMap(({ tls, http, redirects }) => [tls, ...http, ...redirects])]
    if (!isDns(run)) return []
    const { name, setup, servers, os, asides, walk } = run.view
    const cells = servers.flatMap((server) => [...server.cells.values()].map(({ reply }) => ({ name, reply })))
    return [asked, setup, ...servers.map(({ address, name: called, role }) => ({ address, name: called, role })), os, ...cells, ...asides, ...walk]
  })
}
