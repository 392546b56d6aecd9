import { createHash } from "node:crypto";
import { invalidParams, quote, ServiceError } from "../errors.ts";
import { jobNotFound } from "./faults.ts";
import {
  type ChunkRecord,
  type Draft,
  isFinal,
  type JobChange,
  type JobOptions,
  type JobRecord,
  type JobState,
  type SentBlob,
} from "./model.ts";
import type { JobStore, Receiving } from "./store.ts";

/**
 * What a job is asked about with; the same on every thread. Where no tenant is named, jobs of all are meant.
 */
export interface Desk {
  submit(
    tenant: string,
    draft: Draft,
    options: JobOptions,
  ): Promise<{ readonly job: JobRecord; readonly isReplay: boolean }>;
  /** A job, once its state is another than now, it has ended, or so long has passed. Throws `job_not_found`. */
  status(tenant: string | undefined, id: string, waitMs?: number, stop?: AbortSignal): Promise<JobRecord>;
  cancel(tenant: string | undefined, id: string): Promise<JobRecord>;
  list(
    tenant: string | undefined,
    filter: DeskFilter,
  ): Promise<{ readonly jobs: readonly JobRecord[]; readonly next?: string }>;
  /** Throws `job_not_found`; false where the job has not ended. */
  remove(tenant: string | undefined, id: string): Promise<boolean>;
  chunks(job: JobRecord, from: number, limit: number): Promise<readonly ChunkRecord[]>;
  sentBlobs(tenant: string, shas: readonly string[]): Promise<readonly (SentBlob | undefined)[]>;
  blobBytes(sha: string): Promise<number | undefined>;
  readBlob(sha: string, from: number, to: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Which jobs are listed. */
export interface DeskFilter {
  readonly state?: JobState | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

/** The desk of the thread that has the store, which is opened when it is first needed. */
export class StoreDesk implements Desk {
  private readonly open: () => Promise<JobStore>;

  constructor(open: () => Promise<JobStore>) {
    this.open = open;
  }

  async submit(tenant: string, draft: Draft, options: JobOptions) {
    return (await this.open()).accept(tenant, draft, options);
  }

  async status(tenant: string | undefined, id: string, waitMs = 0, stop?: AbortSignal): Promise<JobRecord> {
    const store = await this.open();
    const watched = waitMs > 0 ? await changed(store, id) : undefined;
    try {
      const job = await this.find(store, tenant, id);
      if (!watched || isFinal(job.state)) return job;
      // What is told late, of before the look, is no change.
      await watched.until(({ version, state }) => version > job.version && state !== job.state, waitMs, stop);
      return await this.find(store, tenant, id);
    } finally {
      watched?.end();
    }
  }

  async cancel(tenant: string | undefined, id: string): Promise<JobRecord> {
    const job = await (await this.open()).cancel(tenant, id);
    if (!job) throw jobNotFound(id);
    return job;
  }

  async list(tenant: string | undefined, { after, limit, ...filter }: DeskFilter) {
    const place = after === undefined ? undefined : placeOf(tenant, after);
    const found = await (await this.open()).list(tenant, { ...filter, limit: limit + 1, after: place });
    const page = found.slice(0, limit);
    const next = found.length > limit ? { next: cursorOf(tenant, page.at(-1)!.place) } : {};
    return { jobs: page.map(({ job }) => job), ...next };
  }

  async remove(tenant: string | undefined, id: string): Promise<boolean> {
    const store = await this.open();
    await this.find(store, tenant, id);
    return store.remove(tenant, id);
  }

  async chunks(job: JobRecord, from: number, limit: number) {
    return (await this.open()).chunks(job, from, limit);
  }

  async sentBlobs(tenant: string, shas: readonly string[]) {
    return (await this.open()).sentBlobs(tenant, shas);
  }

  async blobBytes(sha: string) {
    return (await this.open()).blobBytes(sha);
  }

  async readBlob(sha: string, from: number, to: number) {
    return (await this.open()).readBlob(sha, from, to);
  }

  /** Hears of changes of one job until `end`. Throws `job_not_found`. */
  async watch(tenant: string, id: string, onChange: (change: JobChange) => void): Promise<() => void> {
    const store = await this.open();
    await this.find(store, tenant, id);
    return store.watch((change) => {
      if (change.id === id) onChange(change);
    }, id);
  }

  /** Starts to receive a blob of so many bytes, as far as that is known. Throws `quota_exceeded`. */
  async receive(tenant: string, bytes: number): Promise<Receiving> {
    return (await this.open()).receive(tenant, bytes);
  }

  private async find(store: JobStore, tenant: string | undefined, id: string): Promise<JobRecord> {
    const job = await store.find(tenant, id);
    if (!job) throw jobNotFound(id);
    return job;
  }
}

/** A desk where no jobs are. */
export const noDesk: Desk = new StoreDesk(async () => {
  throw new ServiceError("overloaded", "no jobs are kept here", { retryAfterMs: 1000 });
});

/** Watches a job from now on, so that no change is missed between a look at it and the wait for the next. */
async function changed(store: JobStore, id: string) {
  const seen: JobChange[] = [];
  let wake = () => {};
  const end = store.watch((change) => {
    if (change.id !== id) return;
    seen.push(change);
    wake();
  }, id);
  return {
    end,
    async until(isEnough: (change: JobChange) => boolean, waitMs: number, stop?: AbortSignal): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => {
        if (seen.some(isEnough)) resolve();
      };
      wake = look;
      const timer = setTimeout(resolve, waitMs);
      stop?.addEventListener("abort", () => resolve(), { once: true });
      look();
      await promise;
      clearTimeout(timer);
    },
  };
}

/** A place in a list as callers have it: they can keep it, and not make one up. */
function cursorOf(tenant: string | undefined, place: number): string {
  return `${place.toString(36)}.${sealOf(tenant, place)}`;
}

function placeOf(tenant: string | undefined, cursor: string): number {
  const place = Number.parseInt(cursor.split(".", 1)[0]!, 36);
  if (!Number.isSafeInteger(place) || cursor !== cursorOf(tenant, place)) {
    throw invalidParams({ path: "/after", message: `must be \`next\` of the page before, received ${quote(cursor)}` });
  }
  return place;
}

function sealOf(tenant: string | undefined, place: number): string {
  return createHash("sha256")
    .update(`jobs|${tenant ?? ""}|${place}`)
    .digest("base64url")
    .slice(0, 12);
}
