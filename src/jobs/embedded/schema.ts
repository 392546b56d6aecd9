/** The layout of `jobs.db`; a database of another version is refused. */
export const schemaVersion = 1;

/** Makes the tables. Rows are small: what is long is a blob. */
export const schema = `
CREATE TABLE IF NOT EXISTS jobs (
  place INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  tenant TEXT NOT NULL,
  key TEXT,
  digest TEXT NOT NULL,
  method TEXT NOT NULL,
  graph TEXT,
  labels TEXT NOT NULL,
  priority TEXT NOT NULL,
  on_error TEXT NOT NULL,
  arithmetic TEXT NOT NULL,
  state TEXT NOT NULL,
  created INTEGER NOT NULL,
  started INTEGER,
  ended INTEGER,
  expires INTEGER,
  deadline INTEGER NOT NULL,
  retain INTEGER NOT NULL,
  points INTEGER NOT NULL,
  points_done INTEGER NOT NULL DEFAULT 0,
  points_failed INTEGER NOT NULL DEFAULT 0,
  chunk_points INTEGER NOT NULL,
  chunks INTEGER NOT NULL,
  chunks_done INTEGER NOT NULL DEFAULT 0,
  chunks_running INTEGER NOT NULL DEFAULT 0,
  chunks_failed INTEGER NOT NULL DEFAULT 0,
  chunks_retried INTEGER NOT NULL DEFAULT 0,
  next INTEGER NOT NULL DEFAULT 0,
  waiting INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL,
  result_bytes INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  version INTEGER NOT NULL,
  history TEXT NOT NULL,
  spec TEXT
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS jobs_key ON jobs (tenant, key) WHERE key IS NOT NULL;
CREATE INDEX IF NOT EXISTS jobs_listed ON jobs (tenant, place);
CREATE INDEX IF NOT EXISTS jobs_open ON jobs (state, priority, tenant) WHERE state IN ('queued', 'running', 'cancelling');
CREATE INDEX IF NOT EXISTS jobs_expiring ON jobs (expires) WHERE expires IS NOT NULL;
CREATE TABLE IF NOT EXISTS specs (job TEXT PRIMARY KEY, spec TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chunks (
  job TEXT NOT NULL,
  chunk INTEGER NOT NULL,
  state TEXT NOT NULL,
  fence INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  crashes INTEGER NOT NULL DEFAULT 0,
  not_before INTEGER NOT NULL DEFAULT 0,
  form TEXT,
  data TEXT,
  error TEXT,
  PRIMARY KEY (job, chunk)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS chunks_waiting ON chunks (job, not_before) WHERE state = 'queued';
CREATE INDEX IF NOT EXISTS chunks_running ON chunks (job) WHERE state = 'running';
CREATE TABLE IF NOT EXISTS blobs (
  sha TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sent (
  sha TEXT NOT NULL,
  tenant TEXT NOT NULL,
  skip INTEGER NOT NULL,
  kept_until INTEGER NOT NULL,
  PRIMARY KEY (sha, tenant)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sent_until ON sent (kept_until);
CREATE TABLE IF NOT EXISTS held (sha TEXT NOT NULL, job TEXT NOT NULL, PRIMARY KEY (sha, job)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS held_by ON held (job);
`;
