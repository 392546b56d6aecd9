import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { JobStore } from "../../../src/jobs/store.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { Random } from "../../support/random.ts";
import { blob, databaseAt, draft, folderAt, options, result } from "../places.ts";
import { PostgresServer } from "../postgres/server.ts";
import { Disk } from "./disk.ts";

// What was acknowledged is there after the power went off, at whatever moment.

/** What was acknowledged: jobs by their keys, and chunks with what they gave. */
class Acknowledged {
  readonly jobs = new Map<string, string>();
  readonly chunks: { readonly job: string; readonly chunk: number; readonly sha: string }[] = [];
}

const draftOf = (key: string) =>
  draft(24, { spec: JSON.stringify({ key, text: "s".repeat(3000) }), blobs: [blob(`input of ${key}`)], digest: key });

/** Submits a job whose spec and inputs are long enough to be blobs. */
async function submit(store: JobStore, key: string, told: Acknowledged): Promise<void> {
  const { job } = await store.accept("a", draftOf(key), options({ idempotencyKey: key }));
  told.jobs.set(key, job.id);
}

/** Computes a chunk, if one waits. */
async function compute(store: JobStore, told: Acknowledged): Promise<void> {
  const claim = await store.claim();
  if (!claim) return setImmediate();
  const given = { ...result(claim), data: blob(`${claim.job.id} ${claim.chunk}`) };
  const isKept = await store.complete(claim, given);
  if (isKept) told.chunks.push({ job: claim.job.id, chunk: claim.chunk, sha: given.data.sha });
}

/** Looks whether all that was acknowledged is there, whole. */
async function check(store: JobStore, { jobs, chunks }: Acknowledged): Promise<void> {
  for (const [key, id] of jobs) {
    const again = await store.accept("a", draftOf(key), options({ idempotencyKey: key }));
    expect([again.isReplay, again.job.id]).toEqual([true, id]);
    expect(JSON.parse(await store.spec(id)).key).toBe(key);
    expect(await textOf(store, blob(`input of ${key}`).sha)).toBe(`input of ${key}`);
  }
  for (const { job: id, chunk, sha } of chunks) {
    const job = (await store.find("a", id))!;
    const kept = (await store.chunks(job, 0, 10))[chunk]!;
    expect([kept.state, kept.data]).toEqual(["done", sha]);
    expect(await textOf(store, sha)).toBe(`${id} ${chunk}`);
  }
}

async function textOf(store: JobStore, sha: string): Promise<string> {
  return Buffer.from(await store.readBlob(sha, 0, (await store.blobBytes(sha))!)).toString();
}

test("sqlite: at every step at which anything is written, synced or renamed", async () => {
  let offAt = 1;
  let hasEnded = false;
  for (; !hasEnded; offAt++) {
    const told = new Acknowledged();
    const { dir, open } = folderAt();
    const store = await open();
    using disk = new Disk(dir, offAt);
    await disk.watch();
    const steps = [
      () => [submit(store, "first", told)],
      () => [compute(store, told)],
      () => [submit(store, "second", told), compute(store, told), submit(store, "third", told)],
      () => [compute(store, told)],
    ];
    hasEnded = true;
    for (const step of steps) {
      const all = await Promise.allSettled(step());
      if (all.some(({ status }) => status === "rejected")) hasEnded = false;
    }
    await store.close();
    const after = folderAt();
    disk.after(after.dir);
    disk[Symbol.dispose]();
    await check(await after.open(), told);
  }
  // Of each blob a write and three syncs at most, of each change a commit.
  expect(offAt).toBeGreaterThan(40);
}, 120_000);

test("sqlite: commits are synced", async () => {
  const said: string[] = [];
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (sql) {
    said.push(sql);
    exec.call(this, sql);
  };
  onTestFinished(() => {
    DatabaseSync.prototype.exec = exec;
  });
  await folderAt(temporaryFolder()).open();
  expect(said.join(" ")).toContain("synchronous = FULL");
});

test("postgres: while jobs are submitted and computed, on a server that does not sync commits unless it is asked to", async () => {
  const random = new Random(Number(process.env.SEED ?? 1));
  // What nobody asks to be synced stays in its memory, and is gone with it.
  const server = await PostgresServer.create(["synchronous_commit=off", "wal_writer_delay=10s"]);
  onTestFinished(() => server.remove());
  const place = databaseAt(await server.database(), () => undefined);
  const told = new Acknowledged();
  for (let round = 0; round < Number(process.env.ROUNDS ?? 3); round++) {
    const store = await place.open({ limits: { jobsQueued: 1e6 } });
    const before = told.jobs.size + told.chunks.length;
    let isOn = true;
    const again = async (work: (i: number) => Promise<void>) => {
      // What fails does so at once: the signal that ends it has to be heard too.
      for (let i = 0; isOn; i++) await work(i).catch(() => setImmediate());
    };
    const all = [0, 1].flatMap((each) => [
      again((i) => submit(store, `${round} ${each} ${i}`, told)),
      again(() => compute(store, told)),
    ]);
    try {
      // Some are on their way whenever it is.
      const isEnough = () => told.jobs.size + told.chunks.length - before > random.below(20);
      await expect.poll(isEnough, { timeout: 20_000 }).toBe(true);
      await server.stop("SIGQUIT");
    } finally {
      isOn = false;
    }
    await Promise.all(all);
    await store.close();
    await server.start();
    const next = await place.open({ limits: { jobsQueued: 1e6 } });
    await check(next, told);
    await next.close();
  }
}, 120_000);
