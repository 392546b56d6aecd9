import { randomUUID } from "node:crypto";
import { blobNotFound } from "../faults.ts";
import { type Blob, lengthOf, type SentBlob } from "../model.ts";
import type { Receiving } from "../store.ts";
import type { Connection, Statements } from "./connection.ts";

/** Bytes by their SHA-256, in pieces; which jobs hold them, and which tenants sent them. */
export class Blobs {
  private readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  async bytes(sha: string): Promise<number | undefined> {
    return (await this.connection.get("SELECT bytes FROM blobs WHERE sha = ?", sha))?.bytes as number | undefined;
  }

  async read(sha: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    const rows = await this.connection.all(
      `SELECT piece, substring(data FROM GREATEST(?::bigint - piece * ?::bigint, 0)::int + 1
          FOR (LEAST(?::bigint - piece * ?::bigint, ?::bigint) - GREATEST(?::bigint - piece * ?::bigint, 0))::int) AS part
        FROM pieces WHERE place = (SELECT place FROM blobs WHERE sha = ?) AND piece BETWEEN ? AND ? ORDER BY piece`,
      from,
      pieceBytes,
      to,
      pieceBytes,
      pieceBytes,
      from,
      pieceBytes,
      sha,
      Math.floor(from / pieceBytes),
      Math.floor(Math.max(from, to - 1) / pieceBytes),
    );
    const bytes = new Uint8Array(to - from);
    let at = 0;
    for (const { part } of rows) {
      // After a mark of two characters.
      const { written } = bytes.subarray(at).setFromHex((part as string).slice(2));
      at += written;
    }
    if (at === to - from) return bytes;
    if ((await this.bytes(sha)) === undefined) throw blobNotFound(`sha256:${sha}`);
    throw new Error(`blob ${sha} has ${at} bytes of ${from} to ${to}`);
  }

  /** Writes blobs that are not known, and keeps all from being taken away until the transaction ends. */
  async write(statements: Statements, blobs: readonly Blob[]): Promise<void> {
    // In one order, so that nobody waits for whoever waits for him.
    const sorted = [...new Map(blobs.map((blob) => [blob.sha, blob])).values()].sort((a, b) =>
      a.sha < b.sha ? -1 : 1,
    );
    for (const { sha, pieces } of sorted) {
      const place = randomUUID();
      if (!(await this.name(statements, sha, lengthOf(pieces), place))) continue;
      const cut = new Pieces(place);
      for (const piece of pieces) await cut.add(statements, piece);
      await cut.end(statements);
    }
  }

  /** Has a job hold blobs that are there. */
  async hold(statements: Statements, shas: readonly string[], job: string): Promise<void> {
    for (const sha of shas) await statements.run("INSERT INTO held VALUES (?, ?) ON CONFLICT DO NOTHING", sha, job);
  }

  /** A blob that a tenant sent, kept from being taken away until the transaction ends. */
  async sent(statements: Statements, tenant: string, sha: string): Promise<SentBlob | undefined> {
    await this.share(statements, sha);
    const row = await statements.get(
      "SELECT bytes, skip FROM sent JOIN blobs ON blobs.sha = sent.sha WHERE sent.sha = ? AND tenant = ?",
      sha,
      tenant,
    );
    return row && { bytes: row.bytes as number, skip: row.skip as number };
  }

  /** Starts to receive a blob. */
  async receive(tenant: string): Promise<Receiving> {
    const { connection } = this;
    const place = randomUUID();
    const upload = new Pieces(place);
    const touch = (statements: Statements) =>
      statements.run(
        "INSERT INTO uploads VALUES (?, now_ms()) ON CONFLICT (place) DO UPDATE SET touched = now_ms()",
        place,
      );
    await touch(connection);
    const drop = (statements: Statements) => forgetPlaces(statements, [place]);
    return {
      write: async (bytes) => {
        if (await upload.add(connection, bytes)) await touch(connection);
      },
      keep: async (sha, skip) => {
        await upload.end(connection);
        return connection.transaction(async (statements) => {
          const isNew = await this.name(statements, sha, upload.bytes, place);
          if (!isNew) await statements.run("DELETE FROM pieces WHERE place = ?", place);
          await statements.run("DELETE FROM uploads WHERE place = ?", place);
          const isKnown = (await this.sent(statements, tenant, sha)) !== undefined;
          await statements.run(
            `INSERT INTO sent VALUES (?, ?, ?, now_ms() + ?)
              ON CONFLICT (sha, tenant) DO UPDATE SET skip = EXCLUDED.skip, kept_until = EXCLUDED.kept_until`,
            sha,
            tenant,
            skip,
            sentKeptMs,
          );
          return isKnown;
        });
      },
      drop: () => connection.transaction(drop),
    };
  }

