/** An abort signal that another thread sets by a number in shared memory: it can be looked at, but fires no event. */
export class FlagSignal extends EventTarget implements AbortSignal {
  readonly onabort = null;
  private readonly flag: Int32Array;

  constructor(flag: Int32Array) {
    super();
    this.flag = flag;
  }

  get aborted(): boolean {
    return Atomics.load(this.flag, 0) !== 0;
  }

  get reason(): Error | undefined {
    return this.aborted ? new Error("the call is no longer wanted") : undefined;
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }
}
