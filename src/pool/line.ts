import { Shares } from "../rpc/shares.ts";
import type { Job } from "./job.ts";

/** Work that waits for a thread, in the order in which it gets one. */
export interface Line {
  readonly size: number;
  /** Counted operations of all that waits, as far as they are known or expected. */
  readonly operations: number;
  /** Milliseconds that all that waits is expected to take on one thread. */
  readonly expectedMs: number;
  /** Tenants that have something waiting. */
  readonly tenants: number;
  /** What is before new work of a tenant, in milliseconds of one thread, when all tenants have equal turns. */
  aheadMs(tenant: string, ms: number): number;
  add(job: Job): void;
  /** The next, of tenants whose own next passes; undefined where there is none. */
  peek(passes: (job: Job) => boolean): Job | undefined;
  /** Takes the next out; undefined where nothing waits. */
  take(): Job | undefined;
  /** Takes one out because it is its turn. */
  begin(job: Job): void;
  /** Takes one out, without its having had a turn; false where it does not wait. */
  remove(job: Job): boolean;
  /** Counts what one that had its turn took in the end, in milliseconds of one thread. */
  settle(job: Job, ms: number): void;
  /** The latest of the tenant that has most waiting, where that is more than another would have with some work more. */
  victim(tenant: string, ms: number): Job | undefined;
}

/** How much later work that takes longer has its turn: it waits as if it had come so many times its own time later. */
const patience = 4;

/**
 * Makes a line in which tenants have equal turns by the time that their work took, or is expected to take while it is not
 * done: next is the tenant that has had least. Of one tenant's work the short goes before the long, and the long before
 * what comes much later.
 */
export function createLine(): Line {
  const waiting = new Map<string, Waiting>();
  const shares = new Shares();
  let size = 0;
  let operations = 0;
  let expectedMs = 0;

  function drop(tenant: string, own: Waiting, index: number): Job {
    const [job] = own.jobs.splice(index, 1);
    own.expectedMs -= job!.expectedMs;
    size--;
    operations -= job!.operations;
    expectedMs -= job!.expectedMs;
    if (own.jobs.length === 0) waiting.delete(tenant);
    return job!;
  }

  function peek(passes: (job: Job) => boolean): Job | undefined {
    const tenants: string[] = [];
    for (const [tenant, { jobs }] of waiting) if (passes(jobs[0]!)) tenants.push(tenant);
    const next = shares.next(tenants);
    return next === undefined ? undefined : waiting.get(next)!.jobs[0];
  }

  function remove(job: Job): boolean {
    const { tenant } = job.exchange.call;
    const own = waiting.get(tenant);
    const index = own?.jobs.indexOf(job) ?? -1;
    if (index < 0) return false;
    drop(tenant, own!, index);
    return true;
  }

  function begin(job: Job): void {
    const { tenant } = job.exchange.call;
    remove(job);
    shares.begin(tenant);
    shares.charge(tenant, job.expectedMs);
  }

  return {
    get size() {
      return size;
    },
    get operations() {
      return operations;
    },
    get expectedMs() {
      return expectedMs;
    },
    get tenants() {
      return waiting.size;
    },
    aheadMs(tenant, ms) {
      const own = waiting.get(tenant);
      // With equal turns no other has more before it than this one has had, has itself, and its own next.
      const most = shares.debt(tenant) + (own?.expectedMs ?? 0) + ms;
      let ahead = own?.expectedMs ?? 0;
      for (const [name, other] of waiting) {
        if (name !== tenant) ahead += Math.min(other.expectedMs, Math.max(0, most - shares.debt(name)));
      }
      return ahead;
    },
    add(job) {
      const tenant = job.exchange.call.tenant;
      let own = waiting.get(tenant);
      if (!own) {
        own = { jobs: [], expectedMs: 0 };
        waiting.set(tenant, own);
      }
      const rank = rankOf(job);
      let at = own.jobs.length;
      while (at > 0 && rankOf(own.jobs[at - 1]!) > rank) at--;
      own.jobs.splice(at, 0, job);
      own.expectedMs += job.expectedMs;
      size++;
      operations += job.operations;
      expectedMs += job.expectedMs;
    },
    peek,
    take() {
      const job = peek(() => true);
      if (job) begin(job);
      return job;
    },
    begin,
    remove,
    settle(job, ms) {
      shares.charge(job.exchange.call.tenant, ms - job.expectedMs);
    },
    victim(tenant, ms) {
      let most: readonly [string, Waiting] | undefined;
      for (const entry of waiting) if (!most || entry[1].expectedMs > most[1].expectedMs) most = entry;
      if (!most || most[0] === tenant) return undefined;
      const own = (waiting.get(tenant)?.expectedMs ?? 0) + ms;
      return own < most[1].expectedMs ? most[1].jobs.at(-1) : undefined;
    },
  };
}

interface Waiting {
  readonly jobs: Job[];
  expectedMs: number;
}

function rankOf({ exchange, expectedMs }: Job): number {
  return exchange.call.receivedAtMs + patience * expectedMs;
}
