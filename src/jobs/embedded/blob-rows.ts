import { type Blob, lengthOf, type SentBlob } from "../model.ts";
import type { BlobFiles } from "./blobs.ts";
import type { Database } from "./database.ts";

/** What is known of blobs, and which jobs hold them. */
export class BlobRows {
  private readonly db: Database;
  private readonly files: BlobFiles;

  constructor(db: Database, files: BlobFiles) {
    this.db = db;
    this.files = files;
  }

  has(sha: string): boolean {
    return this.db.get("SELECT 1 AS found FROM blobs WHERE sha = ?", sha) !== undefined;
  }

  bytes(sha: string): number | undefined {
    return this.db.get("SELECT bytes FROM blobs WHERE sha = ?", sha)?.bytes as number | undefined;
  }

  /** A blob that a tenant sent, or that a job of its holds which was accepted with it. */
  sent(tenant: string, sha: string): SentBlob | undefined {
    const row = this.db.get(
      "SELECT bytes, skip FROM sent JOIN blobs ON blobs.sha = sent.sha WHERE sent.sha = ? AND tenant = ?",
      sha,
      tenant,
    );
    return row && { bytes: row.bytes as number, skip: row.skip as number };
  }

  /** Writes the files of blobs that are not known, then does `change`, which is to write their rows. */
  async withFiles<T>(blobs: readonly Blob[], change: () => T): Promise<T> {
    const unknown = blobs.filter(({ sha }) => !this.has(sha));
    const releases: (() => void)[] = [];
    try {
      // Some together, as each waits for the disk several times.
      for (let at = 0; at < unknown.length; at += together) {
        const puts = await Promise.allSettled(unknown.slice(at, at + together).map((blob) => this.files.put(blob)));
        for (const put of puts) if (put.status === "fulfilled") releases.push(put.value);
        for (const put of puts) if (put.status === "rejected") throw put.reason;
      }
      return change();
    } finally {
      for (const release of releases) release();
    }
  }

  /** Writes the rows of a job's blobs, whose files are there. */
  hold(blobs: readonly Blob[], job: string): void {
    for (const { sha, pieces } of blobs) {
      this.db.run("INSERT OR IGNORE INTO blobs VALUES (?, ?)", sha, lengthOf(pieces));
      this.holdKnown(sha, job);
    }
  }

  holdKnown(sha: string, job: string): void {
    this.db.run("INSERT OR IGNORE INTO held VALUES (?, ?)", sha, job);
  }

  /** Keeps a blob for the tenant who sent it until a time; whether it had sent it before. */
  keep(tenant: string, sha: string, bytes: number, skip: number, untilMs: number): boolean {
    const isKnown = this.sent(tenant, sha) !== undefined;
    this.db.run("INSERT OR IGNORE INTO blobs VALUES (?, ?)", sha, bytes);
    this.db.run("INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?)", sha, tenant, skip, untilMs);
    return isKnown;
  }

  /** Takes the rows of a job's blobs away that nobody else holds, and gives which those were. */
  release(job: string): string[] {
    const held = this.db.all("SELECT sha FROM held WHERE job = ?", job).map(({ sha }) => sha as string);
    this.db.run("DELETE FROM held WHERE job = ?", job);
    return held.filter((sha) => this.forget(sha));
  }

  /** The same for blobs that were sent, whose time is over and which no job of their tenant holds. */
  releaseSent(now: number, limit: number): string[] {
    const isFree = `NOT EXISTS (SELECT 1 FROM held JOIN jobs ON jobs.id = held.job
      WHERE held.sha = sent.sha AND jobs.tenant = sent.tenant)`;
    const over = this.db.all(`SELECT sha, tenant FROM sent WHERE kept_until <= ? AND ${isFree} LIMIT ?`, now, limit);
    for (const { sha, tenant } of over) this.db.run("DELETE FROM sent WHERE sha = ? AND tenant = ?", sha!, tenant!);
    return over.map(({ sha }) => sha as string).filter((sha) => this.forget(sha));
  }

  private forget(sha: string): boolean {
    const isFree = ["held", "sent"].map(
      (table) => `NOT EXISTS (SELECT 1 FROM ${table} WHERE ${table}.sha = blobs.sha)`,
    );
    return this.db.run(`DELETE FROM blobs WHERE sha = ? AND ${isFree.join(" AND ")}`, sha) > 0;
  }
}

const together = 8;
