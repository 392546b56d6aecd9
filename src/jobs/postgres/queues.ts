import { createHash } from "node:crypto";
import { type JobInsert, PgBoss } from "pg-boss";
import type { Priority } from "../model.ts";
import type { Connection, Statements } from "./connection.ts";
import { bossSchemaName } from "./schema.ts";

/** Where the chunks of a tenant's jobs of one priority and arithmetic wait. */
export interface QueueOf {
  readonly tenant: string;
  readonly priority: Priority;
  readonly arithmetic: string;
}

/** A chunk as pg-boss hands it out: `attempt` grows each time that it does. */
export interface Entry {
  readonly queue: string;
  readonly id: string;
  readonly attempt: number;
  readonly job: string;
  readonly chunk: number;
}

/** A chunk that has been handed out, or waits. */
export type Ticket = Pick<Entry, "queue" | "id" | "attempt">;

/** pg-boss: hands out chunks that wait, and takes them back from whoever gives no sign of life. */
export class Queues {
  private readonly boss: PgBoss;
  private readonly made = new Set<string>();

  constructor(connection: Connection, onFault: (error: unknown) => void) {
    this.boss = new PgBoss({
      db: connection.db,
      schema: bossSchemaName,
      schedule: false,
      superviseIntervalSeconds: superviseSeconds,
      monitorIntervalSeconds: superviseSeconds,
      // What is done is of no use here; the chunk's own row says so.
      maintenanceIntervalSeconds: 60,
      registerInstance: false,
    });
    this.boss.on("error", onFault);
  }

  async start(): Promise<void> {
    await this.boss.start();
  }

  async stop(): Promise<void> {
    await this.boss.stop({ graceful: false, close: false });
  }

  /** The name of a queue, which is made if there is none. */
  async make(of: QueueOf): Promise<string> {
    const name = nameOf(of);
    if (this.made.has(name)) return name;
    await this.boss.createQueue(name, {
      retryLimit: 2 ** 30,
      heartbeatSeconds,
      // A chunk that takes longer is given up by whoever runs it.
      expireInSeconds: 3600,
      retentionSeconds: 10 * 365 * 86_400,
      deleteAfterSeconds: 60,
    });
    this.made.add(name);
    return name;
  }

  /** Has chunks of a job wait: those of the earlier job come first, and those of one in order. */
  async add(
    { db }: Statements,
    queue: string,
    { job, place }: { readonly job: string; readonly place: number },
    chunks: readonly { readonly id: string; readonly chunk: number }[],
  ): Promise<void> {
    const entries = chunks.map(({ id, chunk }): JobInsert => ({ id, data: { job, chunk }, priority: -place }));
    await this.boss.insert(queue, entries, { db });
  }

  /** Takes a chunk that waits; undefined where there is none that another has not taken. */
  async take({ db }: Statements, of: QueueOf): Promise<Entry | undefined> {
    const queue = await this.make(of);
    const options = { db, batchSize: 1, includeMetadata: true } as const;
    const [entry] = await this.boss.fetch<{ job: string; chunk: number }>(queue, options);
    return entry && { queue, id: entry.id, attempt: entry.retryCount, ...entry.data };
  }

  /** Ends a chunk that was handed out, unless it has been handed out again. */
  async end({ db }: Statements, { queue, id, attempt }: Ticket): Promise<void> {
    await this.boss.deleteJob(queue, { id, retryCount: attempt }, { db });
  }

  /** Has a chunk that was handed out wait again, until a time at least. */
  async putBack(statements: Statements, ticket: Ticket, notBeforeMs: number): Promise<void> {
    const { queue, id, attempt } = ticket;
    await this.boss.fail(queue, { id, retryCount: attempt }, null, { db: statements.db });
    if (notBeforeMs > 0) await this.delay(statements, ticket, notBeforeMs);
  }

  /** Has a chunk that waits do so until a time at least. */
  async delay({ db }: Statements, { queue, id }: Ticket, notBeforeMs: number): Promise<void> {
    await this.boss.update(queue, undefined, { id, startAfter: new Date(notBeforeMs), db });
  }

  /** Forgets chunks, whether they wait or not. */
  async forget({ db }: Statements, queue: string, ids: readonly string[]): Promise<void> {
    await this.boss.deleteJob(queue, [...ids], { db });
  }

  /** Says that chunks are still being computed. */
  async touch(tickets: readonly Ticket[]): Promise<void> {
    for (const [queue, all] of Map.groupBy(tickets, (ticket) => ticket.queue)) {
      await this.boss.touch(
        queue,
        all.map(({ id, attempt }) => ({ id, retryCount: attempt })),
      );
    }
  }

  /** Whether a chunk that was handed out still is. */
  async isOut({ queue, id }: Ticket): Promise<boolean> {
    return (await this.boss.getJobById(queue, id))?.state === "active";
  }
}

/** Who gives no sign for so long is taken for dead. */
const heartbeatSeconds = 15;
const superviseSeconds = 5;

function nameOf({ tenant, priority, arithmetic }: QueueOf): string {
  // Names of tenants may have any length.
  const digest = createHash("sha256").update(`${arithmetic}|${tenant}`).digest("hex").slice(0, 32);
  return `chunks/${priority}/${digest}`;
}
