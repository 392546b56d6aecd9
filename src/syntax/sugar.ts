import type { Builder, Node, Operator } from "../graph/operator.ts";

/**
 * What a language says in one word and what takes operators to say, perhaps others for other shapes: it is resolved where
 * the graph form is read, when the operands are known. Documents cannot name it. Throws an `OperandFault`.
 */
export class Sugar {
  /** What faults call it. */
  readonly name: string;
  /** The operator that it applies in the end, where there is one. */
  readonly operator: Operator | undefined;
  readonly resolve: (builder: Builder, operands: readonly Node[]) => Node;

  constructor(name: string, resolve: Sugar["resolve"], operator?: Operator) {
    this.name = name;
    this.operator = operator;
    this.resolve = resolve;
  }
}
