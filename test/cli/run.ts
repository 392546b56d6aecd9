import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import { readConfig } from "../../src/config.ts";
import { buildApp } from "../../src/http/app.ts";
import { methods } from "../../src/methods/index.ts";
import { assemble } from "../../src/service.ts";
import { folderOfFile } from "../support/folders.ts";

/** What a command line did. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly told: string;
}

/** What a run gets beside its words. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const bin = fileURLToPath(new URL("../../bin/cotangent.js", import.meta.url));

/** Starts the command line as a process of its own. */
export function begin(words: readonly string[], { env = {}, cwd = tmpdir() }: RunOptions = {}) {
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, [bin, ...words], {
    cwd,
    env: { PATH, HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs the command line to its end. */
export async function run(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = begin(words, options);
  const [out, told, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code, out, told };
}

/** A service for all tests of a file; gives ways to run command lines that ask it. */
export function served(settings: Readonly<Record<string, string>> = {}) {
  let url = "";
  let close = async () => {};
  const dir = join(folderOfFile(), "data");
  beforeAll(async () => {
    const config = readConfig({
      DRAIN_MS: "0",
      DISK_FREE_BYTES: "0",
      DATA_DIR: dir,
      WORKERS: "1",
      ...settings,
    });
    const service = assemble(config, (fault) => console.error(fault));
    const app = buildApp({ config, methods, ...service });
    url = await app.listen({ host: "127.0.0.1", port: 0 });
    close = () => app.close();
  });
  afterAll(() => close());
  const withUrl = ({ env = {}, ...options }: RunOptions = {}) => ({ ...options, env: { COTANGENT_URL: url, ...env } });
  return {
    url: () => url,
    begin: (words: readonly string[], options?: RunOptions) => begin(words, withUrl(options)),
    run: (words: readonly string[], options?: RunOptions) => run(words, withUrl(options)),
  };
}

/** The words of a command as a shell has them: parted by spaces, but within single quotes. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ""));
}
