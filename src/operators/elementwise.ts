import { type Attrs, noAttributes } from "../graph/attribute.ts";
import type { DType } from "../graph/dtype.ts";
import type { Node, Operator } from "../graph/operator.ts";
import { elementCount, range, sameShape } from "../graph/shape.ts";
import { castNode } from "./cast.ts";
import { mapElements } from "./kernels/elementwise.ts";
import { broadcastAll, callable, commonDType, type Declaration, expectArity, type Op, type Scalar } from "./kinds.ts";
import { everyElement } from "./patterns.ts";
import { broadcastNode, liftAll } from "./views.ts";

/** An elementwise primitive: a function of numbers, broadcast by NumPy's rule. */
export function elementwise(
  declaration: Omit<Declaration, "scalar"> & {
    /** The function itself; `scalarOf` where it depends on attributes. */
    readonly scalar?: Scalar;
    readonly scalarOf?: (attrs: Attrs) => Scalar;
    readonly operations?: number;
    readonly dtype?: DType | "keep";
    /** The first operand kept by dtype "keep". */
    readonly keepFrom?: number;
  },
): Op {
  const { operations = 1, dtype = "float64", keepFrom = 0, scalar, scalarOf = () => scalar!, ...rest } = declaration;
  const operands = rest.operands ?? ["x"];
  const resultDType = (args: readonly Node[]) => (dtype === "keep" ? commonDType(args.slice(keepFrom)) : dtype);
  const op: Operator = {
    aliases: [],
    attributes: noAttributes,
    operands,
    costText: `${operations} per element`,
    pattern: (sets, operands, node) => everyElement(sets, operands, node),
    ...rest,
    infer: (args, attrs) => {
      expectArity(args, operands.length);
      return { shape: broadcastAll(args), dtype: resultDType(args), attrs };
    },
    cost: (node) => operations * elementCount(node.shape),
    coerce: (args, { shape, dtype: result }) => {
      // Comparisons and conditions read any dtype; arithmetic reads float64.
      const target = dtype === "keep" ? result : "float64";
      const fits = (x: Node, i: number) => dtype === "bool" || i < keepFrom || x.dtype === target;
      if (args.every((x, i) => fits(x, i) && sameShape(x.shape, shape))) return args;
      return args.map((x, i) => broadcastNode(fits(x, i) ? x : castNode(x, target), shape));
    },
    scalar: scalarOf,
    evaluate: (args, node, budget) => mapElements(scalarOf(node.attrs), args, node, operations, budget),
    batch: (node, args, batched, size) => args[0]!.builder.build(op, liftAll(args, batched, size), node.attrs),
  };
  return callable(op);
}

/**
 * A number that is known already, the last operand, with rules of its own by the operands it is a function of. For
 * partial derivatives whose own derivative, taken operator by operator, would cancel or overflow on the way.
 */
export function known(declaration: Omit<Parameters<typeof elementwise>[0], "scalar" | "scalarOf" | "lower">): Op {
  const last = declaration.operands!.length - 1;
  return elementwise({
    ...declaration,
    operations: 0,
    scalar: (...operands) => operands[last]!,
    lower: (_, operands) => operands[last]!,
    hidesNaN: range(last),
    // What its tangent would give is in the rules of the others.
    zero: [...((declaration.zero as readonly number[] | undefined) ?? []), last],
  });
}

/** An elementwise operator whose derivative is 0 wherever it exists. */
export function piecewiseConstant(declaration: Parameters<typeof elementwise>[0]): Op {
  return elementwise({ ...declaration, zero: "all" });
}
