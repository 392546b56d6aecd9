import { readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkFileSystem, checkVersion } from "../../src/jobs/embedded/database.ts";
import { blob, draft, options, folderAt as place, result } from "./places.ts";

test("what was accepted, and what of it was computed, is there after the process ended without a word", async () => {
  const { dir, open } = place();
  const store = await open();
  const { job } = await store.accept("a", draft(24), options({ idempotencyKey: "k" }));
  const [first, second] = [(await store.claim())!, (await store.claim())!];
  await store.complete(first, result(first));
  const before = (await store.find("a", job.id))!;
  await store.close();
  // As if whoever had it were gone: another process number, of nobody.
  writeFileSync(join(dir, "lock"), JSON.stringify({ pid: 2 ** 22 + 1, startedAt: "1" }));
  const again = await open();
  const after = (await again.find("a", job.id))!;
  expect(after).toMatchObject({ state: "running", points: { done: 8 }, chunks: { running: 0, retried: 1 } });
  expect(after.version).toBeGreaterThan(before.version);
  expect(await again.complete(second, result(second))).toBe(false);
  const last = (await again.claim())!;
  expect([last.chunk, last.attempt]).toEqual([2, 1]);
  await again.complete(last, result(last));
  await expect
    .poll(() => again.claim(), { timeout: 5000 })
    .toMatchObject({ chunk: 1, attempt: 2, fence: second.fence + 2 });
  expect((await again.accept("a", draft(24), options({ idempotencyKey: "k" }))).job.id).toBe(job.id);
});

test("a folder is one process's at a time", async () => {
  const { dir, open } = place();
  await open();
  // This process itself is alive, under another start time it would not be.
  await expect(open()).rejects.toThrow(`${dir} is in use by process ${process.pid}`);
});

test("blobs that nobody knows are swept once they are old, and half written ones at once", async () => {
  const { dir, open } = place();
  const store = await open();
  await store.accept("a", draft(8), options());
  await store.close();
  const [old, young] = [blob("old"), blob("young")];
  const pathOf = (sha: string) => join(dir, "blobs", sha.slice(0, 2), sha);
  for (const { sha } of [old, young]) {
    await mkdir(join(dir, "blobs", sha.slice(0, 2)), { recursive: true });
    writeFileSync(pathOf(sha), "x");
  }
  const known = draft(8).blobs[0]!.sha;
  const longAgo = Date.now() / 1000 - 2 * 3600;
  for (const sha of [old.sha, known]) utimesSync(pathOf(sha), longAgo, longAgo);
  writeFileSync(join(dir, "tmp", "half"), "x");
  const again = await open();
  expect(() => statSync(pathOf(old.sha))).toThrow("ENOENT");
  expect(statSync(pathOf(young.sha)).size).toBe(1);
  expect(await again.blobBytes(known)).toBeGreaterThan(0);
  expect(readdirSync(join(dir, "tmp"))).toEqual([]);
});

test("a database that is damaged is refused, and none is lost over it", async () => {
  const { dir, open } = place();
  const store = await open();
  for (let i = 0; i < 50; i++) await store.accept("a", draft(8, { spec: "s".repeat(2000) }), options());
  await store.close();
  const path = join(dir, "jobs.db");
  const { size } = statSync(path);
  const file = await import("node:fs").then((fs) => fs.openSync(path, "r+"));
  const { writeSync, closeSync } = await import("node:fs");
  writeSync(file, Buffer.alloc(8192, 0xff), 0, 8192, Math.floor(size / 2 / 4096) * 4096);
  closeSync(file);
  await expect(open()).rejects.toThrow(/damaged|malformed/);
});

test("a version of SQLite that may lose what was acknowledged is refused", () => {
  for (const version of ["3.51.3", "3.53.4", "4.0.0"]) expect(() => checkVersion(version)).not.toThrow();
  for (const version of ["3.51.2", "3.50.9", "2.99.99"]) expect(() => checkVersion(version)).toThrow("3.51.3 or newer");
});

test("a network file system is refused by name", () => {
  expect(() => checkFileSystem("/data", 0x6969)).toThrow("/data is on a network file system (NFS)");
  // As the system tells it where numbers are signed.
  expect(() => checkFileSystem("/data", 0xff534d42 | 0)).toThrow("CIFS");
  expect(() => checkFileSystem("/data", 0xef53)).not.toThrow();
});
