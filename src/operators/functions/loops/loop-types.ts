import type { GraphFunction } from "../../../graph/function.ts";
import type { Builder, Extension, Node } from "../../../graph/operator.ts";

/** What a loop is: a body of constants, carries and one row of each of the tensors xs, that gives carries and rows. */
export type Loop = {
  readonly body: GraphFunction;
  readonly constants: number;
  readonly carry: number;
  readonly length: number;
  /** Whether it begins at the last row. */
  readonly reverse: boolean;
  /** Whether the first operand says how many of the first rows it goes through; the others are 0 in its results. */
  readonly counted: boolean;
  readonly extension: Extension | undefined;
};

/** What a loop is that goes on while a condition holds, and keeps rows for as many steps as its limit. */
export type Until = {
  /** Of constants and carries: whether to go on. */
  readonly condition: GraphFunction;
  readonly body: GraphFunction;
  readonly constants: number;
  readonly carry: number;
  readonly limit: number | undefined;
  /** Whether its condition is known to end it after few steps, though it has no limit. */
  readonly endsSoon?: boolean;
  readonly extension: Extension | undefined;
};

/** Makes a loop in primitives, a bundle. Operands are the count where it is counted, constants, carries and xs. */
export type MakeLoop = (attrs: Loop, args: readonly Node[], builder: Builder) => Node;
