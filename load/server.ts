import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const running = new Set<ChildProcess>();
/** Where the services keep their jobs. */
const folders = new Set<string>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const dir of folders) rmSync(dir, { recursive: true, force: true });
});

interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A file that is imported before. */
  readonly preload?: string;
  /** What it reads from its standard input. */
  readonly input?: string;
}

/** Linux tells programs its times in this unit, whatever its own clock. */
const ticksPerSecond = 100;

/** A server in a process of its own, on a free port of this machine. */
export class Server {
  readonly url: string;
  private readonly child: ChildProcess;
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(child: ChildProcess, url: string) {
    this.child = child;
    this.url = url;
  }

  /** Starts a file, and waits until it tells its address. */
  static async start(file: string, { env = {}, preload, input = "" }: StartOptions): Promise<Server> {
    const [path, ...imports] = [file, ...(preload === undefined ? [] : [preload])].map((name) =>
      fileURLToPath(new URL(name, import.meta.url)),
    );
    const child = spawn(process.execPath, [...imports.map((name) => `--import=${name}`), path!], {
      env: { PATH: process.env.PATH, NODE_ENV: "production", ...env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    running.add(child);
    child.stdin.end(input);
    const ended = once(child, "exit").then(([code, signal]) => [`it ended with ${code ?? signal}`]);
    const [said] = await Promise.race([once(child.stdout.setEncoding("utf8"), "data"), ended]);
    child.stdout.resume();
    const address = /listens on (http:\S+\d)/.exec(said)?.[1];
    if (!address) throw new Error(`${file} did not start: ${said}`);
    return new Server(child, address);
  }

  /** Starts the service as `npm start` does, on a port of its own. */
  static service(env: Readonly<Record<string, string>> = {}): Promise<Server> {
    const dir = mkdtempSync(join(tmpdir(), "cotangent-load-"));
    folders.add(dir);
    const all = { PORT: "0", DATA_DIR: dir, ...env };
    return Server.start("../src/main.ts", { env: all, preload: "../src/compile-cache.ts" });
  }

  /** Starts the bare server with the answers that it gives, by path. */
  static bare(answers: Readonly<Record<string, string>>): Promise<Server> {
    return Server.start("./bare.ts", { input: JSON.stringify(answers) });
  }

  /** The bytes that it answers with status 200, in the type of the body; `key` is shown where it asks for one. */
  async post(path: string, body: string | Buffer, type = "application/json", key?: string): Promise<Buffer> {
    const shown = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const headers = { ...shown, "content-type": type, accept: type, "content-length": Buffer.byteLength(body) };
    const sent = request(`${this.url}${path}`, { method: "POST", headers, agent: this.agent });
    sent.end(body);
    const [response] = await once(sent, "response");
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part);
    const answer = Buffer.concat(parts);
    if (response.statusCode !== 200) throw new Error(`${path} answers ${response.statusCode}: ${answer}`.slice(0, 500));
    return answer;
  }

  /** The id of a graph, which it keeps from now on. */
  async put(graph: object): Promise<string> {
    return JSON.parse((await this.post("/v1/graph.put", JSON.stringify({ graph }))).toString()).graph;
  }

  /** Bytes of memory that are resident; undefined where the system does not tell. */
  residentBytes(): number | undefined {
    return this.status("VmRSS");
  }

  /** The most bytes that were resident since the last call of {@link forgetPeak}. */
  peakBytes(): number | undefined {
    return this.status("VmHWM");
  }

  /** Seconds of processor time that all its threads have taken, in steps of 10 ms; undefined where the system does not tell. */
  processorSeconds(): number | undefined {
    try {
      const text = readFileSync(`/proc/${this.child.pid}/stat`, "utf8");
      // The second field, a name in parentheses, may hold anything; of those behind it, these are in ticks.
      const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
      const [user, system] = [fields[11], fields[12]].map(Number);
      return (user! + system!) / ticksPerSecond;
    } catch {
      return undefined;
    }
  }

  /** Starts the peak anew, where the system can. */
  forgetPeak(): void {
    try {
      writeFileSync(`/proc/${this.child.pid}/clear_refs`, "5");
    } catch {
      // Then the peak is since the start.
    }
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    running.delete(this.child);
    this.child.kill("SIGKILL");
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
  }

  private status(field: string): number | undefined {
    try {
      const text = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
      return 1024 * Number(new RegExp(`^${field}:\\s*(\\d+) kB`, "m").exec(text)![1]);
    } catch {
      return undefined;
    }
  }
}
