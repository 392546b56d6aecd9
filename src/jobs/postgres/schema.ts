/** The layout of the tables; a database of another version is refused. */
export const schemaVersion = 1;

/** Where the tables are, and where pg-boss keeps its own. */
export const schemaName = "cotangent";
export const bossSchemaName = "cotangent_boss";

/**
 * Makes the tables, whose columns are those of the embedded store where they mean the same. Of a chunk that runs,
 * `not_before` is when it was begun.
 */
export const schema = `
CREATE TABLE jobs (
  place BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
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
  created BIGINT NOT NULL,
  started BIGINT,
  ended BIGINT,
  expires BIGINT,
  deadline BIGINT NOT NULL,
  retain BIGINT NOT NULL,
  points BIGINT NOT NULL,
  points_done BIGINT NOT NULL DEFAULT 0,
  points_failed BIGINT NOT NULL DEFAULT 0,
  chunk_points BIGINT NOT NULL,
  chunks INT NOT NULL,
  chunks_done INT NOT NULL DEFAULT 0,
  chunks_running INT NOT NULL DEFAULT 0,
  chunks_failed INT NOT NULL DEFAULT 0,
  chunks_retried INT NOT NULL DEFAULT 0,
  next INT NOT NULL DEFAULT 0,
  waiting INT NOT NULL DEFAULT 0,
  bytes BIGINT NOT NULL,
  result_bytes BIGINT NOT NULL DEFAULT 0,
  error TEXT,
  version BIGINT NOT NULL,
  history TEXT NOT NULL,
  spec TEXT
);
CREATE UNIQUE INDEX jobs_key ON jobs (tenant, key) WHERE key IS NOT NULL;
CREATE INDEX jobs_listed ON jobs (tenant, place);
CREATE INDEX jobs_open ON jobs (state, priority, tenant) WHERE state IN ('queued', 'running', 'cancelling');
CREATE INDEX jobs_expiring ON jobs (expires) WHERE expires IS NOT NULL;
CREATE TABLE specs (job TEXT PRIMARY KEY, spec TEXT NOT NULL);
CREATE TABLE chunks (
  job TEXT NOT NULL,
  chunk INT NOT NULL,
  state TEXT NOT NULL,
  fence BIGINT NOT NULL DEFAULT 0,
  attempt INT NOT NULL DEFAULT 0,
  crashes INT NOT NULL DEFAULT 0,
  not_before BIGINT NOT NULL DEFAULT 0,
  entry UUID NOT NULL,
  queue TEXT NOT NULL,
  owner BIGINT,
  form TEXT,
  data TEXT,
  error TEXT,
  PRIMARY KEY (job, chunk)
);
CREATE INDEX chunks_waiting ON chunks (job, not_before) WHERE state = 'queued';
CREATE INDEX chunks_running ON chunks (owner) WHERE state = 'running';
CREATE TABLE blobs (sha TEXT PRIMARY KEY, bytes BIGINT NOT NULL, place UUID NOT NULL);
CREATE TABLE pieces (
  place UUID NOT NULL,
  piece INT NOT NULL,
  data BYTEA NOT NULL,
  PRIMARY KEY (place, piece)
);
ALTER TABLE pieces ALTER data SET STORAGE EXTERNAL;
CREATE TABLE uploads (place UUID PRIMARY KEY, touched BIGINT NOT NULL);
CREATE TABLE sent (
  sha TEXT NOT NULL,
  tenant TEXT NOT NULL,
  skip BIGINT NOT NULL,
  kept_until BIGINT NOT NULL,
  PRIMARY KEY (sha, tenant)
);
CREATE INDEX sent_until ON sent (kept_until);
CREATE TABLE held (sha TEXT NOT NULL, job TEXT NOT NULL, PRIMARY KEY (sha, job));
CREATE INDEX held_by ON held (job);
CREATE TABLE workers (owner BIGINT PRIMARY KEY, arithmetic TEXT NOT NULL, seen BIGINT NOT NULL);
CREATE TABLE probe (owner BIGINT PRIMARY KEY, at BIGINT NOT NULL);
CREATE FUNCTION now_ms() RETURNS BIGINT LANGUAGE SQL VOLATILE
  AS 'SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT';
`;
