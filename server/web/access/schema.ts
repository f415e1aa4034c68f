/** Schema steps of access.db, oldest first; user_version counts how many have run. Never edit a step that was released. */

const FIRST = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE users (
  user_id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  display TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  disabled INTEGER NOT NULL DEFAULT 0,
  password TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  seen_ms INTEGER
) STRICT;

CREATE TABLE web_sessions (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  hash BLOB NOT NULL UNIQUE,
  address TEXT NOT NULL,
  agent TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL,
  idle_ms INTEGER NOT NULL,
  ends_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX web_sessions_user ON web_sessions (user_id);
CREATE INDEX web_sessions_ends ON web_sessions (ends_ms);
CREATE INDEX web_sessions_idle ON web_sessions (idle_ms);

CREATE TABLE tokens (
  token_id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  hash BLOB NOT NULL UNIQUE,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  ends_ms INTEGER NOT NULL,
  used_ms INTEGER
) STRICT;
CREATE INDEX tokens_user ON tokens (user_id);
CREATE INDEX tokens_ends ON tokens (ends_ms);

CREATE TABLE shares (
  share_id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL,
  title TEXT NOT NULL,
  by_user TEXT NOT NULL,
  by_display TEXT NOT NULL,
  scope TEXT NOT NULL,
  hash BLOB NOT NULL UNIQUE,
  redaction_key BLOB NOT NULL,
  created_ms INTEGER NOT NULL,
  ends_ms INTEGER NOT NULL,
  revoked_ms INTEGER,
  ended INTEGER NOT NULL DEFAULT 0,
  opens INTEGER NOT NULL DEFAULT 0,
  opened_ms INTEGER,
  opened_address TEXT
) STRICT;
CREATE INDEX shares_session ON shares (session_id);
CREATE INDEX shares_ends ON shares (ended, ends_ms);

CREATE TABLE share_cookies (
  hash BLOB PRIMARY KEY,
  share_id TEXT NOT NULL REFERENCES shares ON DELETE CASCADE,
  created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX share_cookies_share ON share_cookies (share_id, created_ms);
`

export const MIGRATIONS: readonly string[] = [FIRST]
