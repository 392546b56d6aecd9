import { Elsewhere } from "../errors.ts";
import { Budget } from "../graph/budget.ts";
import { documentSize } from "../syntax/sources.ts";

/** What is small enough for the thread that serves; the rest of the work goes elsewhere. */
export interface InlineLimits {
  /** Counted operations of a call, and operations that it spends, making its programs included. */
  readonly operations: number;
  /** Planned bytes. */
  readonly bytes: number;
  /** Nodes and constants of a graph. */
  readonly nodes: number;
  /** Characters of a formula. */
  readonly formulaLength: number;
}

/** Together about a millisecond or two at most, of which most is making programs that are then kept. */
export const inlineLimits: InlineLimits = { operations: 100_000, bytes: 128 * 1024, nodes: 200, formulaLength: 2000 };

/** A call's budget on the thread that serves: throws `Elsewhere` when more is spent than small calls need. */
export class InlineBudget extends Budget {
  private left: number;

  constructor(operations: number, ...[deadlineMs, timeoutMs, signal]: ConstructorParameters<typeof Budget>) {
    super(deadlineMs, timeoutMs, signal);
    this.left = operations;
  }

  override spend(operations: number): void {
    this.left -= operations;
    if (this.left < 0) throw new Elsewhere();
    super.spend(operations);
  }
}

/** Throws `Elsewhere` for a document that is not small at a glance; what is wrong in it is not looked for. */
export function checkDocument(document: unknown, limits: InlineLimits): void {
  const { nodes, characters, derivatives } = documentSize(document);
  if (nodes > limits.nodes || characters > limits.formulaLength || derivatives > 0) throw new Elsewhere();
}
