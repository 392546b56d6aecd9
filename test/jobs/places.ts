import { createHash } from "node:crypto";
import { onTestFinished } from "vitest";
import type { ServiceError } from "../../src/errors.ts";
import { sha256 } from "../../src/jobs/digest.ts";
import { EmbeddedStore } from "../../src/jobs/embedded/store.ts";
import type { Blob, ChunkResult, Claim, Draft, JobOptions } from "../../src/jobs/model.ts";
import { PostgresStore } from "../../src/jobs/postgres/store.ts";
import type { StoreLimits } from "../../src/jobs/quota.ts";
import type { JobStore } from "../../src/jobs/store.ts";
import { temporaryFolder } from "../support/folders.ts";
import { freshDatabase } from "./postgres/shared.ts";
import type { StoreName } from "./service.ts";

/** Where a test keeps jobs: what is opened there again finds what was kept, as if the process that had it were gone. */
export interface Place {
  open(options?: { readonly limits?: Partial<StoreLimits>; readonly arithmetic?: string }): Promise<JobStore>;
}

/** A place of the test's own. */
export async function placeOn(store: StoreName): Promise<Place> {
  return store === "sqlite" ? folderAt() : databaseAt(await freshDatabase());
}

/** A folder as a place. */
export function folderAt(dir = temporaryFolder()): Place & { readonly dir: string } {
  return {
    dir,
    async open({ arithmetic = "test", limits } = {}) {
      const store = new EmbeddedStore({ dir, arithmetic, limits: { ...roomy, ...limits } });
      onTestFinished(() => store.close().catch(() => undefined));
      return store;
    },
  };
}

/** A database as a place. */
export function databaseAt(url: string, onFault: (error: unknown) => void = console.error): Place {
  return {
    async open({ arithmetic = "test", limits } = {}) {
      let isOver = false;
      const store = await PostgresStore.open({
        url,
        arithmetic,
        isWorker: true,
        limits: { ...roomy, ...limits },
        onFault: (error) => isOver || onFault(error),
      });
      onTestFinished(() => {
        isOver = true;
        return store.close().catch(() => undefined);
      });
      return store;
    },
  };
}

const roomy = { jobsQueued: 100, jobsBytes: 2 ** 30, diskFreeBytes: 0 };

/** A draft of so many points, of which each is a number. */
export function draft(points: number, more: Partial<Draft> = {}): Draft {
  const input = blob(`input of ${points}`);
  return {
    method: "evaluate",
    graph: "sha256:0",
    spec: JSON.stringify({ points }),
    points,
    chunkPoints: 8,
    inputBytes: 100,
    resultBytes: 100,
    blobs: [input],
    needs: [],
    digest: sha256([`${points}`]),
    ...more,
  };
}

/** Options of a job, as they are without being asked for. */
export function options(more: Partial<JobOptions> = {}): JobOptions {
  return { priority: "normal", onError: "stop", deadlineMs: 3_600_000, retainMs: 3_600_000, labels: [], ...more };
}

/** Some bytes. */
export function blob(text: string): Blob {
  const bytes = new Uint8Array(Buffer.from(text));
  return { sha: createHash("sha256").update(bytes).digest("hex"), pieces: [bytes] };
}

/** What a chunk gives. */
export function result({ job, chunk }: Claim, failed = 0): ChunkResult {
  return { form: '["v",1]', data: blob(`${job.method} ${chunk}`), failed };
}

/** The type of the error that something rejects with. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "nothing",
    (error: ServiceError) => error.type ?? error.message,
  );
}
