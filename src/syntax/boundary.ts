import { invalidGraph, quote } from "../errors.ts";
import { computedDType, type DType, isFloat } from "../graph/dtype.ts";
import type { Node } from "../graph/operator.ts";
import { cast } from "../operators/families/types.ts";

/**
 * What passes in or out of a function, as it is declared there: converted, and rounded to float32 or float16. Narrow
 * integers are storage, which nothing is checked against in the middle of a graph: `invalid_graph`.
 */
export function asDeclared(node: Node, declared: DType, what: string): Node {
  if (!isFloat(declared) && declared !== computedDType(declared)) {
    throw invalidGraph(
      `${what}: ${declared} is storage, which functions have none of; declare ${quote(computedDType(declared))}, and cast in the function what is to wrap`,
    );
  }
  return node.dtype === declared ? node : node.builder.apply(cast.operator, [node], { dtype: declared });
}
