import { type Attrs, noAttributes, noAttrs } from "../graph/attribute.ts";
import type { DType } from "../graph/dtype.ts";
import { OperandFault } from "../graph/fault.ts";
import { constantValue, type Inferred, type Node, type Operator, type OperatorDoc } from "../graph/operator.ts";
import { broadcastShapes, elementCount, type Shape, sameShape, showShape } from "../graph/shape.ts";
import { mapElements } from "./kernels/elementwise.ts";
import { scale } from "./linear.ts";
import { everyElement } from "./patterns.ts";
import { broadcast_to, cast } from "./structure.ts";

// Families import each other in cycles, because rules are written in operators of other families. So this file holds
// only function declarations, which exist before any module runs, and constants that none of them needs before then, and rules only name operators inside closures.

const viewsSeenThroughMax = 8;

/** An operator that can be applied to nodes in rules and composites, so that they read like formulas. */
export interface Op {
  (...operandsAndAttrs: readonly (Node | number | boolean | Attrs)[]): Node;
  readonly operator: Operator;
}

/** A function of one to three numbers. */
export type Scalar = (...operands: number[]) => number;

/** What a declaration may leave out. */
export type Declaration = OperatorDoc &
  Pick<Operator, "name" | "family"> &
  Partial<Omit<Operator, "name" | "family" | keyof OperatorDoc>>;

/** Makes a record callable. At least one operand must be a node: it tells the builder. */
export function callable(operator: Operator): Op {
  const call = (...given: (Node | number | boolean | Attrs)[]): Node => {
    const last = given[given.length - 1];
    const attrs = typeof last === "object" && !isNode(last) ? last : noAttrs;
    if (attrs === last) given.pop();
    const operands = given as (Node | number | boolean)[];
    for (const operand of operands) {
      if (typeof operand === "object") return operand.builder.build(operator, operands, attrs);
    }
    throw new Error(`${operator.name}: no operand is a node`);
  };
  return Object.assign(call, { operator });
}

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

/** A unary function whose derivative is `partial(x, out)`. */
export function smooth(
  declaration: Omit<Declaration, "scalar"> & {
    readonly scalar: (x: number) => number;
    readonly operations?: number;
    readonly partial: (x: Node, out: Node) => Node;
  },
): Op {
  const { partial, ...rest } = declaration;
  return elementwise({ operations: 20, ...rest, jvp: [(dx, [x], out) => scale(dx, partial(x!, out))] });
}

/** An elementwise operator whose derivative is 0 wherever it exists. */
export function piecewiseConstant(declaration: Parameters<typeof elementwise>[0]): Op {
  return elementwise({ ...declaration, jvp: [] });
}

/** A primitive that is no function of single elements. */
export function primitive(
  declaration: Declaration & Required<Pick<Operator, "infer" | "evaluate" | "cost" | "costText" | "batch">>,
): Op {
  return callable({ aliases: [], attributes: noAttributes, operands: ["x"], ...declaration });
}

/** An operator that is a formula in others; its derivatives follow from them. */
export function composite(
  declaration: Declaration & Required<Pick<Operator, "compose" | "costText">> & { infer?: Operator["infer"] },
): Op {
  const operands = declaration.operands ?? ["x"];
  return callable({
    aliases: [],
    attributes: noAttributes,
    operands,
    infer: (args, attrs) => {
      expectArity(args, operands.length);
      return { shape: broadcastAll(args), dtype: "float64", attrs };
    },
    cost: () => {
      throw new Error(`${declaration.name}: a composite is never counted itself`);
    },
    ...declaration,
  });
}

/** Throws a fault unless there are `count` operands. */
export function expectArity(args: readonly Node[], count: number): void {
  if (args.length !== count) {
    throw new OperandFault(`takes ${count} operand${count === 1 ? "" : "s"}, received ${args.length}`);
  }
}

/** The shape that all operands broadcast to. */
export function broadcastAll(args: readonly Node[]): Shape {
  let shape = args[0]!.shape;
  for (let i = 1; i < args.length; i++) {
    const joint = broadcastShapes(shape, args[i]!.shape);
    if (!joint) {
      throw new OperandFault(`shape ${showShape(args[i]!.shape)} does not broadcast with ${showShape(shape)}`, i);
    }
    shape = joint;
  }
  return shape;
}

/** The dtype of data operands: their own when they agree, else float64. */
export function commonDType(args: readonly Node[]): DType {
  const first = args[0]!.dtype;
  return args.every((x) => x.dtype === first) ? first : "float64";
}

/** `x` converted to `dtype`, itself where it has it. */
export function castNode(x: Node, dtype: DType): Node {
  return x.dtype === dtype ? x : cast(x, { dtype });
}

/** `x` broadcast to `shape`, itself where it has it. */
export function broadcastNode(x: Node, shape: Shape): Node {
  return sameShape(x.shape, shape) ? x : broadcast_to(x, { shape });
}

/** `x` repeated along a new leading axis, as a view. */
export function lift(x: Node, size: number): Node {
  return broadcast_to(x, { shape: [size, ...x.shape] });
}

/** All operands with the leading axis: those that lack it are repeated along it. */
export function liftAll(args: readonly Node[], batched: readonly boolean[], size: number): Node[] {
  return args.map((x, i) => (batched[i] ? x : lift(x, size)));
}

/** Coerces every operand to float64; for primitives that compute. */
export function coerceFloat(args: readonly Node[]): readonly Node[] {
  return args.map((x) => castNode(x, "float64"));
}

/** Coerces every operand to the result's dtype; for primitives that move elements. */
export function coerceResult(args: readonly Node[], inferred: Inferred): readonly Node[] {
  return args.map((x) => castNode(x, inferred.dtype));
}

/** A zero tensor of a node's shape, as a view of one number. */
export function zeroLike(x: Node): Node {
  return broadcastNode(x.builder.constant(0), x.shape);
}

/**
 * The number that a constant holds everywhere, seen through a few views; undefined for anything else, and behind more
 * views, so that asking costs little on any graph.
 */
export function uniformValue(node: Node): number | undefined {
  let x = node;
  for (let views = 0; x.op.view && views < viewsSeenThroughMax; views++) x = x.args[0]!;
  const value = constantValue(x);
  return value && value.data.length === 1 && node.dtype === x.dtype ? value.data[0] : undefined;
}

/** Normalises one axis; counts from the end when negative. */
export function normalizeAxis(axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (normal < 0 || normal >= rank) throw new OperandFault(`axis ${axis} is out of range for rank ${rank}`);
  return normal;
}

/** Normalises distinct axes, keeping their order. */
export function normalizeAxes(axes: readonly number[], rank: number): number[] {
  const normal = axes.map((axis) => normalizeAxis(axis, rank));
  if (new Set(normal).size !== normal.length) throw new OperandFault(`axes ${showShape(axes)} repeat an axis`);
  return normal;
}

function isNode(value: object): value is Node {
  return "builder" in value;
}
