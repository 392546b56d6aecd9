import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ServiceError } from "../../src/errors.ts";
import { isFinal, type JobChange } from "../../src/jobs/model.ts";
import { blob, draft, failure, options, type Place, placeOn, result } from "./places.ts";
import { stores } from "./service.ts";

describe.each(stores)("jobs kept by %s", (store) => {
  const start = () => placeOn(store);
  const fresh = async (options?: Parameters<Place["open"]>[0]) => (await start()).open(options);

  test("bytes of a blob are read from and to anywhere", async () => {
    const store = await fresh();
    const bytes = Uint8Array.from({ length: 9_000_000 }, (_, i) => i * 7);
    const long = {
      sha: createHash("sha256").update(bytes).digest("hex"),
      pieces: [bytes.slice(0, 5), bytes.slice(5)],
    };
    await store.accept("a", draft(8, { blobs: [long] }), options());
    const piece = 4 * 2 ** 20;
    for (const [from, to] of [
      [0, 10],
      [64, 1024],
      [piece - 4, piece + 4],
      [piece, 2 * piece],
      [piece - 1, bytes.length],
      [0, bytes.length],
      [7, 7],
    ] as const) {
      const read = await store.readBlob(long.sha, from, to);
      expect(Buffer.compare(read, bytes.subarray(from, to)), `${from} to ${to}`).toBe(0);
    }
  });

  test("jobs of all are found, listed, ended and removed where no tenant is named", async () => {
    const store = await fresh();
    const of = async (tenant: string) => (await store.accept(tenant, draft(20), options())).job;
    const [a, b] = [await of("a"), await of("b")];
    expect(await store.find(undefined, a.id)).toEqual(a);
    const ids = async (tenant?: string) => (await store.list(tenant, { limit: 10 })).map(({ job }) => job.id);
    expect([await ids(), await ids("a")]).toEqual([[b.id, a.id], [a.id]]);
    expect(await store.list(undefined, { limit: 10, state: "running" })).toEqual([]);
    expect(await store.cancel(undefined, b.id)).toMatchObject({ tenant: "b", state: "cancelled" });
    expect([await store.remove(undefined, b.id), await store.remove(undefined, a.id)]).toEqual([true, false]);
    expect(await ids()).toEqual([a.id]);
  });

  test("a job is accepted, and found by its tenant alone", async () => {
    const store = await fresh();
    const { job, isReplay } = await store.accept("a", draft(20), options({ labels: ["x"] }));
    expect({ ...job, isReplay }).toMatchObject({
      id: expect.stringMatching(/^job_[0-9a-z]{26}$/),
      tenant: "a",
      state: "queued",
      points: { total: 20, done: 0, failed: 0 },
      chunks: { total: 2, done: 0, running: 0, failed: 0, retried: 0 },
      labels: ["x"],
      isReplay: false,
    });
    expect(await store.find("a", job.id)).toEqual(job);
    expect(await store.find("b", job.id)).toBeUndefined();
    expect(await store.spec(job.id)).toBe(draft(20).spec);
  });

  test("a long spec is kept too", async () => {
    const store = await fresh();
    const spec = JSON.stringify({ text: "y".repeat(100_000) });
    const { job } = await store.accept("a", draft(20, { spec }), options());
    expect(await store.spec(job.id)).toBe(spec);
  });

  test("1,000 equal submissions with one key are one job", async () => {
    const store = await fresh();
    const all = await Promise.all(
      Array.from({ length: 1000 }, () => store.accept("a", draft(20), options({ idempotencyKey: "k" }))),
    );
    expect(new Set(all.map(({ job }) => job.id)).size).toBe(1);
    expect(all.filter(({ isReplay }) => !isReplay)).toHaveLength(1);
    expect(await store.list("a", { limit: 10 })).toHaveLength(1);
  });

  test("a key with other parameters is a conflict, and another tenant's is another key", async () => {
    const store = await fresh();
    await store.accept("a", draft(20), options({ idempotencyKey: "k" }));
    const other = draft(24);
    expect(await failure(store.accept("a", other, options({ idempotencyKey: "k" })))).toBe("idempotency_conflict");
    expect((await store.accept("b", other, options({ idempotencyKey: "k" }))).isReplay).toBe(false);
  });

  test("chunks are handed out once, in order, and their results end the job", async () => {
    const store = await fresh();
    const { job } = await store.accept("a", draft(20), options());
    const [first, second, third] = [await store.claim(), await store.claim(), await store.claim()];
    expect([first, second].map((claim) => [claim!.chunk, claim!.from, claim!.to])).toEqual([
      [0, 0, 8],
      [1, 8, 20],
    ]);
    expect(third).toBeUndefined();
    expect(await store.complete(second!, result(second!))).toBe(true);
    expect(await store.find("a", job.id)).toMatchObject({ state: "running", points: { done: 12 } });
    expect(await store.complete(first!, result(first!))).toBe(true);
    const ended = (await store.find("a", job.id))!;
    expect(ended).toMatchObject({ state: "succeeded", points: { done: 20 }, chunks: { done: 2, running: 0 } });
    expect(ended.history.map(({ state }) => state)).toEqual(["queued", "running", "succeeded"]);
    const chunks = await store.chunks(ended, 0, 10);
    expect(chunks.map(({ state }) => state)).toEqual(["done", "done"]);
    const bytes = await store.blobBytes(chunks[1]!.data!);
    expect(Buffer.from(await store.readBlob(chunks[1]!.data!, 0, bytes!)).toString()).toBe("evaluate 1");
    expect(Buffer.from(await store.readBlob(chunks[1]!.data!, 1, 5)).toString()).toBe("valu");
  });

  test("a claim that is stale ends nothing", async () => {
    const store = await fresh();
    const { job } = await store.accept("a", draft(8), options());
    const stale = (await store.claim())!;
    expect(await store.retry(stale, 0, true)).toBe(true);
    const again = (await store.claim())!;
    expect([again.chunk, again.attempt, again.fence > stale.fence]).toEqual([0, 2, true]);
    expect(await store.complete(stale, result(stale))).toBe(false);
    expect(await store.fail(stale, { type: "worker_lost", message: "", data: {} })).toBe(false);
    expect(await store.complete(again, result(again))).toBe(true);
    expect(await store.complete(again, result(again))).toBe(false);
    expect(await store.find("a", job.id)).toMatchObject({ state: "succeeded", chunks: { done: 1, retried: 1 } });
  });

  test("a chunk that is to be tried later is not handed out before", async () => {
    const store = await fresh();
    await store.accept("a", draft(8), options());
    await store.retry((await store.claim())!, 1500, true);
    expect(await store.claim()).toBeUndefined();
    await expect.poll(() => store.claim(), { timeout: 20_000 }).toMatchObject({ attempt: 2 });
  });

  test("a chunk that is given back counts as not tried", async () => {
    const store = await fresh();
    await store.accept("a", draft(8), options());
    await store.retry((await store.claim())!, 0, false);
    expect((await store.claim())?.attempt).toBe(1);
  });

  test("a chunk is given up whose worker was lost with it three times; what was lost beside it is computed", async () => {
    const place = await start();
    let store = await place.open();
    const { job: deadly } = await store.accept("a", draft(8), options());
    const { job: other } = await store.accept("b", draft(16), options());
    const ends = new Map<string, number>();
    // Both are lost with the first process, and which of them it was nobody knows.
    expect(new Set([(await store.claim())!.job.id, (await store.claim())!.job.id]).size).toBe(2);
    for (let tries = 1; tries <= 3; tries++) {
      await store.close();
      const reopenedAtMs = performance.now();
      store = await place.open();
      await store.sweep();
      for (;;) {
        const isOver = isFinal((await store.find("a", deadly.id))!.state);
        if (isOver && isFinal((await store.find("b", other.id))!.state)) break;
        const claim = await store.claim();
        if (!claim) await new Promise((resolve) => setTimeout(resolve, 20));
        else if (claim.job.id === deadly.id) {
          expect(claim.attempt).toBe(tries + 1);
          // So long a process has lived that is trusted with it.
          expect(performance.now() - reopenedAtMs).toBeGreaterThan([900, 3900][tries - 1]!);
          // Alone: nobody else is lost with it.
          expect(await store.claim()).toBeUndefined();
          break;
        } else {
          ends.set(claim.job.id, claim.attempt);
          expect(await store.complete(claim, result(claim))).toBe(true);
        }
      }
    }
    expect(await store.find("a", deadly.id)).toMatchObject({
      state: "failed",
      error: {
        type: "worker_lost",
        message: "tried 3 times: each time its worker was lost",
        data: { chunk: 0, from: 0, to: 8 },
      },
      chunks: { running: 0, failed: 1, retried: 2 },
    });
    expect(await store.find("b", other.id)).toMatchObject({ state: "succeeded", chunks: { retried: 1 } });
    expect(ends).toEqual(new Map([[other.id, 2]]));
  });

  test("a failure stops the job, and says where it was; those who run the rest come too late", async () => {
    const store = await fresh();
    const { job } = await store.accept("a", draft(24), options());
    const [first, second] = [(await store.claim())!, (await store.claim())!];
    await store.fail(second, { type: "limit_exceeded", message: "too much", data: { limit: "x" } });
    const failed = await store.find("a", job.id);
    expect(failed).toMatchObject({
      state: "failed",
      error: { type: "limit_exceeded", data: { limit: "x", chunk: 1, from: 8, to: 16 } },
      chunks: { running: 0, failed: 1 },
    });
    expect(await store.complete(first, result(first))).toBe(false);
    expect(await store.claim()).toBeUndefined();
    expect(await store.find("a", job.id)).toEqual(failed);
  });

  test("told to go on, a job is partial where some failed, and failed where all did", async () => {
    const store = await fresh();
    const { job } = await store.accept("a", draft(16), options({ onError: "continue" }));
    const [first, second] = [(await store.claim())!, (await store.claim())!];
    await store.fail(first, { type: "worker_lost", message: "", data: {} });
    await store.complete(second, result(second));
    expect(await store.find("a", job.id)).toMatchObject({ state: "partial", points: { done: 8, failed: 8 } });
    const { job: other } = await store.accept("a", draft(8), options({ onError: "continue" }));
    await store.fail((await store.claim())!, { type: "worker_lost", message: "", data: {} });
    expect(await store.find("a", other.id)).toMatchObject({ state: "failed", points: { done: 0, failed: 8 } });
  });

  test("a job that has not begun is cancelled at once, and one that runs when its chunks have stopped", async () => {
    const store = await fresh();
    const { job: waiting } = await store.accept("a", draft(8), options());
    expect(await store.cancel("b", waiting.id)).toBeUndefined();
    expect((await store.cancel("a", waiting.id))!.state).toBe("cancelled");
    const { job } = await store.accept("a", draft(24), options());
    const [first, second] = [(await store.claim())!, (await store.claim())!];
    await store.complete(first, result(first));
    expect((await store.cancel("a", job.id))!.state).toBe("cancelling");
    expect((await store.cancel("a", job.id))!.state).toBe("cancelling");
    expect(await store.claim()).toBeUndefined();
    await store.drop(second);
    const cancelled = (await store.find("a", job.id))!;
    expect(cancelled).toMatchObject({ state: "cancelled", points: { done: 8 }, chunks: { running: 0 } });
    expect((await store.cancel("a", job.id))!).toEqual(cancelled);
    expect((await store.chunks(cancelled, 0, 10)).map(({ state }) => state)).toEqual([
      "done",
      "cancelled",
      "cancelled",
    ]);
  });

  test("a job past its deadline fails, and one past its time is forgotten with its blobs", async () => {
    const store = await fresh();
    const { job } = await store.accept("a", draft(8), options({ deadlineMs: 1, retainMs: 1 }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await store.sweep();
    expect(await store.find("a", job.id)).toMatchObject({ state: "failed", error: { type: "deadline_exceeded" } });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await store.sweep();
    expect(await store.find("a", job.id)).toBeUndefined();
    expect(await store.blobBytes(draft(8).blobs[0]!.sha)).toBeUndefined();
  });

  test("a blob stays as long as one of its jobs does", async () => {
    const store = await fresh();
    const [{ job: one }, { job: two }] = [
      await store.accept("a", draft(8), options()),
      await store.accept("a", draft(8), options()),
    ];
    const { sha } = draft(8).blobs[0]!;
    expect(await store.remove("a", one.id)).toBe(false);
    await store.cancel("a", one.id);
    expect(await store.remove("b", one.id)).toBe(false);
    expect(await store.remove("a", one.id)).toBe(true);
    expect(await store.blobBytes(sha)).toBe(draft(8).blobs[0]!.pieces[0]!.length);
    await store.cancel("a", two.id);
    await store.remove("a", two.id);
    expect(await store.blobBytes(sha)).toBeUndefined();
  });

  test("a blob that was sent is found by its tenant, with its head, and jobs need it to be there", async () => {
    const store = await fresh();
    const { sha } = blob("head and numbers");
    expect(await failure(store.accept("a", draft(8, { needs: [sha] }), options()))).toBe("blob_not_found");
    for (const isKnown of [false, true]) {
      const receiving = await store.receive("a", 16);
      await receiving.write(Buffer.from("head and "));
      await receiving.write(Buffer.from("numbers"));
      expect(await receiving.keep(sha, "head and ".length)).toBe(isKnown);
    }
    expect(await store.sentBlobs("a", [sha])).toEqual([{ bytes: 16, skip: 9 }]);
    expect(await store.sentBlobs("b", [sha])).toEqual([undefined]);
    expect(Buffer.from(await store.readBlob(sha, 9, 16)).toString()).toBe("numbers");
    expect(await failure(store.accept("b", draft(8, { needs: [sha] }), options()))).toBe("blob_not_found");
    expect((await store.accept("a", draft(8, { needs: [sha] }), options())).job.state).toBe("queued");
  });

  test("jobs are listed newest first, by state and labels, page by page while others are added", async () => {
    const store = await fresh();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      const labels = i % 2 === 0 ? ["even", `n${i}`] : [`n${i}`];
      ids.push((await store.accept("a", draft(8), options({ labels }))).job.id);
    }
    await store.accept("b", draft(8), options());
    const page = await store.list("a", { limit: 2 });
    expect(page.map(({ job }) => job.id)).toEqual([ids[4], ids[3]]);
    await store.accept("a", draft(8), options());
    const next = await store.list("a", { limit: 2, after: page.at(-1)!.place });
    expect(next.map(({ job }) => job.id)).toEqual([ids[2], ids[1]]);
    const even = await store.list("a", { limit: 10, labels: ["even", "n2"] });
    expect(even.map(({ job }) => job.id)).toEqual([ids[2]]);
    await store.cancel("a", ids[0]!);
    const ended = await store.list("a", { limit: 10, state: "cancelled" });
    expect(ended.map(({ job }) => job.id)).toEqual([ids[0]]);
  });

  test("quotas bound the jobs that wait and the bytes that are kept", async () => {
    const store = await fresh({ limits: { jobsQueued: 2, jobsBytes: 1000 } });
    await store.accept("a", draft(8), options());
    await store.accept("a", draft(8), options());
    expect(await failure(store.accept("a", draft(8), options()))).toBe("quota_exceeded");
    await store.accept("b", draft(8), options());
    expect(await failure(store.accept("b", draft(8, { inputBytes: 900 }), options()))).toBe("quota_exceeded");
    // What has begun does not wait.
    await store.claim();
    await store.claim();
  });

  test("what a tenant may keep is compared with its own bytes, and what all may with all", async () => {
    const store = await fresh({ limits: { jobsQueued: 9, jobsBytes: 1000 } });
    const small = draft(8, { quotas: { jobsBytes: 450 } });
    await store.accept("a", draft(8, { inputBytes: 500 }), options());
    await store.accept("b", small, options());
    await store.accept("b", small, options());
    const error = await store.accept("b", small, options()).catch((error: ServiceError) => error);
    expect(error).toMatchObject({ data: { quota: "jobsBytes", allowed: 450, received: 600 } });
    const whole = await store.accept("c", draft(8), options()).catch((error: ServiceError) => error);
    expect(whole).toMatchObject({ data: { quota: "jobsBytes", allowed: 1000, received: 1200 } });
  });

  test("tenants take turns: whoever has many chunks keeps nobody waiting", async () => {
    const store = await fresh({ limits: { jobsQueued: 1000 } });
    for (let i = 0; i < 10; i++) await store.accept("a", draft(80_000), options());
    for (let i = 0; i < 20; i++) await store.claim();
    await store.accept("b", draft(8), options());
    const next = [await store.claim(), await store.claim()].map((claim) => claim!.job.tenant);
    expect(next).toContain("b");
  });

  test("a high priority gets four of five turns while others wait, and all when none does", async () => {
    const store = await fresh();
    await store.accept("a", draft(800), options({ priority: "high" }));
    await store.accept("a", draft(80), options({ priority: "normal" }));
    const turns: string[] = [];
    for (let i = 0; i < 25; i++) turns.push((await store.claim())!.job.priority);
    expect(turns.filter((priority) => priority === "high")).toHaveLength(20);
  });

  test("a job of another arithmetic waits, and says so", async () => {
    const place = await start();
    const store = await place.open({ arithmetic: "one" });
    const { job } = await store.accept("a", draft(8), options());
    await store.close();
    const other = await place.open({ arithmetic: "other" });
    expect(await other.claim()).toBeUndefined();
    expect(await other.find("a", job.id)).toMatchObject({ state: "queued", waitingFor: "arithmetic" });
    await other.close();
    const own = await place.open({ arithmetic: "one" });
    expect((await own.claim())?.job.id).toBe(job.id);
  });

  test("every change is told, with versions that only grow", async () => {
    const store = await fresh();
    const seen: JobChange[] = [];
    const unwatch = store.watch((change) => seen.push(change));
    const { job } = await store.accept("a", draft(16), options());
    const [first, second] = [(await store.claim())!, (await store.claim())!];
    await store.retry(first, 0, true);
    await store.complete(second, result(second));
    const again = (await store.claim())!;
    await store.complete(again, result(again));
    await expect.poll(() => seen.at(-1)?.state).toBe("succeeded");
    unwatch();
    const own = seen.filter(({ id }) => id === job.id);
    expect(own.map(({ chunk, state, isState }) => [chunk?.chunk, chunk?.state, isState && state])).toEqual([
      [undefined, undefined, "queued"],
      [0, "running", "running"],
      [1, "running", false],
      [0, "queued", false],
      [1, "done", false],
      [0, "running", false],
      [0, "done", "succeeded"],
    ]);
    const ids = own.flatMap(({ chunk, version }) => [...(chunk ? [chunk.version] : []), version]);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect((await store.find("a", job.id))!.version).toBe(ids.at(-1));
  });

  test("numbers tell what waits and what runs", async () => {
    const store = await fresh();
    await store.accept("a", draft(24), options());
    await store.accept("a", draft(8), options());
    await store.claim();
    expect(await store.stats()).toMatchObject({
      jobs: { queued: 1, running: 1, succeeded: 0 },
      chunks: { queued: 3, running: 1 },
      bytes: expect.any(Number),
    });
    expect(await store.unwritable()).toBeUndefined();
  });
});
