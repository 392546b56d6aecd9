import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process of the service that can be ended without a word, and started again. */
export class ServiceProcess {
  /** Where it listens; empty until it does. */
  url = "";
  /** The last error that it answered. */
  refused = "";
  private readonly script: "main.ts" | "job-worker.ts";
  private readonly env: Readonly<Record<string, string>>;
  private child: ChildProcess | undefined;

  constructor(script: "main.ts" | "job-worker.ts", env: Readonly<Record<string, string>>) {
    this.script = script;
    this.env = env;
  }

  get pid(): number {
    return this.child!.pid!;
  }

  /** Starts it; resolves once it listens, or has been ended before. */
  async start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    const path = (name: string) => fileURLToPath(new URL(`../../src/${name}`, import.meta.url));
    const shared = { HOME: process.env.HOME, PORT: "0", LOG_LEVEL: "silent", DISK_FREE_BYTES: "0", DRAIN_MS: "1000" };
    const child = spawn(process.execPath, ["--import", path("compile-cache.ts"), path(this.script)], {
      env: { PATH: process.env.PATH, ...shared, ...this.env, ...more },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.child = child;
    for await (const text of child.stdout.setEncoding("utf8")) {
      const url = /(http:\/\/[\w.:]+\d)/.exec(text)?.[1];
      if (!url) continue;
      this.url = url;
      break;
    }
    child.stdout.resume();
  }

  /** Ends it; resolves once it has ended. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  /** Stops it where it is, or lets it go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.child!.kill(signal);
  }

  /** The result of a call; undefined where it failed, or the process ended meanwhile. */
  async call<T>(method: string, params: object): Promise<T | undefined> {
    try {
      const response = await fetch(`${this.url}/v1/${method}`, { method: "POST", body: JSON.stringify(params) });
      const body = await response.json();
      if (!response.ok) this.refused = JSON.stringify(body);
      return response.ok ? (body as T) : undefined;
    } catch {
      return undefined;
    }
  }
}
