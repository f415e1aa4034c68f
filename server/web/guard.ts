/**
 * The one way to a deed of this server, for HTTP and socket alike: decode, authorise from the live records, call, catch.
 * An action's `run` is closed over here; callers only ever get `invoke`, so no handler can skip a step.
 */
import { RULES, type Action as Verb, type Principal } from '#lib/protocol/access.ts'
import type { SessionSummary } from '#lib/protocol/api.ts'
import type { SessionId } from '#lib/protocol/ids.ts'
import { fail, ok, type Problem, type Result } from '#lib/protocol/result.ts'
import { isStorageFault } from './access/db.ts'
import { mayAct } from './access/scopes.ts'
import type { Credentials } from './access/types.ts'
import { AuditUnavailable } from './audit/types.ts'
import { decode, type Schema } from './decode.ts'
import type { Web } from './context.ts'
import type { Visitor } from './gateway/visitor.ts'

export type Person = Extract<Principal, { kind: 'user' }>
export type Guest = Extract<Principal, { kind: 'share' }>

/** Verbs that the holder of a share link may use on that link's session (RULES says `share`; a test compares the two). */
export type SharedVerb = 'session:read' | 'session:export'

/** Where a call came from. Made by the HTTP layer or the gateway, never by a client. */
export interface Caller {
  address: string
  agent: string
  /** Where links for people start: publicUrl's origin, else the origin this call came to. */
  origin: string
  credentials: Credentials
  /** Set-Cookie lines that an action wants; HTTP sends them, a socket cannot. */
  setCookies: string[]
  /** The socket it came over; null over HTTP. */
  visitor: Visitor | null
}

type PrincipalFor<V extends Verb | 'open'> = V extends 'open' ? Principal : V extends SharedVerb ? Person | Guest : Person
type SessionFor<In> = In extends { sessionId: SessionId } ? SessionSummary : In extends { sessionId?: SessionId | undefined } ? SessionSummary | null : null

/** What `run` gets besides its input: the caller as authorised, and the session it names, which they may see. */
export interface Context<V extends Verb | 'open', In> {
  web: Web
  caller: Caller
  principal: PrincipalFor<V>
  session: V extends 'open' ? null : SessionFor<In>
}

export interface Definition<V extends Verb | 'open', In, Out> {
  /** As in the log: `run.start`. */
  name: string
  /** `open`: anybody, signed in or not; for signing in, setting up, redeeming. */
  verb: V
  decode: Schema<In>
  /** Works before the first account exists. */
  beforeSetup?: true
  run(context: Context<V, In>, input: In): Promise<Result<Out>>
}

/** A guarded action: its description, and the only way to call it. Never throws. */
export interface Action<Out> {
  name: string
  verb: Verb | 'open'
  schema: Schema<unknown>
  invoke(web: Web, caller: Caller, raw: unknown): Promise<Result<Out>>
}

export const NOT_FOUND: Problem = { code: 'not-found', message: 'There is nothing here that you can see. It may have been deleted, or be private to somebody else.' }
const SIGN_IN: Problem = { code: 'not-signed-in', message: 'Sign in first, or send an API token in the Authorization header.' }
const SETUP: Problem = { code: 'setup-needed', message: 'No account exists yet. Open the one-time setup link that the server printed when it started.' }
const INTERNAL: Problem = { code: 'internal', message: 'Hopscope failed at this; the server\'s log says more. Nothing was started by it.' }
const NO_AUDIT: Problem = { code: 'audit-unavailable', message: 'The audit log cannot be written, so this was not done. Check the free space of the data folder, then try again.' }
const NO_SPACE: Problem = { code: 'storage-full', message: 'The data folder cannot be written, so this was not done. Free some space on its disk, then try again.' }

export function defineAction<V extends Verb | 'open', In, Out>(definition: Definition<V, In, Out>): Action<Out> {
  return {
    name: definition.name,
    verb: definition.verb,
    schema: definition.decode,
    async invoke(web, caller, raw) {
      try {
        if (definition.beforeSetup !== true && web.accounts.setupNeeded()) return fail(SETUP)
        const allowed = allowedPrincipals(web, definition.verb, caller.credentials)
        if (!allowed.ok) return allowed
        const input = decode(definition.decode, raw)
        if (!input.ok) return input
        const seen = await firstThatSees(web, allowed.value, definition.verb === 'open' ? null : sessionIdOf(input.value))
        if (!seen.ok) return seen
        return await definition.run({ web, caller, ...contextParts<V, In>(seen.value) }, input.value)
      } catch (error) {
        if (error instanceof AuditUnavailable) return fail(NO_AUDIT)
        if (isStorageFault(error)) return fail(NO_SPACE)
        web.log.error(`action ${definition.name} failed`, error)
        return fail(INTERNAL)
      }
    },
  }
}

/** Who, of the credentials sent, may use the verb at all: the account's role, the token's scopes, or a share link. */
export function allowedPrincipals(web: Web, verb: Verb | 'open', credentials: Credentials): Result<readonly Principal[]> {
  const { principal, principals } = web.principals.resolve(credentials)
  if (verb === 'open') return ok([principal])
  const may = principals.filter((one) => mayAct(one, verb))
  if (may.length > 0) return ok(may)
  return fail(refusal(verb, principals))
}

function refusal(verb: Verb, principals: readonly Principal[]): Problem {
  const person = principals.find((one) => one.kind === 'user')
  if (person?.kind === 'user') {
    if (person.via === 'token') return { code: 'not-allowed', message: 'This API token may not do that: its scopes, or the role of its owner, do not reach so far. Some things only a signed-in person may do.' }
    return { code: 'not-allowed', message: `This needs the role ${RULES[verb].role}; yours is ${person.role}. An admin can change it.` }
  }
  if (principals.some((one) => one.kind === 'share')) return { code: 'not-allowed', message: 'A share link only shows its session. Sign in to do more.' }
  return SIGN_IN
}

interface Seen { principal: Principal; session: SessionSummary | null }

/** The first of them that may see the named session; `not-found` alike for an absent one and a hidden one. */
async function firstThatSees(web: Web, principals: readonly Principal[], sessionId: SessionId | null): Promise<Result<Seen>> {
  if (sessionId === null) {
    const first = principals[0]
    return first === undefined ? fail(SIGN_IN) : ok({ principal: first, session: null })
  }
  const session = await web.store.summary(sessionId)
  const principal = principals.find((one) => session !== null && sees(one, session))
  return principal === undefined ? fail(NOT_FOUND) : ok({ principal, session })
}

/** Team sessions are everybody's to read, private ones their owner's, and a share link shows its own session only. */
export function sees(principal: Principal, session: Pick<SessionSummary, 'sessionId' | 'visibility' | 'ownerId'>): boolean {
  if (principal.kind === 'share') return principal.sessionId === session.sessionId
  if (principal.kind === 'nobody') return false
  return session.visibility === 'team' || session.ownerId === principal.userId
}

function sessionIdOf(input: unknown): SessionId | null {
  const id: unknown = typeof input === 'object' && input !== null && 'sessionId' in input ? input.sessionId : undefined
  return typeof id === 'string' ? (id as SessionId) : null
}

/** Guarantee: `allowedPrincipals` has held the principal against RULES for V, and `firstThatSees` looked up In's sessionId if it has one. */
function contextParts<V extends Verb | 'open', In>(seen: Seen): Pick<Context<V, In>, 'principal' | 'session'> {
  return seen as Pick<Context<V, In>, 'principal' | 'session'>
}
