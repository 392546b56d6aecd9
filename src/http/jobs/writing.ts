import type { ServerResponse } from "node:http";
import { setImmediate } from "node:timers/promises";

/** Writes an answer bit by bit, as fast as its client takes it; closes the connection of one that takes nothing in time. */
export class Writing {
  readonly response: ServerResponse;
  private readonly stallMs: number;

  constructor(response: ServerResponse, stallMs: number) {
    this.response = response;
    this.stallMs = stallMs;
  }

  /** Whether the client is gone. */
  get isGone(): boolean {
    return this.response.destroyed;
  }

  /** Resolves when the socket has taken the bytes, and others have had their turn. Throws where the client is gone. */
  async write(bytes: string | Uint8Array): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => this.response.destroy(), this.stallMs);
    const gone = () => reject(new Error("the client is gone"));
    this.response.once("close", gone);
    try {
      if (this.isGone) gone();
      else this.response.write(bytes, (error) => (error ? reject(error) : resolve()));
      await promise;
      await setImmediate();
    } finally {
      clearTimeout(timer);
      this.response.off("close", gone);
    }
  }

  end(): void {
    this.response.end();
  }
}
