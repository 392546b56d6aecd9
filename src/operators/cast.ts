import { required } from "../graph/attribute.ts";
import type { DType } from "../graph/dtype.ts";
import type { Lowered, Machine } from "../graph/lowering.ts";
import type { Inferred, Node } from "../graph/operator.ts";
import { mapElements } from "./kernels/elementwise.ts";
import { type Op, primitive } from "./kinds.ts";

/**
 * Conversion of elements among the dtypes inside a graph: to bool, whatever is not 0 is true; to integers, the fraction is
 * dropped. int32 takes two's complement of what is beyond, NaN and infinities give 0; int64 has NaN for what is beyond 2^53,
 * and no answer holds that.
 */
export const convert: Op = primitive({
  name: "convert",
  summary: "x in another dtype",
  formula: "dx",
  attributes: { dtype: required("dtype", "the dtype") },
  costText: "0",
  infer: ([x], attrs) => ({ shape: x.shape, dtype: attrs.dtype, attrs }),
  cost: () => 0,
  form: {
    kind: "elementwise",
    scalar: ({ dtype }) => conversionTo(dtype),
    lower: (m, [x], { dtype }) => {
      if (dtype === "bool") return m.and(m.ne(x, m.constant(0)), m.constant(1));
      if (dtype === "int32") return wrapped(m, m.trunc(x));
      if (dtype === "int64") return m.select(m.le(m.abs(x), m.constant(2 ** 53)), m.trunc(x), beyond(m, x));
      return x;
    },
  },
  evaluate: (args, node, budget) => mapElements(conversionTo(node.attrs.dtype), args, node, 1, budget),
  hidesNaN: [0],
  batch: (node, [x]) => convert(x, node.attrs),
  zero: "all",
});

const conversions: Partial<Readonly<Record<DType, (x: number) => number>>> = {
  float64: (x) => x,
  int64: (x) => (Math.abs(x) <= 2 ** 53 ? Math.trunc(x) : Number.isNaN(x) ? 0 : Number.NaN),
  int32: (x) => x | 0,
  bool: (x) => Number(x !== 0),
};

function conversionTo(dtype: DType): (x: number) => number {
  const conversion = conversions[dtype];
  if (!conversion) throw new Error(`${dtype} does not occur inside a graph`);
  return conversion;
}

/** An integer modulo 2^32, from -2^31 on; 0 for what is not finite. All steps are exact. */
export function wrapped(m: Machine, x: Lowered): Lowered {
  const [zero, all] = [m.constant(0), m.constant(2 ** 32)];
  const rest = m.sub(x, m.mul(all, m.floor(m.div(x, all))));
  const signed = m.select(m.ge(rest, m.constant(2 ** 31)), m.sub(rest, all), rest);
  return m.select(m.eq(signed, signed), signed, zero);
}

function beyond(m: Machine, x: Lowered): Lowered {
  return m.select(m.eq(x, x), m.constant(Number.NaN), m.constant(0));
}

/** `x` converted to `dtype`, itself where it has it. */
export function castNode(x: Node, dtype: DType): Node {
  return x.dtype === dtype ? x : convert(x, { dtype });
}

/** Coerces every operand to float64; for primitives that compute. */
export function coerceFloat(args: readonly Node[]): readonly Node[] {
  return args.map((x) => castNode(x, "float64"));
}

/** Coerces every operand to the result's dtype; for primitives that move elements. */
export function coerceResult(args: readonly Node[], inferred: Inferred): readonly Node[] {
  return args.map((x) => castNode(x, inferred.dtype));
}
