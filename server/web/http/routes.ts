/** Which guarded action each route calls, and how its query is read. The type makes a route without an action an error. */
import type { RouteName } from '#lib/protocol/routes.ts'
import { auditRead } from '../actions/audit-read.ts'
import { eventRead } from '../actions/event-read.ts'
import { exportCsv } from '../actions/export-csv.ts'
import { exportJson } from '../actions/export-json.ts'
import { findingRead } from '../actions/finding-read.ts'
import { mePassword } from '../actions/me-password.ts'
import { meRead } from '../actions/me-read.ts'
import { policyRead } from '../actions/policy-read.ts'
import { runStart } from '../actions/run-start.ts'
import { runStop } from '../actions/run-stop.ts'
import { sessionDelete } from '../actions/session-delete.ts'
import { sessionEdit } from '../actions/session-edit.ts'
import { sessionList } from '../actions/session-list.ts'
import { sessionRead } from '../actions/session-read.ts'
import { setup } from '../actions/setup.ts'
import { shareCreate } from '../actions/share-create.ts'
import { shareList } from '../actions/share-list.ts'
import { shareRedeem } from '../actions/share-redeem.ts'
import { shareRevoke } from '../actions/share-revoke.ts'
import { signInAction } from '../actions/sign-in.ts'
import { signInList } from '../actions/sign-in-list.ts'
import { signInRevoke } from '../actions/sign-in-revoke.ts'
import { signOut } from '../actions/sign-out.ts'
import { targetInspect } from '../actions/target-inspect.ts'
import { tokenCreate } from '../actions/token-create.ts'
import { tokenList } from '../actions/token-list.ts'
import { tokenRevoke } from '../actions/token-revoke.ts'
import { transcriptDownload } from '../actions/transcript-download.ts'
import { transcriptRead } from '../actions/transcript-read.ts'
import { userCreate } from '../actions/user-create.ts'
import { userEdit } from '../actions/user-edit.ts'
import { userList } from '../actions/user-list.ts'
import { vantageCheck } from '../actions/vantage-check.ts'
import { vantageRead } from '../actions/vantage-read.ts'
import type { Action } from '../guard.ts'

/** A query field that is not text: how to read it, and what it is when absent. */
export interface QueryField { type: 'number' | 'boolean'; fallback?: number }

export interface Route {
  action: Action<unknown>
  /** Status of success; 200 unless said. */
  status?: 201
  query?: Record<string, QueryField>
}

export const ROUTE_ACTIONS: Record<RouteName, Route> = {
  'me.read': { action: meRead },
  'me.password': { action: mePassword },
  'sign-in.list': { action: signInList },
  'sign-in.revoke': { action: signInRevoke },
  'setup': { action: setup, status: 201 },
  'sign-in': { action: signInAction },
  'sign-out': { action: signOut },
  'vantage.read': { action: vantageRead },
  'vantage.check': { action: vantageCheck },
  'policy.read': { action: policyRead },
  'target.inspect': { action: targetInspect },
  'session.list': { action: sessionList, query: { live: { type: 'boolean' }, before: { type: 'number' }, limit: { type: 'number' } } },
  'session.start': { action: runStart, status: 201 },
  'session.read': { action: sessionRead },
  'session.edit': { action: sessionEdit },
  'session.delete': { action: sessionDelete },
  'run.start': { action: runStart, status: 201 },
  'run.stop': { action: runStop },
  'event.read': { action: eventRead, query: { after: { type: 'number', fallback: 0 }, limit: { type: 'number', fallback: 1000 }, packed: { type: 'boolean' } } },
  'finding.read': { action: findingRead },
  'export.json': { action: exportJson },
  'export.csv': { action: exportCsv },
  'transcript.read': { action: transcriptRead, query: { fromLine: { type: 'number', fallback: 1 }, count: { type: 'number', fallback: 200 } } },
  'transcript.download': { action: transcriptDownload },
  'share.create': { action: shareCreate, status: 201 },
  'share.list': { action: shareList },
  'share.revoke': { action: shareRevoke },
  'share.redeem': { action: shareRedeem },
  'user.list': { action: userList },
  'user.create': { action: userCreate, status: 201 },
  'user.edit': { action: userEdit },
  'token.list': { action: tokenList },
  'token.create': { action: tokenCreate, status: 201 },
  'token.revoke': { action: tokenRevoke },
  'audit.read': { action: auditRead, query: { limit: { type: 'number' } } },
}
