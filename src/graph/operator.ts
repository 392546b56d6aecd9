import type { Limits } from "../config.ts";
import { type AttributeSpecs, type Attrs, noAttributes } from "./attribute.ts";
import type { Budget } from "./budget.ts";
import type { DType } from "./dtype.ts";
import type { Assembly, Fold, Letters, Lower } from "./lowering.ts";
import type { NdArray } from "./ndarray.ts";
import type { PatternOperand, SeedSets } from "./pattern.ts";
import type { Shape } from "./shape.ts";

// Nodes, what is said of their operators, and what makes them: one recursive type.

/**
 * One value of a graph: an operator applied to earlier nodes. Immutable and hash-consed: within a builder, equal nodes
 * are one object, so equality is identity, and operands always have a smaller `index` than what is made of them.
 */
export interface Node {
  readonly index: number;
  readonly op: Operator;
  readonly args: readonly Node[];
  readonly attrs: Attrs;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly builder: Builder;
}

/** What is known of a node's value before it runs. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What a node is made from: the type of its value and the attributes it keeps, in canonical form. */
export interface Inferred extends TensorType {
  readonly attrs: Attrs;
}

/** A tangent rule for one operand: what `d`, that operand's tangent, adds to the tangent of `out`. */
export type JvpRule = (d: Node, args: readonly Node[], out: Node) => Node | undefined;

/** The cotangent rule of a linear operator: what `ct`, the cotangent of `node`, adds to that of operand `operand`. */
export type TransposeRule = (ct: Node, node: Node, operand: number) => Node;

/** Like a cotangent rule, but adds into what has been accumulated so far, for operands that are read in small parts. */
export type AccumulateRule = (accumulated: Node | undefined, ct: Node, node: Node, operand: number) => Node;

/** How a node is put together. */
export type Assemble = (node: Node) => Assembly;

/** How an operator, linear in the operands that depend on seeds, passes their sets on to the elements of its result. */
export type PatternRule = (sets: SeedSets, args: readonly PatternOperand[], node: Node) => NdArray;

/** Points at which an operator has no derivative: as people read it, and as a test of them. */
export interface Kink {
  /** The derivative given there. */
  readonly told: string;
  /**
   * Where a node's values are at one, as a tensor that is not 0 there, of the values of its operands and its own;
   * undefined where they cannot be.
   */
  readonly at: (args: readonly Node[], out: Node, attrs: Attrs) => Node | undefined;
  /** The operands, one of which has to vary; absent: any. */
  readonly by?: readonly number[];
  /** Whether it is looked for even where nobody asks, for a derivative that nobody means is given. */
  readonly isHidden?: (args: readonly Node[]) => boolean;
}

/** What people read about an operator. */
export interface OperatorDoc {
  readonly summary: string;
  /** The derivative as a formula that the service reads, `dx` being the tangent of `x`. */
  readonly formula: string;
  /** Where no derivative exists, and the one given there. */
  readonly kink?: Kink;
  /** Where the operator is defined, when that is not everywhere. */
  readonly domain?: string;
}

/** An operator's one record: everything the service knows about it. */
export interface Operator extends OperatorDoc {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Names of the operands; a last name that starts with `...` takes any number of further ones. */
  readonly operands: readonly string[];
  readonly attributes: AttributeSpecs;
  /** Checks operands and attributes and gives the type of the result. Throws an {@link OperandFault}. */
  readonly infer: (args: readonly Node[], attrs: Attrs) => Inferred;
  /** Operations of one evaluation, by the cost model of the wire contract. */
  readonly cost: (node: Node) => number;
  /** The cost as the operator table tells it, when `cost` is a function of more than the elements. */
  readonly costText: string;

  /** Composites only: the same value from other operators; everything else derives from it. */
  readonly compose?: (args: readonly Node[], inferred: Inferred, builder: Builder) => Node;

