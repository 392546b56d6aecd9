import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "./connection.ts";

/** By what the processes of a database know of each other that they live. */
export class Life {
  /** The lock of a session that this process holds as long as it lives. */
  readonly owner = randomInt(1, 2 ** 47);
  private readonly connection: Connection;
  private probed: { readonly atMs: number; readonly reason: Promise<string | undefined> } | undefined;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** Whether the process that holds a lock lives, as far as the database knows. */
  async isAlive(owner: number): Promise<boolean> {
    const sql = "SELECT pg_try_advisory_xact_lock(?::bigint)::int AS free";
    return (await this.connection.get(sql, owner))!.free === 0;
  }

  /** Tells the others that this process computes in an arithmetic. */
  async appear(arithmetic: string): Promise<void> {
    const sql = "INSERT INTO workers VALUES (?, ?, now_ms()) ON CONFLICT (owner) DO UPDATE SET seen = now_ms()";
    await this.connection.run(sql, this.owner, arithmetic);
    for (const [table, time] of [
      ["workers", "seen"],
      ["probe", "at"],
    ]) {
      await this.connection.run(`DELETE FROM ${table} WHERE ${time} < now_ms() - ?`, forgottenMs);
    }
  }

  /** Tells them that it no longer does. */
  async leave(): Promise<void> {
    for (const table of ["workers", "probe"]) {
      await this.connection.run(`DELETE FROM ${table} WHERE owner = ?`, this.owner).catch(() => undefined);
    }
  }

  /** Why nothing can be written now; undefined where it can. It is tried, but not again and again. */
  unwritable(): Promise<string | undefined> {
    const now = performance.now();
    if (!this.probed || now - this.probed.atMs > probeMs) {
      const tried = this.connection
        .run("INSERT INTO probe VALUES (?, now_ms()) ON CONFLICT (owner) DO UPDATE SET at = now_ms()", this.owner)
        .then(
          () => undefined,
          (error: Error) => error.message,
        );
      const late = sleep(probeWaitMs, "the database does not answer", { ref: false });
      this.probed = { atMs: now, reason: Promise.race([tried, late]) };
    }
    return this.probed.reason;
  }
}

const probeMs = 2000;
const probeWaitMs = 3000;
const forgottenMs = 3_600_000;
