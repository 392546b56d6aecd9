import type { Node } from "../graph/operator.ts";
import { elementwise } from "./elementwise.ts";
import type { Declaration, Op } from "./kinds.ts";
import { scale } from "./linear.ts";

/** A unary function whose derivative is `partial(x, out)`. */
export function smooth(
  declaration: Omit<Declaration, "scalar"> & {
    readonly scalar: (x: number) => number;
    readonly operations?: number;
    readonly partial: (x: Node, out: Node) => Node;
  },
): Op {
  const { partial, ...rest } = declaration;
  return elementwise({ operations: 20, ...rest, jvp: [(dx, [x], out) => scale(dx, partial(x!, out))] });
}
