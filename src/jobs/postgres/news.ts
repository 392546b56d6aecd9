import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { JobChange } from "../model.ts";
import { type Address, clientOptions, type Statements } from "./connection.ts";

/** What all processes of a database tell each other, and the sign by which they know that this one lives. */
export class News {
  /** Whether the others know that this process lives. */
  isHeard = false;
  private readonly address: Address;
  private readonly owner: number;
  private readonly onChange: (change: JobChange) => void;
  private readonly onAgain: () => void;
  private readonly onFault: (error: unknown) => void;
  private client: pg.Client | undefined;
  private isEnded = false;

  /** `onAgain` is called when there may have been changes that were not heard. */
  constructor(
    address: Address,
    owner: number,
    {
      onChange,
      onAgain,
      onFault,
    }: {
      readonly onChange: (change: JobChange) => void;
      readonly onAgain: () => void;
      readonly onFault: (error: unknown) => void;
    },
  ) {
    this.address = address;
    this.owner = owner;
    this.onChange = onChange;
    this.onAgain = onAgain;
    this.onFault = onFault;
  }

  /** Begins to listen, and holds the lock whose end tells the others that this process has ended. */
  async start(): Promise<void> {
    const client = new pg.Client(clientOptions(this.address));
    client.on("error", this.onFault);
    client.on("notification", ({ payload = "" }) => {
      const { by, ...change }: JobChange & { readonly by: number } = JSON.parse(payload);
      // What this process does it is not told of by others.
      if (by !== this.owner) this.onChange({ ...change, isElsewhere: true });
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      // A connection that broke without a word may hold it for a while yet.
      while (!(await this.isMine(client))) {
        if (this.isEnded) return await client.end();
        await sleep(againMs);
      }
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.client = client;
    this.isHeard = true;
    client.once("end", () => {
      this.isHeard = false;
      this.client = undefined;
      if (!this.isEnded) void this.restart();
    });
  }

  /** Tells the other processes of a change, once the transaction is committed. */
  async tell(statements: Statements, change: JobChange): Promise<void> {
    const payload = JSON.stringify({ ...change, by: this.owner });
    await statements.get("SELECT pg_notify(?, ?) AS told", channel, payload);
  }

  /** Notices a connection that has broken without a word. */
  async check(): Promise<void> {
    const { client } = this;
    await client?.query("SELECT 1").catch(async () => {
      await client.end().catch(() => undefined);
    });
  }

  async end(): Promise<void> {
    this.isEnded = true;
    await this.client?.end().catch(() => undefined);
  }

  private async isMine(client: pg.Client): Promise<boolean> {
    const { rows } = await client.query("SELECT pg_try_advisory_lock($1::bigint) AS mine", [this.owner]);
    return rows[0].mine;
  }

  private async restart(): Promise<void> {
    while (!this.isEnded) {
      try {
        await this.start();
        this.onAgain();
        return;
      } catch {
        // The cause may go away.
        await sleep(againMs, undefined, { ref: false });
      }
    }
  }
}

const channel = "cotangent_jobs";
const againMs = 500;
