import pg from "pg";
import type { Db } from "pg-boss";
import { ServiceError } from "../../errors.ts";
import type { Row } from "../rows.ts";
import { isPassing, reasonOf } from "./reasons.ts";
import { schemaName } from "./schema.ts";

/** What a value of a statement may be. */
export type Value = Row[string] | Uint8Array | readonly string[] | readonly number[];

/** Does statements, whose values take the places of question marks: within a transaction, or each on its own. */
export interface Statements {
  all(sql: string, ...values: Value[]): Promise<Row[]>;
  get(sql: string, ...values: Value[]): Promise<Row | undefined>;
  /** Gives how many rows changed. */
  run(sql: string, ...values: Value[]): Promise<number>;
  /** As pg-boss wants to have it. */
  readonly db: Db;
}

/** How the database is reached. */
export interface Address {
  readonly url: string;
  readonly password?: string | undefined;
}

/** Settings of a connection, those of a session included. */
export function clientOptions({ url, password }: Address): pg.ClientConfig {
  return {
    connectionString: url,
    ...(password === undefined ? {} : { password }),
    application_name: "cotangent",
    // What is acknowledged is on disk, whatever the server does for others. Who stops in a transaction holds nobody up for long.
    options: `-c search_path=${schemaName} -c synchronous_commit=on -c idle_in_transaction_session_timeout=10000`,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs,
    query_timeout: statementMs + connectMs,
    keepAlive: true,
    types: { getTypeParser: parserOf },
  };
}

/** The connections to the database. What fails as it cannot be reached or written throws `overloaded`. */
export class Connection implements Statements {
  readonly db: Db = { executeSql: (text, values) => this.guarded(() => this.bossPool.query(text, values)) };
  private readonly pool: pg.Pool;
  /** For what pg-boss does by itself, also while all of the others are in transactions that wait for it. */
  private readonly bossPool: pg.Pool;

  constructor(address: Address, onFault: (error: unknown) => void) {
    const options = { ...clientOptions(address), idleTimeoutMillis: 30_000 };
    this.pool = new pg.Pool({ ...options, max: connectionsMax, connectionTimeoutMillis: waitMs });
    this.bossPool = new pg.Pool({ ...options, max: bossConnectionsMax });
    for (const pool of [this.pool, this.bossPool]) pool.on("error", onFault);
  }

  all(sql: string, ...values: Value[]): Promise<Row[]> {
    return this.guarded(() => statementsOf(this.pool).all(sql, ...values));
  }

  get(sql: string, ...values: Value[]): Promise<Row | undefined> {
    return this.guarded(() => statementsOf(this.pool).get(sql, ...values));
  }

  run(sql: string, ...values: Value[]): Promise<number> {
    return this.guarded(() => statementsOf(this.pool).run(sql, ...values));
  }

  /** All or nothing, and durable once it resolves. What gets into another's way is done again. */
  async transaction<T>(change: (statements: Statements) => Promise<T>): Promise<T> {
    return this.guarded(async () => {
      for (let tries = 1; ; tries++) {
        try {
          return await this.once(change);
        } catch (error) {
          if (!isPassing(error) || tries === triesMax) throw error;
        }
      }
    });
  }

  /** Does something with the database: what fails as that cannot be used becomes an error that says so. */
  async guarded<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      throw new ServiceError("overloaded", `jobs cannot be kept now: ${reason}`, { retryAfterMs });
    }
  }

  async end(): Promise<void> {
    await Promise.all([this.pool.end(), this.bossPool.end()]);
  }

  private async once<T>(change: (statements: Statements) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let fault: Error | undefined;
    const onError = (error: Error) => {
      fault = error;
    };
    client.on("error", onError);
    try {
      await client.query("BEGIN");
      const result = await change(statementsOf(client));
      await client.query("COMMIT");
      return result;
    } catch (error) {
      await client.query("ROLLBACK").catch((error) => {
        fault = error;
      });
      throw error;
    } finally {
      client.off("error", onError);
      client.release(fault);
    }
  }
}

const connectMs = 5000;
// Also for one of the connections to be free again, where many come at once.
const waitMs = 20_000;
const statementMs = 60_000;
const connectionsMax = 8;
const bossConnectionsMax = 2;
const triesMax = 10;
const retryAfterMs = 5000;

const byteaOid = 17;
const int8Oid = 20;
const numericOid = 1700;

function statementsOf(client: pg.Pool | pg.PoolClient): Statements {
  const rows = async (sql: string, values: Value[]) => (await client.query(numbered(sql), values)).rows;
  return {
    all: (sql, ...values) => rows(sql, values),
    get: async (sql, ...values) => (await rows(sql, values))[0],
    run: async (sql, ...values) => (await client.query(numbered(sql), values)).rowCount ?? 0,
    db: { executeSql: (text, values) => client.query(text, values) },
  };
}

/** Question marks as PostgreSQL numbers them. */
function numbered(sql: string): string {
  let known = numberedSql.get(sql);
  if (known === undefined) {
    let count = 0;
    known = sql.replace(/\?/g, () => `$${++count}`);
    if (numberedSql.size < statementsKept) numberedSql.set(sql, known);
  }
  return known;
}

const numberedSql = new Map<string, string>();
const statementsKept = 1000;

/** Whole numbers as numbers, which all of ours are exact in, and bytes in hexadecimal, as they come. */
function parserOf(oid: number): (value: string) => unknown {
  if (oid === int8Oid || oid === numericOid) return Number;
  return oid === byteaOid ? (value) => value : pg.types.getTypeParser(oid, "text");
}
