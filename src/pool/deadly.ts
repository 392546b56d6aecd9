import { hash } from "node:crypto";
import { ServiceError } from "../errors.ts";
import type { MovedCall } from "../rpc/dispatch.ts";

/**
 * Remembers what ended worker threads, by digest: whatever was sent ends only so many, and is then refused for a while.
 */
export class Deadly {
  private readonly forgetMs: number;
  private readonly ends = new Map<string, { readonly count: number; readonly atMs: number }>();

  constructor(forgetMs: number) {
    this.forgetMs = forgetMs;
  }

  /** Notes that something ended a thread. */
  note(digest: string): void {
    const count = (this.recent(digest)?.count ?? 0) + 1;
    // Last in the order in which they are forgotten.
    this.ends.delete(digest);
    this.ends.set(digest, { count, atMs: performance.now() });
    if (this.ends.size > endsMax) this.ends.delete(this.ends.keys().next().value!);
  }

  /** Whether anything is remembered, so that digests are worth taking. */
  get isEmpty(): boolean {
    return this.ends.size === 0;
  }

  /** What is refused now. */
  get refused(): readonly string[] {
    return [...this.ends.keys()].filter((digest) => (this.recent(digest)?.count ?? 0) >= threadsEndedMax);
  }

  private recent(digest: string) {
    const end = this.ends.get(digest);
    if (end && performance.now() - end.atMs <= this.forgetMs) return end;
    this.ends.delete(digest);
    return undefined;
  }
}

/** -32004 for what is refused. */
export function deadlyError(): ServiceError {
  return new ServiceError(
    "limit_exceeded",
    `this has ended ${threadsEndedMax} worker threads, and is refused for a while: ask for less, or for more time`,
    { limit: "threadsEnded", allowed: threadsEndedMax, received: threadsEndedMax },
  );
}

/** What a call that has been read is remembered by. */
export function digestOf({ name, params }: MovedCall): string {
  return hash("sha256", JSON.stringify([name, params]));
}

const threadsEndedMax = 2;
const endsMax = 1000;
