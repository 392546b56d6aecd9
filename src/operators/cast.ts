import { required } from "../graph/attribute.ts";
import type { DType } from "../graph/dtype.ts";
import type { Inferred, Node } from "../graph/operator.ts";
import { mapElements } from "./kernels/elementwise.ts";
import { type Op, primitive } from "./kinds.ts";

/** Conversion of elements; to bool, whatever is not 0 is true. Documents convert by declaring dtypes. */
export const cast: Op = primitive({
  name: "cast",
  summary: "x in another dtype",
  formula: "dx",
  attributes: { dtype: required("dtype", "the dtype") },
  costText: "0",
  infer: ([x], attrs) => ({ shape: x.shape, dtype: attrs.dtype, attrs }),
  cost: () => 0,
  form: {
    kind: "elementwise",
    scalar: ({ dtype }) => conversions[dtype],
    lower: (m, [x], { dtype }) => (dtype === "bool" ? m.and(m.ne(x, m.constant(0)), m.constant(1)) : x),
  },
  evaluate: (args, node, budget) => mapElements(conversions[node.attrs.dtype], args, node, 1, budget),
  hidesNaN: [0],
  batch: (node, [x]) => cast(x, node.attrs),
  zero: "all",
});

const conversions: Readonly<Record<DType, (x: number) => number>> = {
  float64: (x) => x,
  float32: (x) => x,
  int32: (x) => x | 0,
  bool: (x) => Number(x !== 0),
};

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
