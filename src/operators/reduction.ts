import { type AttributesOf, optional, required } from "../graph/attribute.ts";
import { OperandFault } from "../graph/fault.ts";
import type { Fold } from "../graph/lowering.ts";
import type { Inferred, IntegerForm, Node } from "../graph/operator.ts";
import { elementCount, type Shape } from "../graph/shape.ts";
import { castNode, coerceFloat } from "./cast.ts";
import { reduceAxes } from "./kernels/reduce.ts";
import { axesOrAll, type Described, elements, type Op, primitive, type Ruled, type X } from "./kinds.ts";

/** The attributes of a reduction. */
export const reductionAttributes = {
  axis: optional("integerOrIntegers", "the axes to reduce; absent: all"),
  keepdims: optional("boolean", "whether reduced axes stay, with length 1", false),
};

/** The attributes of a reduction's nodes. */
export type ReductionAttrs = {
  readonly axis: readonly number[];
  readonly keepdims: boolean;
};

/** What a declaration of a reduction says. */
interface ReductionDeclaration extends Omit<Described<never, X>, "costText">, Ruled<ReductionAttrs, X> {
  readonly initial: number;
  readonly fold: (a: number, x: number) => number;
  readonly by: Fold["by"];
  readonly needsElements?: boolean;
}

/** A primitive that folds elements along axes. */
export function reduction(declaration: ReductionDeclaration): Op {
  const { initial, fold, by, needsElements = false, ...rest } = declaration;
  return primitive<typeof reductionAttributes, ReductionAttrs>({
    ...rest,
    costText: "1 per element of x",
    attributes: reductionAttributes,
    infer: inferReduction(needsElements),
    cost: (node) => elements(node.args[0]),
    form: { kind: "reduction", fold: { initial, by }, axes: (attrs) => attrs.axis },
    coerce: coerceFloat,
    evaluate: ([x], node, budget) => reduceAxes(x, node.attrs.axis, node, initial, fold, budget),
    batch: (node, [x]) =>
      x.builder.build(node.op, [x], { ...node.attrs, axis: node.attrs.axis.map((axis) => axis + 1) }),
  });
}

/** A sum or a product of integers that stays one: of int32 by two's complement, of int64 NaN beyond 2^53. */
export const integer_fold: Op = primitive({
  name: "integer_fold",
  summary: "a sum or product of integers",
  formula: "0",
  attributes: {
    axis: required("integers", "the axes to reduce"),
    keepdims: required("boolean", "whether reduced axes stay, with length 1"),
    by: required("text", "`add` or `multiply`"),
  },
  costText: "1 per element of x",
  infer: ([{ shape, dtype }], attrs) => ({ shape: reducedShape(shape, attrs.axis, attrs.keepdims), dtype, attrs }),
  cost: (node) => elements(node.args[0]),
  form: { kind: "opaque" },
  evaluate: ([x], node, budget) => {
    const { axis, by } = node.attrs;
    return reduceAxes(
      x,
      axis,
      node,
      by === "add" ? 0 : 1,
      integerFolds[node.dtype === "int32" ? 32 : 64][by as By],
      budget,
    );
  },
  batch: (node, [x]) => integer_fold(x, { ...node.attrs, axis: node.attrs.axis.map((axis) => axis + 1) }),
  zero: "all",
});

type By = "add" | "multiply";
const within = (x: number) => (Math.abs(x) <= 2 ** 53 ? x : Number.NaN);

/** How integers are added and multiplied, by their bits. */
export const integerFolds = {
  32: { add: (a: number, x: number) => (a + x) | 0, multiply: Math.imul },
  64: { add: (a: number, x: number) => within(a + x), multiply: (a: number, x: number) => within(a * x) },
} as const;

/** That `sum` or `prod` of integers is one. */
export function foldedIntegers(by: By): IntegerForm {
  return {
    compose: ([x], { attrs, dtype }) => {
      const { axis, keepdims } = attrs as ReductionAttrs;
      return integer_fold(castNode(x!, dtype), { axis, keepdims, by });
    },
  };
}

/** Checks a reduction: distinct axes, sorted, and some element where it `needsElements`. */
export function inferReduction(needsElements: boolean) {
  return <A extends AttributesOf<typeof reductionAttributes>>(
    [{ shape }]: readonly [Node],
    attrs: A,
  ): Inferred<A & ReductionAttrs> => {
    const axis = axesOrAll(attrs.axis, shape.length);
    if (needsElements && elementCount(axis.map((i) => shape[i]!)) === 0) {
      throw new OperandFault("there is no element to choose from", 0);
    }
    return { shape: reducedShape(shape, axis, attrs.keepdims), dtype: "float64", attrs: { ...attrs, axis } };
  };
}

/** How many elements of x become one. */
export function reducedCount(x: Node, attrs: Pick<ReductionAttrs, "axis">): number {
  return elementCount(attrs.axis.map((i) => x.shape[i]!));
}

/** The shape without the reduced axes, or with length 1 there. */
export function reducedShape(shape: Shape, axes: readonly number[], keepdims: boolean): Shape {
  return keepdims ? shape.map((n, i) => (axes.includes(i) ? 1 : n)) : shape.filter((_, i) => !axes.includes(i));
}
