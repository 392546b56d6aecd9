import { optional } from "../../../graph/attribute.ts";
import { OperandFault } from "../../../graph/fault.ts";
import type { Inferred, Node } from "../../../graph/operator.ts";
import { axesOrAll, composite, type Op } from "../../kinds.ts";
import { reducedShape, reductionAttributes } from "../../reduction.ts";
import { reshape, sum } from "../../views.ts";
import { abs } from "../arithmetic.ts";
import { not_equal, where } from "../choice.ts";
import { kinkOfNorm, norm, normOf } from "../norm.ts";
import { max, min } from "../reductions.ts";
import { expectMatrix, leadOf } from "./matrices.ts";
import { singularValuesOf } from "./singular.ts";

const infinity = Number.POSITIVE_INFINITY;

export const vector_norm: Op = composite({
  name: "vector_norm",
  summary: "the norm of vectors along axes: sum(|x|^ord)^(1/ord)",
  formula: "sum(sign(x) * abs(x)^(ord - 1) * dx) / vector_norm(x)^(ord - 1)",
  kink: kinkOfNorm,
  attributes: {
    ord: optional(
      "number",
      'the order: 2, 1, another number, "Infinity", "-Infinity", or 0, which counts what is not 0',
      2,
    ),
    ...reductionAttributes,
  },
  costText: "2 per element of x, 4 per element",
  infer: ([{ shape }], attrs): Inferred<VectorNormAttrs> => {
    if (Number.isNaN(attrs.ord)) throw new OperandFault('attribute "ord" must not be NaN');
    const axis = axesOrAll(attrs.axis, shape.length);
    if (Math.abs(attrs.ord) === infinity && axis.some((i) => shape[i] === 0)) {
      throw new OperandFault("there is no element to choose from", 0);
    }
    return { shape: reducedShape(shape, axis, attrs.keepdims), dtype: "float64", attrs: { ...attrs, axis } };
  },
  compose: ([x], { shape, attrs: { ord, axis, keepdims } }) => normOf(x, ord, { axis, keepdims }, shape),
});

type VectorNormAttrs = { readonly ord: number; readonly axis: readonly number[]; readonly keepdims: boolean };

export const matrix_norm: Op = composite({
  name: "matrix_norm",
  summary: "a norm of the matrices in the last two axes",
  formula: "sum(x * dx) / matrix_norm(x) for `fro`; that of its singular values or sums for others",
  kink: { told: "as of the operators that it is made of: 0 where the norm is 0", at: ([x]) => equalToZero(x!) },
  attributes: {
    ord: optional(
      "order",
      '"fro": root of the sum of squares; "nuc": sum of the singular values; 2 and -2: the largest and the smallest of them; 1 and -1, "Infinity" and "-Infinity": the largest and smallest sum of sizes in a column, in a row',
      "fro",
    ),
    keepdims: reductionAttributes.keepdims,
  },
  costText: "2 per element of x, 4 per element",
  infer: ([x], attrs) => {
    expectMatrix(x);
    if (attrs.ord !== "fro" && attrs.ord !== "nuc" && x.shape.slice(-2).includes(0)) {
      throw new OperandFault("there is no element to choose from", 0);
    }
    const shape = attrs.keepdims ? [...leadOf(x), 1, 1] : leadOf(x);
    return { shape, dtype: "float64", attrs };
  },
  compose: ([x], { attrs: { ord }, shape }) => reshape(matrixNorm(x, ord), { shape }),
});

function matrixNorm(x: Node, ord: string | number): Node {
  const along = { axis: [-1] };
  if (ord === "fro") return norm(x, { axis: [-2, -1] });
  if (ord === "nuc") return sum(singularValuesOf(x), along);
  if (ord === 2) return max(singularValuesOf(x), along);
  if (ord === -2) return min(singularValuesOf(x), along);
  const sums = sum(abs(x), { axis: Math.abs(Number(ord)) === 1 ? [-2] : [-1] });
  return (Number(ord) > 0 ? max : min)(sums, along);
}

function equalToZero(x: Node): Node | undefined {
  return x.shape.includes(0) ? undefined : not_equal(sum(where(not_equal(x, 0), 0, 1)), 0);
}
