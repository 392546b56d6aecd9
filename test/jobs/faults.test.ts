import { existsSync, readdirSync } from "node:fs";
import fs, { open } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../support/folders.ts";
import { standardJob, start } from "./service.ts";

/** Lets the n-th call of something that puts bytes on disk fail as a full disk does; tells how many calls there were. */
async function failing(kind: "write" | "sync" | "rename", nth: number): Promise<() => number> {
  let calls = 0;
  const full = () => Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  const mustFail = () => ++calls === nth;
  if (kind === "rename") {
    const { rename } = fs;
    fs.rename = async (...paths) => {
      if (mustFail()) throw full();
      return rename(...paths);
    };
    syncBuiltinESMExports();
    onTestFinished(() => {
      fs.rename = rename;
      syncBuiltinESMExports();
    });
    return () => calls;
  }
  const handle = await open(join(temporaryFolder(), ".."), "r");
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const { [kind]: real } = prototype;
  prototype[kind] = async function (...args: unknown[]) {
    if (mustFail()) throw full();
    return real.apply(this, args);
  };
  onTestFinished(() => {
    prototype[kind] = real;
  });
  return () => calls;
}

// What is long is a file: a write, an fsync of it, a rename, and fsyncs of the folders that it is in.
test.each([
  ["write", 1],
  ["sync", 1],
  ["sync", 2],
  ["sync", 3],
  ["rename", 1],
] as const)(
  "where %s number %i fails, nothing is acknowledged and nothing half kept, and all goes on after it",
  async (kind, nth) => {
    const { ok, fails, done, dir } = start();
    await done(standardJob(8));
    const calls = await failing(kind, nth);
    const large = standardJob(2000);
    const error = await fails("job.submit", large);
    expect(error).toMatchObject({ code: -32006, retryAfterMs: 5000 });
    expect(error.message).toContain("no space left on device");
    expect(calls()).toBeGreaterThanOrEqual(nth);
    expect((await ok("job.list", {})).jobs).toHaveLength(1);
    expect(existsSync(join(dir, "tmp"))).toBe(true);
    expect(readdirSync(join(dir, "tmp"))).toEqual([]);
    const { job, state } = await done(large);
    expect(state).toBe("succeeded");
    expect((await ok("job.result", { job, from: 0, to: 1 })).jacobian.y.x1).toEqual([6]);
  },
);
