import { optional } from "../graph/attribute.ts";
import { OperandFault } from "../graph/fault.ts";
import type { Fold } from "../graph/lowering.ts";
import type { Inferred, Node, Operator } from "../graph/operator.ts";
import { elementCount, type Shape } from "../graph/shape.ts";
import { coerceFloat } from "./cast.ts";
import { reduceAxes } from "./kernels/reduce.ts";
import { axesOrAll, type Declaration, elements, expectArity, type Op, primitive } from "./kinds.ts";

/** The attributes of a reduction. */
export const reductionAttributes = {
  axis: optional("integerOrIntegers", "the axes to reduce; absent: all"),
  keepdims: optional("boolean", "whether reduced axes stay, with length 1", false),
};

interface ReductionAttrs {
  readonly axis: readonly number[];
  readonly keepdims: boolean;
}

/** A primitive that folds elements along axes. */
export function reduction(
  declaration: Omit<Declaration, "fold"> & {
    readonly initial: number;
    readonly fold: (a: number, x: number) => number;
    readonly by: Fold["by"];
    readonly needsElements?: boolean;
  },
): Op {
  const { initial, fold, by, needsElements = false, ...rest } = declaration;
  return primitive({
    attributes: reductionAttributes,
    costText: "1 per element of x",
    infer: inferReduction(needsElements),
    coerce: coerceFloat,
    cost: (node) => elements(node.args[0]!),
    evaluate: ([x], node, budget) => reduceAxes(x!, axesOf(node), node, initial, fold, budget),
    fold: { initial, by },
    batch: (node, args) =>
      args[0]!.builder.build(node.op, args, { ...node.attrs, axis: axesOf(node).map((axis) => axis + 1) }),
    ...rest,
  });
}

/** Checks a reduction: distinct axes, sorted, and some element where it `needsElements`. */
export function inferReduction(needsElements: boolean): Operator["infer"] {
  return (args, attrs) => {
    expectArity(args, 1);
    const { shape } = args[0]!;
    const axis = axesOrAll(attrs.axis, shape.length);
    const keepdims = attrs.keepdims as boolean;
    if (needsElements && elementCount(axis.map((i) => shape[i]!)) === 0) {
      throw new OperandFault("there is no element to choose from", 0);
    }
    return { shape: reducedShape(shape, axis, keepdims), dtype: "float64", attrs: { ...attrs, axis } };
  };
}

/** How many elements of x become one. */
export function reducedCount(x: Node, attrs: Inferred["attrs"]): number {
  return elementCount((attrs as unknown as ReductionAttrs).axis.map((i) => x.shape[i]!));
}

/** The axes that a reduction reduces. */
export function axesOf(node: Node): readonly number[] {
  return (node.attrs as unknown as ReductionAttrs).axis;
}

/** The shape without the reduced axes, or with length 1 there. */
export function reducedShape(shape: Shape, axes: readonly number[], keepdims: boolean): Shape {
  return keepdims ? shape.map((n, i) => (axes.includes(i) ? 1 : n)) : shape.filter((_, i) => !axes.includes(i));
}
