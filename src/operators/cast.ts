import { required } from "../graph/attribute.ts";
import type { DType } from "../graph/dtype.ts";
import type { Inferred, Node } from "../graph/operator.ts";
import { mapElements } from "./kernels/elementwise.ts";
import { primitive } from "./kinds.ts";

/** Conversion of elements; to bool, whatever is not 0 is true. Documents convert by declaring dtypes. */
export const cast = primitive({
  name: "cast",
  summary: "x in another dtype",
  formula: "dx",
  attributes: { dtype: required("text", "the dtype") },
  costText: "0",
  infer: ([x], attrs) => ({ shape: x!.shape, dtype: attrs.dtype as DType, attrs }),
  cost: () => 0,
  evaluate: (args, node, budget) =>
    mapElements(node.dtype === "bool" ? (x) => Number(x !== 0) : (x) => x, args, node, 1, budget),
  lower: (m, [x], { dtype }) => (dtype === "bool" ? m.and(m.ne(x!, m.constant(0)), m.constant(1)) : x!),
  hidesNaN: [0],
  batch: (node, args) => cast(args[0]!, node.attrs),
  zero: "all",
});

/** `x` converted to `dtype`, itself where it has it. */
export function castNode(x: Node, dtype: DType): Node {
  return x.dtype === dtype ? x : cast(x, { dtype });
}

/** Coerces every operand to float64; for primitives that compute. */
export function coerceFloat(args: readonly Node[]): readonly Node[] {
  return args.map((x) => castNode(x, "float64"));
}

/** Coerces every operand to the result's dtype; for primitives that move elements. */
export function coerceResult(args: readonly Node[], inferred: Inferred): readonly Node[] {
  return args.map((x) => castNode(x, inferred.dtype));
}
