import { isInteger } from "../graph/dtype.ts";
import type { Builder, Node } from "../graph/operator.ts";
import { castNode, coerceFloat } from "./cast.ts";

/** The value of a document's operator on integers only, of operands in primitives; undefined for any other node. */
export function integerForm(node: Node, args: readonly Node[], builder: Builder): Node | undefined {
  const { op, attrs, dtype } = node;
  if (!op.integers || !isInteger(dtype)) return undefined;
  if (op.integers.compose) return op.integers.compose(args, node);
  return castNode(builder.build(op, coerceFloat(args), attrs), dtype);
}
