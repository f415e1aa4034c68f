/**
 * Every route of the HTTP API, as data: the server attaches one action to each name, OpenAPI and the page read the same table.
 * `:name` parts become fields of the request; GET and DELETE take the rest from the query, others from a JSON body (decoders in requests.ts).
 * Every JSON answer is a Result: `{"ok":true,"value":…}` or `{"ok":false,"error":Problem}`.
 */

export interface RouteSpec {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  /** One sentence for the documentation. */
  summary: string
}

export const ROUTES = {
  'me.read': { method: 'GET', path: '/api/v1/me', summary: 'Who is calling. Value: Me.' },
  'me.password': { method: 'POST', path: '/api/v1/me/password', summary: 'Change your own password; every other sign-in of yours ends. Value: null.' },
  'sign-in.list': { method: 'GET', path: '/api/v1/me/sign-ins', summary: 'Your signed-in browsers. Value: SignInSummary[].' },
  'sign-in.revoke': { method: 'DELETE', path: '/api/v1/me/sign-ins/:signInId', summary: 'End a sign-in of yours and its live sockets. Value: null.' },
  'setup': { method: 'POST', path: '/api/v1/setup', summary: 'Make the first account with the one-time token; signs it in. Value: Me.' },
  'sign-in': { method: 'POST', path: '/api/v1/sign-in', summary: 'Sign in; sets the cookie. Value: Me.' },
  'sign-out': { method: 'POST', path: '/api/v1/sign-out', summary: 'End this sign-in and its live sockets. Value: null.' },
  'vantage.read': { method: 'GET', path: '/api/v1/vantage', summary: 'The vantage and its tools. Value: { online, facts: VantageFacts | null }.' },
  'vantage.check': { method: 'POST', path: '/api/v1/vantage/check', summary: 'Run the self-tests again. Value: VantageFacts.' },
  'policy.read': { method: 'GET', path: '/api/v1/policy', summary: 'The target policy in force. Value: PolicySummary.' },
  'target.inspect': { method: 'POST', path: '/api/v1/targets/inspect', summary: 'What would happen if this were started. Never sends a probe. Value: Inspection.' },
  'session.list': { method: 'GET', path: '/api/v1/sessions', summary: 'Sessions you may see, newest first. Value: SessionSummary[].' },
  'session.start': { method: 'POST', path: '/api/v1/sessions', summary: 'Start a new session with its runs. Value: Started.' },
  'session.read': { method: 'GET', path: '/api/v1/sessions/:sessionId', summary: 'One session and its runs. Value: SessionDetail.' },
  'session.edit': { method: 'PATCH', path: '/api/v1/sessions/:sessionId', summary: 'Change title or visibility. Value: SessionSummary.' },
  'session.delete': { method: 'DELETE', path: '/api/v1/sessions/:sessionId', summary: 'Stop its runs and delete it. Value: null.' },
  'run.start': { method: 'POST', path: '/api/v1/sessions/:sessionId/runs', summary: 'Add runs to a session. Value: Started.' },
  'run.stop': { method: 'POST', path: '/api/v1/sessions/:sessionId/runs/:runId/stop', summary: 'Stop a run. Value: RunRef.' },
  'event.read': { method: 'GET', path: '/api/v1/sessions/:sessionId/events', summary: 'Committed events after a seq, in order. Value: EventsPage.' },
  'finding.read': { method: 'GET', path: '/api/v1/sessions/:sessionId/findings', summary: 'Findings and what was checked and is fine. Value: FindingsPage.' },
  'export.json': { method: 'GET', path: '/api/v1/sessions/:sessionId/export.json', summary: 'The session and its events as one JSON file.' },
  'export.csv': { method: 'GET', path: '/api/v1/sessions/:sessionId/export.csv', summary: 'The events as a CSV file, one row an event; with `runId` of a path, names, nslookup or reach run its probes, answers or handshakes, one row each.' },
  'transcript.read': { method: 'GET', path: '/api/v1/sessions/:sessionId/runs/:runId/transcript', summary: 'Lines of a run\'s raw output. Value: TranscriptPage.' },
  'transcript.download': { method: 'GET', path: '/api/v1/sessions/:sessionId/runs/:runId/transcript.txt', summary: 'The raw bytes that the tool wrote, as a file.' },
  'share.create': { method: 'POST', path: '/api/v1/sessions/:sessionId/shares', summary: 'Make a read-only link; its secret is shown once. Value: CreatedShare.' },
  'share.list': { method: 'GET', path: '/api/v1/shares', summary: 'Share links of sessions you may see. Value: ShareSummary[].' },
  'share.revoke': { method: 'DELETE', path: '/api/v1/shares/:shareId', summary: 'Revoke a link; its viewers are cut off. Value: null.' },
  'share.redeem': { method: 'POST', path: '/api/v1/shares/redeem', summary: 'Exchange the secret of a link for a cookie that shows its session. Value: RedeemedShare.' },
  'user.list': { method: 'GET', path: '/api/v1/users', summary: 'Accounts. Value: UserSummary[].' },
  'user.create': { method: 'POST', path: '/api/v1/users', summary: 'Make an account. Value: UserSummary.' },
  'user.edit': { method: 'PATCH', path: '/api/v1/users/:userId', summary: 'Change name, role, password, or disable; what changes rights ends its sign-ins. Value: UserSummary.' },
  'token.list': { method: 'GET', path: '/api/v1/tokens', summary: 'Your API tokens. Value: TokenSummary[].' },
  'token.create': { method: 'POST', path: '/api/v1/tokens', summary: 'Make an API token; its secret is shown once. Value: CreatedToken.' },
  'token.revoke': { method: 'DELETE', path: '/api/v1/tokens/:tokenId', summary: 'Revoke a token. Value: null.' },
  'audit.read': { method: 'GET', path: '/api/v1/audit', summary: 'The newest lines of the audit log. Value: AuditLine[].' },
} as const satisfies Record<string, RouteSpec>

export type RouteName = keyof typeof ROUTES