  /** Primitives only: brings operands to the dtypes and shapes that `evaluate` expects. */
  readonly coerce?: (args: readonly Node[], inferred: Inferred) => readonly Node[];
  /** Elementwise primitives: the function of numbers that a node with these attributes applies to each element. */
  readonly scalar?: (attrs: Attrs) => (...operands: number[]) => number;
  /** Elementwise primitives: the same function as code. */
  readonly lower?: Lower;
  /** Reductions along the axes that the attribute `axis` lists: how they fold elements, and from what. */
  readonly fold?: Fold;
  /** Operators that only move elements: from where to where. */
  readonly assemble?: Assemble;
  /** Binary products: the axes of their operands and of the result. */
  readonly letters?: (attrs: Attrs) => Letters;
  /** Operands in which a NaN may be hidden: the result need not be NaN where they are. */
  readonly hidesNaN?: readonly number[];
  /** Whether zero absorbs in the product that this is. */
  readonly absorbs?: (attrs: Attrs) => boolean;
  /** Primitives: the value. A view may share storage with operand 0. */
  readonly evaluate?: (args: readonly NdArray[], node: Node, budget: Budget) => NdArray;
  /** The result shares the storage of operand 0: always, with strides of its own, or only where that is row-major. */
  readonly view?: "strided" | "rowMajor";
  /** `evaluate` overwrites operand 0, row-major, with the result; whoever calls it hands over storage of its own. */
  readonly inPlace?: boolean;
  /** `evaluate` takes a row-major copy of operands that are strided views. */
  readonly rowMajor?: boolean;
  /** Whether operands 0 and 1 may be exchanged without changing a bit of the result, NaN payloads aside. */
  readonly commutative?: boolean;
  /** Operands in which the operator is jointly linear: the tangent is the operator itself on their tangents. */
  readonly linear?: readonly number[] | "all";
  /** Operands by which the derivative is zero, wherever it exists. Each operand is in `zero`, in `linear` or has a rule. */
  readonly zero?: readonly number[] | "all";
  /** One tangent rule per operand, absent for those that `linear` or `zero` name. */
  readonly jvp?: readonly (JvpRule | undefined)[];
  /** The cotangent rule, where the operator is linear in some operand. */
  readonly transpose?: TransposeRule;
  /** Used in place of `transpose` where present. */
  readonly accumulate?: AccumulateRule;
  /** The same for `size` points at once: operands with `batched[i]` have a new leading axis, and so has the result. */
  readonly batch?: (node: Node, args: readonly Node[], batched: readonly boolean[], size: number) => Node;
  /** How sets of seeds pass through the operands that it is linear in; absent: every element depends on all of them. */
  readonly pattern?: PatternRule;
  /** Whether it tells how a choice is shared out: where it is 0, it stands for a branch that is not taken. */
  readonly isShare?: boolean;
  /** Whether a node without operands holds integers only, so that it may serve as indices. */
  readonly integral?: (attrs: Attrs) => boolean;
}

/** Limits that a builder enforces on every node that it makes. */
export type TensorLimits = Pick<Limits, "rank" | "elements">;

/**
 * Makes nodes, each distinct one once. What rules and passes see of it; whoever begins a graph makes a `GraphBuilder`.
 */
export interface Builder {
  readonly limits: TensorLimits;
  readonly budget: Budget;
  /** The number of nodes made so far. */
  readonly size: number;
  /** The node of an index below {@link size}. */
  at(index: number): Node;
  /** A new input. Inputs are never shared: two of one name are two. */
  input(name: string, shape: Shape, dtype: DType): Node;
  /** A constant; equal ones, by dtype, shape and bytes with one NaN, are one node. */
  constant(value: NdArray | number | boolean): Node;
  /** An operator applied as a document does: checked, but neither broadcast nor expanded. `attrs` are canonicalised. */
  apply(op: Operator, args: readonly Node[], attrs: unknown): Node;
  /** An operator applied so that it can run: operands coerced and broadcast, composites replaced by what they are. */
  build(op: Operator, operands: readonly (Node | number | boolean)[], attrs: Attrs): Node;
  /** As {@link build}, for operands and attributes whose checks have been made. */
  expand(op: Operator, args: readonly Node[], inferred: Inferred): Node;
  /** The node itself, found or made; for passes that copy nodes whose type is already known. */
  intern(op: Operator, args: readonly Node[], attrs: Attrs, shape: Shape, dtype: DType): Node;
}

const leaf = {
  aliases: [],
  operands: [],
  attributes: noAttributes,
  formula: "",
  costText: "0",
  cost: () => 0,
  infer: () => {
    throw new Error("leaves are not inferred");
  },
} as const;

/** The operator of an input; `attrs.name` is its name. */
export const inputOperator: Operator = { ...leaf, name: "input", summary: "an input" };

/** The operator of a constant; `attrs.value` is its value, an NdArray with row-major elements. */
export const constantOperator: Operator = { ...leaf, name: "constant", summary: "a constant" };

/** The value of a constant node, or undefined for any other. */
export function constantValue(node: Node): NdArray | undefined {
  return node.op === constantOperator ? (node.attrs.value as NdArray) : undefined;
}
