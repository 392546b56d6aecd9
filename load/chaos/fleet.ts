import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PostgresServer } from "../../test/jobs/postgres/server.ts";
import type { Random } from "../../test/support/random.ts";
import { ServiceProcess } from "./process.ts";

/** The stores that are held to what is promised of jobs. */
export const stores = ["sqlite", "postgres"] as const;
export type StoreName = (typeof stores)[number];

/** Processes that keep and compute jobs together, each of which may be killed. */
export interface Fleet {
  /** Those that take calls. */
  readonly servers: readonly ServiceProcess[];
  start(): Promise<void>;
  /** Kills one of them and starts it again; what it was. */
  kill(random: Random): Promise<string>;
  /** Ends all, and takes away what they have kept. */
  close(): Promise<void>;
}

/** A fleet as the store has it: one process with a folder, or a database with two servers and two workers. */
export async function fleetOf(store: StoreName): Promise<Fleet> {
  return store === "sqlite" ? new Alone(await mkdtemp(join(tmpdir(), "cotangent-chaos-"))) : Several.create();
}

class Alone implements Fleet {
  readonly servers: readonly ServiceProcess[];
  private readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
    this.servers = [new ServiceProcess("main.ts", { DATA_DIR: dir })];
  }

  async start(): Promise<void> {
    await this.servers[0]!.start({ WORKERS: "1" });
  }

  async kill(random: Random): Promise<string> {
    await this.servers[0]!.kill();
    await this.servers[0]!.start({ WORKERS: threads(random) });
    return "service";
  }

  async close(): Promise<void> {
    await this.servers[0]!.kill();
    await rm(this.dir, { recursive: true, force: true });
  }
}

class Several implements Fleet {
  readonly servers: readonly ServiceProcess[];
  private readonly workers: readonly ServiceProcess[];
  private readonly database: PostgresServer;
  private readonly starting = new Set<unknown>();

  private constructor(database: PostgresServer) {
    this.database = database;
    const env = { DATABASE_URL: database.url() };
    this.servers = [0, 1].map(() => new ServiceProcess("main.ts", { ...env, JOB_SLOTS: "0", WORKERS: "1" }));
    this.workers = [0, 1].map(() => new ServiceProcess("job-worker.ts", { ...env, JOB_SLOTS: "1" }));
  }

  static async create(): Promise<Several> {
    return new Several(await PostgresServer.create());
  }

  async start(): Promise<void> {
    await Promise.all([...this.servers, ...this.workers].map((each) => each.start({ WORKERS: "1" })));
  }

  async kill(random: Random): Promise<string> {
    if (random.below(5) === 0) {
      await this.database.stop("SIGKILL");
      await this.database.start();
      return "database";
    }
    const up = [...this.servers, ...this.workers].filter((each) => !this.starting.has(each));
    if (up.length < 2) return this.kill(random);
    const victim = random.pick(up);
    await victim.kill();
    // Others may be killed meanwhile.
    this.starting.add(victim);
    const started = victim.start({ WORKERS: threads(random) }).finally(() => this.starting.delete(victim));
    if (this.starting.size > 2) await started;
    return this.servers.includes(victim) ? "server" : "worker";
  }

  async close(): Promise<void> {
    await Promise.all([...this.servers, ...this.workers].map((each) => each.kill()));
    await this.database.remove();
  }
}

/** A process without threads computes where it serves, and is up sooner. */
function threads(random: Random): string {
  return random.below(4) === 0 ? "1" : "0";
}
