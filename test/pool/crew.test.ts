import { expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { aheadMsMax, allAheadMsMax, Crew } from "../../src/pool/crew.ts";
import { Job } from "../../src/pool/job.ts";
import { createLine } from "../../src/pool/line.ts";
import { type Done, type Order, takenBack, waiting, wasDone } from "../../src/pool/protocol.ts";
import { createExchange } from "../../src/rpc/exchange.ts";
import { json } from "../../src/wire/json/json.ts";

interface Options {
  readonly ms?: number;
  readonly isKnown?: boolean;
  readonly tenant?: string;
  readonly timeoutMs?: number;
}

function jobOf({ ms = 10, isKnown = true, tenant = "a", timeoutMs }: Options = {}): Job {
  const exchange = createExchange({ codec: json, caller: { tenant, scopes: new Set(["call"]) } });
  const work = { kind: "call", call: { name: "evaluate", params: {}, bytesMax: 1 } } as const;
  const job = new Job(work, exchange, [], "", { ms, operations: 1, isKnown }, timeoutMs);
  // Whatever becomes of it, a test may not care.
  job.done.catch(() => undefined).finally(() => job.close());
  return job;
}

/** Threads that do what they are told, when they are told. */
class Threads {
  readonly line = createLine();
  readonly crew: Crew;
  readonly given = new Map<number, Order[]>();
  /** What the next takes. */
  took = 10;
  private readonly ends = new Map<number, PromiseWithResolvers<Done | undefined>>();

  constructor(workers: number) {
    this.crew = new Crew(readConfig({ WORKERS: String(workers) }), this.line, {
      begin: (job) => {
        const thread = Array.from({ length: workers }, (_, i) => i + 1).find((id) => !this.ends.has(id))!;
        const end = Promise.withResolvers<Done | undefined>();
        this.ends.set(thread, end);
        this.given.set(thread, [job.order]);
        job.kill.signal.addEventListener("abort", () => this.die(thread));
        return { thread, over: end.promise };
      },
      ahead: (thread, order) => this.given.get(thread)!.push(order) > 0,
      deathOf: () => new Error("died"),
    });
  }

  /** Has a thread begin with the next that it was given, unless that was taken back; the id of its order. */
  begins(thread: number): number | undefined {
    const orders = this.given.get(thread)!;
    while (orders.length > 0) {
      const { stop, id } = orders[0]!;
      if ([waiting, thread].includes(Atomics.compareExchange(stop, 1, waiting, thread))) return id;
      orders.shift();
    }
    return undefined;
  }

  /** Has it do that, and say so: as its last, where it has nothing more. */
  async does(thread: number): Promise<number> {
    const order = this.begins(thread)!;
    this.given.get(thread)!.shift();
    const isLast = this.given.get(thread)!.every(({ stop }) => stop[1] === takenBack);
    const done = { thread, order, reply: { text: "1" }, ms: this.took } as Done;
    const job = this.crew.find(order);
    if (isLast) {
      const end = this.ends.get(thread)!;
      this.ends.delete(thread);
      end.resolve(done);
      await end.promise;
    } else this.crew.finish(done);
    await job?.done;
    if (job) this.crew.remove(job);
    return order;
  }

  die(thread: number): void {
    const end = this.ends.get(thread);
    this.ends.delete(thread);
    end?.reject(new Error("the thread died"));
  }
}

const idsOf = (jobs: readonly Job[]) => jobs.map(({ order }) => order.id);

test("a thread is handed as much ahead as takes so long, and the rest waits in line", async () => {
  const threads = new Threads(1);
  const jobs = Array.from({ length: 40 }, () => jobOf());
  for (const job of jobs) threads.crew.add(job, false);
  const most = aheadMsMax / 10;
  expect(threads.given.get(1)!.map(({ id }) => id)).toEqual(idsOf(jobs.slice(0, most)));
  expect([threads.crew.busy, threads.crew.ahead, threads.line.size]).toEqual([1, most - 1, 40 - most]);
  const done: number[] = [];
  while (threads.crew.busy > 0) {
    done.push(await threads.does(1));
    const { running } = threads.crew;
    expect([...running.values()].reduce((sum, { expectedMs }) => sum + expectedMs, 0)).toBeLessThanOrEqual(aheadMsMax);
  }
  expect(done).toEqual(idsOf(jobs));
});

test("nothing is handed ahead of which it is not known how long it takes, nor behind that", () => {
  const threads = new Threads(1);
  for (const isKnown of [false, true]) threads.crew.add(jobOf({ isKnown }), false);
  expect([threads.crew.ahead, threads.line.size]).toEqual([0, 1]);
  const others = new Threads(1);
  for (const isKnown of [true, false, true]) others.crew.add(jobOf({ isKnown }), false);
  expect([others.crew.ahead, others.line.size]).toEqual([0, 2]);
});

test("nothing is handed ahead behind what takes longer than all that may be ahead", () => {
  const threads = new Threads(1);
  threads.crew.add(jobOf({ ms: 2 * aheadMsMax }), false);
  threads.crew.add(jobOf(), false);
  expect([threads.crew.ahead, threads.line.size]).toEqual([0, 1]);
});

test("what was handed ahead never runs once it is cancelled, and its thread lives on", async () => {
  const threads = new Threads(1);
  const [first, second, third] = [jobOf(), jobOf(), jobOf()];
  for (const job of [first, second, third]) threads.crew.add(job, false);
  threads.begins(1);
  second.cancel(new Error("gone"));
  await expect(second.done).rejects.toThrow("gone");
  threads.crew.remove(second);
  expect(first.kill.signal.aborted).toBe(false);
  expect([await threads.does(1), await threads.does(1)]).toEqual(idsOf([first, third]));
  expect(threads.crew.busy).toBe(0);
});

test("what was handed ahead never runs once it is late, and nobody is to blame", async () => {
  const threads = new Threads(1);
  const [first, second] = [jobOf(), jobOf({ timeoutMs: 1 })];
  for (const job of [first, second]) threads.crew.add(job, false);
  expect(threads.crew.ahead).toBe(1);
  threads.begins(1);
  await expect(second.done).rejects.toMatchObject({ type: "deadline_exceeded" });
  threads.crew.remove(second);
  expect([second.hasEndedThread, first.kill.signal.aborted]).toEqual([false, false]);
  expect(await threads.does(1)).toBe(first.order.id);
  expect(threads.crew.busy).toBe(0);
});

test("what was handed ahead outlives its thread, and fails only with the one that does it", async () => {
  const threads = new Threads(1);
  const [first, second, third] = [jobOf(), jobOf(), jobOf()];
  for (const job of [first, second, third]) threads.crew.add(job, false);
  await threads.does(1);
  threads.begins(1);
  threads.die(1);
  await expect(second.done).rejects.toThrow("died");
  threads.crew.remove(second);
  expect(await threads.does(1)).toBe(third.order.id);
  await expect(first.done).resolves.toBeDefined();
});

test("a thread is not ended for what it has done, though nobody has heard of that yet", async () => {
  const threads = new Threads(1);
  const [first, second] = [jobOf(), jobOf()];
  for (const job of [first, second]) threads.crew.add(job, false);
  threads.begins(1);
  first.cancel(new Error("gone"));
  Atomics.store(first.order.stop, 1, wasDone);
  threads.given.get(1)!.shift();
  threads.begins(1);
  await expect(first.done).rejects.toThrow("gone");
  threads.crew.remove(first);
  expect(await threads.does(1)).toBe(second.order.id);
});

test("what a thread has done is answered where it dies before anybody has heard of that", async () => {
  const threads = new Threads(1);
  const [first, second] = [jobOf(), jobOf()];
  for (const job of [first, second]) threads.crew.add(job, false);
  const order = threads.begins(1)!;
  Atomics.store(first.order.stop, 1, wasDone);
  threads.die(1);
  await new Promise((resolve) => setImmediate(resolve));
  threads.crew.finish({ thread: 1, order, reply: { text: "1" } } as Done);
  await expect(first.done).resolves.toMatchObject({ order });
});

test("what a thread had just begun that was ended for another's sake is no fault", async () => {
  const threads = new Threads(1);
  const [first, second] = [jobOf(), jobOf()];
  for (const job of [first, second]) threads.crew.add(job, false);
  await threads.does(1);
  threads.begins(1);
  first.kill.abort();
  await expect(second.done).rejects.toMatchObject({ type: "overloaded" });
});

test("a thread that has nothing to do takes what was handed ahead to another", async () => {
  const threads = new Threads(2);
  const jobs = Array.from({ length: 6 }, () => jobOf());
  for (const job of jobs) threads.crew.add(job, false);
  threads.begins(1);
  threads.begins(2);
  const done: number[] = [];
  // The first thread is stuck: the other does all but what that one has begun with.
  for (let i = 0; i < 5; i++) done.push(await threads.does(2));
  expect(new Set(done)).toEqual(new Set(idsOf(jobs.slice(1))));
});

test("each tenant has so much ahead, beside all that another has", () => {
  const threads = new Threads(1);
  const most = aheadMsMax / 10;
  for (let i = 0; i < 40; i++) threads.crew.add(jobOf({ tenant: "many" }), false);
  const few = Array.from({ length: 4 }, () => jobOf({ tenant: "few" }));
  for (const job of few) threads.crew.add(job, false);
  expect(threads.given.get(1)!.map(({ id }) => id)).toEqual(expect.arrayContaining(idsOf(few)));
  expect([threads.given.get(1)!.length, threads.line.size]).toEqual([most + 4, 40 - most]);
  const tenants = Array.from({ length: 20 }, (_, i) => `${i % 10}`);
  for (const tenant of tenants) threads.crew.add(jobOf({ tenant, ms: aheadMsMax / 2 }), false);
  const ms = [...threads.crew.running.values()].reduce((sum, { expectedMs }) => sum + expectedMs, 0);
  expect(ms).toBeLessThanOrEqual(allAheadMsMax);
});

test("what work took, and not what it was expected to take, decides whose turn is next", async () => {
  const threads = new Threads(1);
  // Nothing is handed ahead behind what is not known.
  const jobs = ["dear", "cheap", "dear", "cheap", "cheap", "cheap"].map((tenant) => jobOf({ tenant, isKnown: false }));
  for (const job of jobs) threads.crew.add(job, false);
  const order: number[] = [];
  while (threads.crew.busy > 0) {
    const next = threads.begins(1)!;
    threads.took = jobs[0]!.order.id === next ? 35 : 10;
    order.push(await threads.does(1));
  }
  // Three of one tenant are due for one of the other.
  expect(order).toEqual(idsOf([0, 1, 3, 4, 5, 2].map((i) => jobs[i]!)));
});

test("what waits for a thread longer than it may is given up, also where a thread has it that has yet to start", async () => {
  const threads = new Threads(1);
  const [first, second] = [jobOf(), jobOf()];
  for (const job of [first, second]) {
    job.giveUpIn(20, () => new Error("waited"));
    threads.crew.add(job, false);
  }
  // Neither has been begun.
  await expect(first.done).rejects.toThrow("waited");
  await expect(second.done).rejects.toThrow("waited");
  expect([first.hasEndedThread, second.hasEndedThread]).toEqual([false, false]);
});

test("what a thread has begun with no longer waits, however long it takes", async () => {
  const threads = new Threads(1);
  const job = jobOf();
  job.giveUpIn(20, () => new Error("waited"));
  threads.crew.add(job, false);
  threads.begins(1);
  await new Promise((resolve) => setTimeout(resolve, 60));
  await threads.does(1);
  await expect(job.done).resolves.toBeDefined();
});