  /** Takes away what a job held and nobody else does. */
  async release(statements: Statements, job: string): Promise<void> {
    const rows = await statements.all("SELECT sha FROM held WHERE job = ?", job);
    const shas = rows.map(({ sha }) => sha as string);
    await this.lock(statements, shas);
    await statements.run("DELETE FROM held WHERE job = ?", job);
    await this.forget(statements, shas);
  }

  /** The same for blobs that were sent, whose time is over and which no job of their tenant holds; and for half ones. */
  async sweep(statements: Statements, limit: number): Promise<void> {
    const over = await statements.all(
      `SELECT sha, tenant FROM sent WHERE kept_until <= now_ms() AND NOT EXISTS (SELECT 1 FROM held
        JOIN jobs ON jobs.id = held.job WHERE held.sha = sent.sha AND jobs.tenant = sent.tenant) LIMIT ?`,
      limit,
    );
    const shas = over.map(({ sha }) => sha as string);
    await this.lock(statements, shas);
    for (const { sha, tenant } of over) {
      await statements.run("DELETE FROM sent WHERE sha = ? AND tenant = ? AND kept_until <= now_ms()", sha!, tenant!);
    }
    await this.forget(statements, shas);
    const half = await statements.all("SELECT place FROM uploads WHERE touched < now_ms() - ?", orphanMs);
    await forgetPlaces(
      statements,
      half.map(({ place }) => place as string),
    );
  }

  /** Gives a blob's pieces their name; false where others have it. Nobody takes it away until the transaction ends. */
  private async name(statements: Statements, sha: string, bytes: number, place: string): Promise<boolean> {
    while (!(await this.share(statements, sha))) {
      const sql = "INSERT INTO blobs VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
      if ((await statements.run(sql, sha, bytes, place)) === 1) return true;
    }
    return false;
  }

  private async share(statements: Statements, sha: string): Promise<boolean> {
    return (await statements.get("SELECT 1 AS found FROM blobs WHERE sha = ? FOR SHARE", sha)) !== undefined;
  }

  /** Waits for whoever begins to hold blobs, so that the next statement sees that he does. */
  private async lock(statements: Statements, shas: readonly string[]): Promise<void> {
    await statements.all("SELECT 1 FROM blobs WHERE sha = ANY(?) ORDER BY sha FOR UPDATE", shas);
  }

  private async forget(statements: Statements, shas: readonly string[]): Promise<void> {
    await statements.run(
      `WITH gone AS (DELETE FROM blobs WHERE sha = ANY(?)
          AND NOT EXISTS (SELECT 1 FROM held WHERE held.sha = blobs.sha)
          AND NOT EXISTS (SELECT 1 FROM sent WHERE sent.sha = blobs.sha) RETURNING place)
        DELETE FROM pieces WHERE place IN (SELECT place FROM gone)`,
      shas,
    );
  }
}

const pieceBytes = 4 * 2 ** 20;
const sentKeptMs = 24 * 3_600_000;
const orphanMs = 3_600_000;

async function forgetPlaces(statements: Statements, places: readonly string[]): Promise<void> {
  for (const table of ["pieces", "uploads"]) {
    await statements.run(`DELETE FROM ${table} WHERE place = ANY(?::uuid[])`, places);
  }
}

/** Bytes on their way into pieces of one length, but for the last. */
class Pieces {
  bytes = 0;
  private readonly place: string;
  private readonly open: Uint8Array[] = [];
  private openBytes = 0;
  private count = 0;

  constructor(place: string) {
    this.place = place;
  }

  /** Whether a piece was written. */
  async add(statements: Statements, bytes: Uint8Array): Promise<boolean> {
    const before = this.count;
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + pieceBytes - this.openBytes);
      // Whoever gave the bytes may use their memory again.
      this.open.push(part.length === pieceBytes ? part : part.slice());
      this.openBytes += part.length;
      this.bytes += part.length;
      at += part.length;
      if (this.openBytes === pieceBytes) await this.end(statements);
    }
    return this.count > before;
  }

  /** Writes what is left. */
  async end(statements: Statements): Promise<void> {
    if (this.openBytes === 0) return;
    const data = this.open.length === 1 ? this.open[0]! : Buffer.concat(this.open);
    this.open.length = 0;
    this.openBytes = 0;
    await statements.run("INSERT INTO pieces VALUES (?, ?, ?)", this.place, this.count++, bufferOf(data));
  }
}

/** As the client sends it without another encoding. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
