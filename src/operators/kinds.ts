import { type Attrs, noAttributes, noAttrs } from "../graph/attribute.ts";
import type { DType } from "../graph/dtype.ts";
import { OperandFault } from "../graph/fault.ts";
import { constantValue, type Node, type Operator, type OperatorDoc } from "../graph/operator.ts";
import { broadcastShapes, elementCount, range, type Shape, showShape } from "../graph/shape.ts";

// The ground floor: kinds of operators that need no operator to be declared.

const viewsSeenThroughMax = 8;

/** An operator that can be applied to nodes in rules and composites, so that they read like formulas. */
export interface Op {
  (...operandsAndAttrs: readonly (Node | number | boolean | Attrs)[]): Node;
  readonly operator: Operator;
}

/** A function of one to four numbers. */
export type Scalar = (...operands: number[]) => number;

/** What a declaration may leave out. */
export type Declaration = OperatorDoc & Pick<Operator, "name"> & Partial<Omit<Operator, "name" | keyof OperatorDoc>>;

/** Makes a record callable. At least one operand must be a node: it tells the builder. */
export function callable(operator: Operator): Op {
  expectRules(operator);
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

/** Throws unless the record says of each operand what its tangent gives, and of linear ones what cotangents do. */
function expectRules({ name, operands, compose, zero, linear, jvp, transpose, accumulate }: Operator): void {
  const has = (list: readonly number[] | "all" | undefined, i: number) => list === "all" || list?.includes(i) === true;
  operands.forEach((operand, i) => {
    const said = Number(has(zero, i)) + Number(has(linear, i)) + Number(jvp?.[i] !== undefined);
    if (said !== (compose ? 0 : 1)) {
      throw new Error(
        compose
          ? `${name}: a composite has no rules, since it has those of its formula`
          : `${name}: the tangent of ${operand} needs one of a rule in "jvp", "linear" and "zero", and has ${said}`,
      );
    }
  });
  if (linear && !transpose && !accumulate) throw new Error(`${name}: is linear and has no "transpose"`);
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

/** All axes where none is named, else the named ones, normalised and sorted. */
export function axesOrAll(axis: unknown, rank: number): number[] {
  if (axis === undefined) return range(rank);
  return normalizeAxes([axis as number | readonly number[]].flat(), rank).sort((a, b) => a - b);
}

/** The number of elements in a node's value. */
export function elements(node: { readonly shape: readonly number[] }): number {
  return elementCount(node.shape);
}

function isNode(value: object): value is Node {
  return "builder" in value;
}
