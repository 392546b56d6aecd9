/** What is done for a call, one after the other. */
export type Phase = "read" | "plan" | "queue" | "run" | "write";

/** When a phase began, in milliseconds since 1970; it ends where the next begins. */
export interface Mark {
  readonly phase: Phase;
  readonly atMs: number;
}

/** The phases of the calls of a request, for whoever traces it. */
export class Phases {
  readonly marks: Mark[] = [];

  /** Says that a phase begins now, unless it is that which goes on. */
  mark(phase: Phase): void {
    if (this.marks.at(-1)?.phase === phase) return;
    this.add([{ phase, atMs: performance.timeOrigin + performance.now() }]);
  }

  /** Takes what another thread has marked. */
  add(marks: readonly Mark[]): void {
    if (this.marks.length < marksMax) this.marks.push(...marks);
  }
}

// Of a long batch the beginning is enough.
const marksMax = 300;
