import type { AttributesOf } from "../graph/attribute.ts";
import type { Elementwise, ElementwiseOperator, Node, Own, Rules } from "../graph/operator.ts";
import { elementwise } from "./elementwise.ts";
import type { Described, None, Op, X } from "./kinds.ts";
import { scale } from "./linear.ts";

/** What a declaration of a smooth function says: its slope in place of rules. */
type SmoothDeclaration<S> = Omit<Described<S, X>, "costText" | "operands"> & {
  readonly scalar: (x: number) => number;
  readonly base?: Rules<NoInfer<AttributesOf<S>>, X>["base"];
  readonly lower?: Elementwise<NoInfer<AttributesOf<S>>, X>["lower"];
  readonly operations?: number;
  readonly partial: (x: Node, out: Own<NoInfer<AttributesOf<S>>, X>) => Node;
};

/** A unary function whose derivative is `partial(x, out)`; 20 operations unless it says. */
export function smooth<S = None>(declaration: SmoothDeclaration<S>): Op<ElementwiseOperator> {
  const { partial, ...rest } = declaration;
  return elementwise<S, X>({ operations: 20, ...rest, jvp: [(dx, [x], out) => scale(dx, partial(x, out))] });
}
