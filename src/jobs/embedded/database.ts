import { mkdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Row } from "../rows.ts";
import { schema, schemaVersion } from "./schema.ts";

type Value = Row[string];

/** The connection to `jobs.db`: statements are made once, and what is committed is on disk. */
export class Database {
  private readonly db: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  /** Opens the database of a folder. Throws where its bytes would not be safe there, or are damaged. */
  constructor(dir: string) {
    checkVersion(process.versions.sqlite ?? "0");
    mkdirSync(dir, { recursive: true });
    checkFileSystem(dir, statfsSync(dir).type);
    this.db = new DatabaseSync(join(dir, "jobs.db"));
    try {
      // Alone: the lock is the system's, and ends with the process.
      this.db.exec("PRAGMA locking_mode = EXCLUSIVE");
      this.db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 0");
      this.check(dir);
      this.db.exec(schema);
      this.db.exec(`PRAGMA user_version = ${schemaVersion}`);
    } catch (error) {
      this.db.close();
      throw error;
    }
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    return this.statement(sql).get(...values) as Row | undefined;
  }

  all(sql: string, ...values: Value[]): Row[] {
    return this.statement(sql).all(...values) as Row[];
  }

  /** Gives how many rows changed. */
  run(sql: string, ...values: Value[]): number {
    return Number(this.statement(sql).run(...values).changes);
  }

  /** All or nothing; durable once it returns. */
  transaction<T>(change: () => T): T {
    this.db.exec("BEGIN IMMEDIATE");
    try {
      const result = change();
      this.db.exec("COMMIT");
      return result;
    } catch (error) {
      // Of some errors SQLite has rolled back already.
      if (this.db.isTransaction) this.db.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.db.close();
  }

  private statement(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (!statement) {
      statement = this.db.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }

  private check(dir: string): void {
    const found = this.all("PRAGMA quick_check(1)").map((row) => Object.values(row)[0]);
    if (found[0] !== "ok") throw new Error(`${join(dir, "jobs.db")} is damaged: ${found[0]}`);
    const version = Object.values(this.get("PRAGMA user_version")!)[0];
    if (version !== 0 && version !== schemaVersion) {
      throw new Error(`${join(dir, "jobs.db")} is of version ${version}, and this program knows ${schemaVersion}`);
    }
  }
}

/** Throws for versions of SQLite that may corrupt a database when its log is reset. */
export function checkVersion(version: string): void {
  const given = version.split(".").map(Number);
  for (const [i, least] of leastVersion.entries()) {
    const part = given[i] ?? 0;
    if (part > least) return;
    if (part < least) {
      throw new Error(
        `SQLite ${version} may lose jobs: ${leastVersion.join(".")} or newer is needed, use another Node`,
      );
    }
  }
}

const leastVersion = [3, 51, 3];

/** Throws for file systems that are of another machine: `type` is as the system numbers them. */
export function checkFileSystem(dir: string, type: number): void {
  const name = networkFileSystems[type >>> 0];
  if (name !== undefined) {
    throw new Error(
      `${dir} is on a network file system (${name}), where a database is not safe: set DATA_DIR to a local folder`,
    );
  }
}

const networkFileSystems: Readonly<Record<number, string>> = {
  26985: "NFS",
  20859: "SMB",
  4283649346: "CIFS",
  4266872130: "SMB",
  1397113167: "AFS",
  12805120: "Ceph",
  198183888: "Lustre",
  1196443219: "GPFS",
};
