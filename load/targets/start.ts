import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { duration } from "../table.ts";
import { atMost, median, type Target } from "../target.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** How long `npm start` takes until the service says that it is ready. */
export async function startToReady(runs = 5): Promise<Target[]> {
  const taken: number[] = [];
  for (let i = 0; i < runs; i++) taken.push(await startOnce());
  return [atMost("`npm start` to ready, median", median(taken), 1, duration)];
}

async function startOnce(): Promise<number> {
  const startMs = performance.now();
  // A group of its own, so that it ends with all that npm started.
  const child = spawn("npm", ["start"], {
    cwd: root,
    env: { ...process.env, PORT: "0", LOG_LEVEL: "error" },
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const [, url] = /listens on (http:\S+\d)/.exec(line) ?? [];
      if (!url) continue;
      while (!(await fetch(`${url}/readyz`)).ok);
      return (performance.now() - startMs) / 1000;
    }
    throw new Error("npm start ended before it listened");
  } finally {
    process.kill(-child.pid!, "SIGKILL");
  }
}
