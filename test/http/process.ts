import { type ChildProcess, spawn } from "node:child_process";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "../support/folders.ts";

const root = new URL("../../", import.meta.url).pathname;

/** Starts the service as a process, on any port and without a log unless told otherwise; killed when the test is over. */
export function startMain(env: Readonly<Record<string, string>> = {}): ChildProcess {
  return startWith(process.execPath, ["src/main.ts"], env);
}

/** As {@link startMain}, by a command. */
export function startWith(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const { PATH, HOME } = process.env;
  const own = { PORT: "0", LOG_LEVEL: "silent", DATA_DIR: temporaryFolder() };
  const child = spawn(command, args, { cwd: root, env: { PATH, HOME, ...own, ...env } });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** The address at which a process says that it listens. */
export async function addressOf(child: ChildProcess): Promise<string> {
  let said = "";
  for await (const text of child.stdout!.setEncoding("utf8")) {
    said += text;
    const address = /listens on (http:\/\/\S+:\d+)/.exec(said)?.[1];
    if (address) return address;
  }
  throw new Error(`it ended, saying ${JSON.stringify(said)}`);
}

/** One number of a service's metrics. */
export async function metric(address: string, name: string): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text();
  const line = text.split("\n").find((line) => line.startsWith(`${name} `));
  if (!line) throw new Error(`no metric ${name}`);
  return Number(line.slice(name.length));
}
