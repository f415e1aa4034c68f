/** Questions that an answer gives cause for: without the resolver's checks, over TCP, with a search domain. */
import { question, type Ask } from './ask.ts'
import { askable } from './names.ts'
import type { Heard, RunState, Server, Task } from './state.ts'

export function followUps(run: RunState): Task[] {
  const heard = run.matrix()
  return [...unchecked(run, heard), ...overTcp(run, heard), ...searched(run, heard)]
}

/** Asked again with checking disabled: if that works, it is DNSSEC that failed. */
function unchecked(run: RunState, heard: readonly Heard[]): Task[] {
  const failed = heard.filter(({ server, reply }) => server.role !== 'authority' && reply.status === 'SERVFAIL')
  return byServer(failed).map(([server, types]) => question(run, 'cd', { ...plain(run, server, types), unchecked: true }))
}

/** Asked again over TCP, after silence or where a cut answer did not come whole. Of a server that is silent about everything, one type says enough. */
function overTcp(run: RunState, heard: readonly Heard[]): Task[] {
  if (run.context.options.transport === 'tcp') return []
  const wanted = heard.filter(({ reply }) => reply.status === 'TIMEOUT' || ((reply.truncated || reply.flags.includes('tc')) && reply.transport !== 'tcp'))
  return byServer(wanted).map(([server, types]) => {
    const isSilent = heard.every((one) => one.server !== server || one.reply.status === 'TIMEOUT')
    return question(run, 'tcp', { ...plain(run, server, isSilent ? types.slice(0, 1) : types), tcp: true })
  })
}

const SEARCHED_MAX = 6

/** A bare name, or one that does not exist as it is, with every search domain: what programs of the host would make of it. */
function searched(run: RunState, heard: readonly Heard[]): Task[] {
  const { question: { name, types, ofAddress }, setup: { search } } = run
  const server = run.resolver()
  if (ofAddress || server === null) return []
  const isBare = !name.includes('.')
  if (!isBare && !heard.some((one) => one.server === server && one.reply.status === 'NXDOMAIN')) return []
  const addressTypes = types.filter((type) => type === 'A' || type === 'AAAA')
  const asked = addressTypes.length > 0 ? addressTypes : types.slice(0, 1)
  const names = new Set(search.slice(0, SEARCHED_MAX).map((domain) => askable(`${name}.${domain}`)).filter((one) => one !== null))
  return [...names].map((one) => question(run, 'search', { server, name: one, types: asked, recurse: true }))
}

function plain(run: RunState, server: Server, types: readonly string[]): Ask & { server: Server } {
  return { server, name: run.question.name, types, recurse: server.role !== 'authority' }
}

function byServer(heard: readonly Heard[]): [Server, string[]][] {
  const types = new Map<Server, string[]>()
  for (const { server, type } of heard) types.set(server, [...(types.get(server) ?? []), type])
  return [...types]
}

