import type { Limits } from "../config.ts";
import { type AttributeSpecs, type Attrs, noAttributes } from "./attribute.ts";
import type { Budget } from "./budget.ts";
import type { DType } from "./dtype.ts";
import type { Adding, Assembly, FewElements, Fold, Indexing, Letters, Lower, Lowered } from "./lowering.ts";
import type { NdArray } from "./ndarray.ts";
import type { PatternOperand, SeedSets } from "./pattern.ts";
import type { Shape } from "./shape.ts";

// Nodes, what is said of their operators, and what makes them: one recursive type. `A` is what attributes an operator's
// nodes have and `N` the names of its operands, so that its own rules see both with their types.

/**
 * One value of a graph: an operator applied to earlier nodes. Immutable and hash-consed: within a builder, equal nodes
 * are one object, so equality is identity, and operands always have a smaller `index` than what is made of them.
 *
 * An operator with several results has one value too, a bundle: a vector of float64 numbers in which all results lie end
 * to end. Only the nodes that show one of the results, as `results.ts` makes them, have a bundle as their operand.
 */
export interface Node extends TensorType {
  readonly index: number;
  readonly op: Operator;
  readonly args: readonly Node[];
  readonly attrs: Attrs;
  readonly builder: Builder;
}

/** What is known of a node's value before it runs. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What a node is made from: the type of its value and the attributes it keeps, in canonical form. */
export interface Inferred<A = Attrs> extends TensorType {
  readonly attrs: A;
}

/** Names of operands; a last name that starts with `...` takes any number of further ones. */
export type Names = readonly string[];

/** One thing for each operand that has a name. */
export type PerOperand<N extends Names, T> = NoInfer<
  N extends readonly [...string[], `...${string}`] ? readonly T[] : { readonly [I in keyof N]: T }
>;

/** A node of an operator, seen by its own rules. */
export interface Own<A, N extends Names = Names> extends Omit<Node, "args" | "attrs"> {
  readonly args: PerOperand<N, Node>;
  readonly attrs: A;
}

/** A tangent rule for one operand: what `d`, that operand's tangent, adds to the tangent of `out`. */
export type JvpRule<A = Attrs, N extends Names = Names> = (
  d: Node,
  args: PerOperand<N, Node>,
  out: Own<A, N>,
) => Node | undefined;

/** The cotangent rule of a linear operator: what `ct`, the cotangent of `node`, adds to that of operand `operand`. */
export type TransposeRule<A = Attrs, N extends Names = Names> = (ct: Node, node: Own<A, N>, operand: number) => Node;

/** Like a cotangent rule, but adds into what has been accumulated so far, for operands that are read in small parts. */
export type AccumulateRule<A = Attrs, N extends Names = Names> = (
  accumulated: Node | undefined,
  ct: Node,
  node: Own<A, N>,
  operand: number,
) => Node;

/** What is known of each of several things: a zero tangent or cotangent is absence. */
export type Absentable = readonly (Node | undefined)[];

/** That a node's operator, on the same operands and with other attributes, gives some of the node's results. */
export interface Extension {
  /** The key of those attributes. */
  readonly of: string;
  /** For each of its results, which of the node's it is. */
  readonly places: readonly number[];
}

/** How an operator with several results is differentiated: all operands and all results at once. */
export interface JointRules<A = Attrs, N extends Names = Names> {
  /** The tangent of each of the `results`, for those of the operands, of which at least one is there. */
  readonly jvp: (tangents: Absentable, node: Own<A, N>, results: readonly Node[], passes: Passes) => Absentable;
  /**
   * Where the operator is linear in some operands: the cotangents of the operands that `isLinear` picks, for those of the
   * results, of which at least one is there.
   */
  readonly transpose?: (
    cotangents: Absentable,
    node: Own<A, N>,
    isLinear: readonly boolean[],
    passes: Passes,
  ) => Absentable;
}

/** What becomes of a node once derivatives have been taken of it. */
export interface Settling<A = Attrs, N extends Names = Names> {
  /** What a node gives beside the results of another one, which then need not be run. */
  readonly extension?: (node: Own<A, N>) => Extension | undefined;
  /** The plain value of a node whose rules have done their work in reverse mode. */
  readonly settled?: (node: Own<A, N>, args: PerOperand<N, Node>) => Node;
  /** Why a node cannot be run, though derivatives of it exist in the other mode. */
  readonly refusal?: (node: Own<A, N>) => string;
}

/** The passes over graphs, for rules of operators whose attributes are functions: they do to these what is done to them. */
export interface Passes {
  /** What `outputs` need, in primitives of another builder; `known` has the copies of inputs. */
  expand(outputs: readonly Node[], known: ReadonlyMap<Node, Node>, builder: Builder): Node[];
  /** The tangents of `outputs` for those of some nodes. */
  linearize(outputs: readonly Node[], given: ReadonlyMap<Node, Node>): Absentable;
  /** The cotangents of `inputs` for those of `outputs`. */
  transpose(outputs: readonly Node[], given: readonly Node[], inputs: readonly Node[]): Absentable;
  /** What `outputs` need once reverse mode has been taken, with no node beside a larger one that gives the same. */
  settle(outputs: readonly Node[]): Node[];
  /** What `outputs` need for `size` points at once, where the copies of inputs in `batched` have a new leading axis. */
  batch(
    outputs: readonly Node[],
    known: ReadonlyMap<Node, Node>,
    batched: ReadonlySet<Node>,
    builder: Builder,
    size: number,
  ): { readonly nodes: readonly Node[]; readonly isBatched: readonly boolean[] };
}

/** How an operator, linear in the operands that depend on seeds, passes their sets on to the elements of its result. */
export type PatternRule<A = Attrs, N extends Names = Names> = (
  sets: SeedSets,
  args: PerOperand<N, PatternOperand>,
  node: Own<A, N>,
) => NdArray;

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
  /** Whether the square has a derivative there, which rules give. */
  readonly isSmoothSquared?: (attrs: Attrs) => boolean;
}

/**
 * Why the value of an operator, or its derivative, may not be what is meant, and a test of where; it is made where a number
 * that is not finite shows in an answer.
 */
export interface Doubt {
  readonly type: "singular" | "degenerate" | "not_converged" | "nonfinite";
  /** What is the case there, as people read it. */
  readonly told: string;
  /** As of a {@link Kink}. */
  readonly at: Kink["at"];
}

/** How an operator, as documents apply it, makes integers of integers. */
export interface IntegerForm {
  /** The first operand that has to be an integer, if not all. */
  readonly from?: number;
  /** Whether attributes leave the result an integer; absent: all do. */
  readonly accepts?: (attrs: Attrs) => boolean;
  /** The value in the dtype that is inferred; absent: that of float64 operands, converted to it. */
  readonly compose?: (args: readonly Node[], inferred: Inferred) => Node;
}

/** What is told of a loop. */
export interface LoopFacts {
  readonly kind: "scan" | "while";
  /** The attributes that hold what runs in each step; the first one gives the carries. */
  readonly bodies: readonly string[];
  /** The most steps, if that is known. */
  readonly steps: number | undefined;
  /** Whether it begins at the last row. */
  readonly reverse: boolean;
  /** The first of its results that has rows. */
  readonly rows: number;
}

/** What people read about an operator. */
export interface OperatorDoc {
  readonly summary: string;
  /** The derivative as a formula that the service reads, `dx` being the tangent of `x`. */
  readonly formula: string;
  /** Where no derivative exists, and the one given there. */
  readonly kink?: Kink | undefined;
  /** Where its value or derivative may mean nothing without being at a kink. */
  readonly doubt?: Doubt | undefined;
  /** Where the operator is defined, when that is not everywhere. */
  readonly domain?: string | undefined;
  /** The operations of one evaluation in words. */
  readonly costText: string;
}

/** What a node is a multiple of, by a number, and how a tangent is multiplied by that number. */
export interface Multiple {
  readonly of: Node;
  readonly scaled: (tangent: Node) => Node;
}

/** How a primitive is differentiated; composites have the rules of their formulas. Read by transforms and patterns. */
export interface Rules<A = Attrs, N extends Names = Names> {
  /** Operands by which the derivative is zero, wherever it exists. Each operand is in `zero`, in `linear` or has a rule. */
  readonly zero: readonly number[] | "all" | undefined;
  /** Operands in which the operator is jointly linear: the tangent is the operator itself on their tangents. */
  readonly linear: readonly number[] | "all" | undefined;
  /** One tangent rule per operand, absent for those that `linear` or `zero` name. */
  readonly jvp: readonly (JvpRule<A, N> | undefined)[] | undefined;
  /** One tangent rule per operand of the square of the result, where that is smooth and the result itself is not. */
  readonly squared: readonly JvpRule<A, N>[] | undefined;
  /** What the result is the square of, where it is one. */
  readonly base: ((args: PerOperand<N, Node>) => Node | undefined) | undefined;
  /** What the result is a multiple of by a number, where it is one. */
  readonly multiple: ((args: PerOperand<N, Node>) => Multiple | undefined) | undefined;
  /** The cotangent rule, where the operator is linear in some operand. */
  readonly transpose: TransposeRule<A, N> | undefined;
  /** Used in place of `transpose` where present. */
  readonly accumulate: AccumulateRule<A, N> | undefined;
  /** How sets of seeds pass through the operands that it is linear in; absent: every element depends on all of them. */
  readonly pattern: PatternRule<A, N> | undefined;
  /** In place of all of the above but `pattern`, for an operator with several results. */
  readonly joint: JointRules<A, N> | undefined;
  readonly settling: Settling<A, N> | undefined;
  /** Whether it is a tangent divided by what is not one. */
  readonly isQuotient: boolean;
  /** Whether it tells how a choice is shared out: where it is 0, it stands for a branch that is not taken. */
  readonly isShare: boolean;
}

/** How a primitive's value is computed. Read by the interpreter, and by code that calls back what it cannot say. */
export interface Evaluation<A = Attrs, N extends Names = Names> {
  /** Brings operands to the dtypes and shapes that `evaluate` expects. */
  readonly coerce: ((args: PerOperand<N, Node>, inferred: Inferred<A>) => readonly Node[]) | undefined;
  /** The value. A view may share storage with operand 0. */
  readonly evaluate: (args: PerOperand<N, NdArray>, node: Own<A, N>, budget: Budget) => NdArray;
  /** `evaluate` overwrites operand 0, row-major, with the result; whoever calls it hands over storage of its own. */
  readonly inPlace: boolean;
  /** `evaluate` takes a row-major copy of operands that are strided views. */
  readonly rowMajor: boolean;
  /** Operands in which a NaN may be hidden: the result need not be NaN where they are. */
  readonly hidesNaN: readonly number[] | "all";
  /** Whether zero absorbs in the product that this is. */
  readonly absorbs: (attrs: A) => boolean;
  /** The same for `size` points at once: operands with `batched[i]` have a new leading axis, and so has the result. */
  readonly batch: (
    node: Own<A, N>,
    args: PerOperand<N, Node>,
    batched: readonly boolean[],
    size: number,
    passes: Passes,
  ) => Node;
  /** Bytes that an evaluation takes beside its operands and its value. */
  readonly workBytes: ((node: Own<A, N>) => number) | undefined;
}

/** A function of numbers, applied to each element. */
export interface Elementwise<A = Attrs, N extends Names = Names> extends Evaluation<A, N> {
  readonly kind: "elementwise";
  /** The function that a node with these attributes applies. */
  readonly scalar: (attrs: A) => (...operands: number[]) => number;
  /** The same function as code; without it the function is called back. */
  readonly lower: Lower<A, PerOperand<N, Lowered>> | undefined;
}

/** The elements of operand 0 seen in another way, in the same storage: always, or only where that is row-major. */
export interface View<A = Attrs, N extends Names = Names> extends Evaluation<A, N> {
  readonly kind: "view";
  readonly layout: "strided" | "rowMajor";
}

/** Elements folded along axes. */
export interface Reduction<A = Attrs, N extends Names = Names> extends Evaluation<A, N> {
  readonly kind: "reduction";
  readonly fold: Fold;
  readonly axes: (attrs: A) => readonly number[];
}

/** A product of two tensors summed over shared axes. */
export interface Contraction<A = Attrs, N extends Names = Names> extends Evaluation<A, N> {
  readonly kind: "contraction";
  readonly letters: (attrs: A) => Letters;
  /** The product of two numbers that terms are. */
  readonly product: (attrs: A) => ElementwiseOperator;
}

/** A tensor put together from its operands' elements. */
export interface Assembled<A = Attrs, N extends Names = Names> extends Evaluation<A, N> {
  readonly kind: "assembled";
  readonly assemble: (node: Own<A, N>) => Assembly;
}

/** A body for each row of some tensors, that hands its carries on. Operands and results are as `Rows` says. */
export interface Looped<A = Attrs, N extends Names = Names> extends Evaluation<A, N> {
  readonly kind: "loop";
  readonly rows: (attrs: A) => Rows;
}

/** A body again and again while a condition holds. Operands and results are as `Repetition` says. */
export interface Repeated<A = Attrs, N extends Names = Names> extends Evaluation<A, N> {
  readonly kind: "until";
  readonly repetition: (attrs: A) => Repetition;
}

/** One of several bodies, by operand 0, which is clamped; they take the other operands, and the value is a bundle of what it gives. */
export interface Chosen<A = Attrs, N extends Names = Names> extends Evaluation<A, N> {
  readonly kind: "choice";
  readonly branches: (attrs: A) => readonly Body[];
}

/** A closed part of a program: what it takes, and what it gives. */
export interface Body {
  readonly inputs: readonly Node[];
  readonly outputs: readonly Node[];
}

/**
 * A loop's body, of constants, carries and one row of each tensor, that gives carries and one row of each result, and how
 * often it is run. Operands are the count, where there is one, constants, carries and tensors of rows; the value is a
 * bundle of the last carries and the rows that the body gives.
 */
export interface Rows extends Body {
  readonly constants: number;
  readonly carry: number;
  readonly length: number;
  readonly reverse: boolean;
  /** Whether the first operand says how many of the first rows are gone through. */
  readonly counted: boolean;
}

/**
 * A condition and a body of constants and carries. Operands are these; the value is a bundle of the number of steps, the
 * last carries, and as many rows as the limit of what the body gives besides, those past the last step being 0.
 */
export interface Repetition {
  readonly condition: Body;
  readonly body: Body;
  readonly constants: number;
  readonly carry: number;
  readonly limit: number | undefined;
}

/** Nothing is known but how to evaluate it, or besides how that is code: where matrices are small, or of indices alone. */
export interface Opaque<A = Attrs, N extends Names = Names> extends Evaluation<A, N> {
  readonly kind: "opaque";
  readonly few?: (node: Own<A, N>) => FewElements | undefined;
  /** How the first operand's elements are taken by the second one's indices. */
  readonly indexing?: (attrs: A) => Indexing;
  /** How the third operand's elements are added to the first one's at the second one's indices. */
  readonly adding?: (attrs: A) => Adding;
}

/** The same value from other operators, several as a tuple; everything else follows from them. */
export interface Composite<A = Attrs, N extends Names = Names> {
  readonly kind: "composite";
  readonly compose: (args: PerOperand<N, Node>, inferred: Inferred<A>, builder: Builder) => Node;
}

/** A formula in other operators that passes make of functions among the attributes. */
export interface Functional<A = Attrs, N extends Names = Names> {
  readonly kind: "functional";
  readonly compose: (args: PerOperand<N, Node>, inferred: Inferred<A>, builder: Builder, passes: Passes) => Node;
}

/** An input or a constant. */
export interface Leaf {
  readonly kind: "leaf";
}

/** What can run. */
export type Primitive<A = Attrs, N extends Names = Names> =
  | Elementwise<A, N>
  | View<A, N>
  | Reduction<A, N>
  | Contraction<A, N>
  | Assembled<A, N>
  | Looped<A, N>
  | Repeated<A, N>
  | Chosen<A, N>
  | Opaque<A, N>;

/** How an operator comes to its value: one of a closed list, so that whoever computes can treat each. */
export type Form<A = Attrs, N extends Names = Names> = Primitive<A, N> | Composite<A, N> | Functional<A, N> | Leaf;

/** An operator's one record: everything the service knows about it. */
export interface Operator extends OperatorDoc {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly operands: Names;
  readonly attributes: AttributeSpecs;
  /** Checks operands and attributes and gives the type of the result. Throws an `OperandFault`. */
  readonly infer: (args: readonly Node[], attrs: Attrs) => Inferred;
  /** The types of the results where there may be several, of operands and canonical attributes; undefined: it has one. */
  readonly results: ((args: readonly Node[], attrs: Attrs) => readonly TensorType[]) | undefined;
  /** Operations of one evaluation, by the cost model of the wire contract. */
  readonly cost: (node: Node) => number;
  /** Steps of the loops that a node runs, the product of nested ones; absent: none. */
  readonly iterations?: ((node: Node) => number) | undefined;
  /** What is told of a node that is a loop; absent: it is none. */
  readonly loop?: ((node: Node) => LoopFacts) | undefined;
  /** Whether a node may take any number of steps, so that its cost counts one; absent: never. */
  readonly isUnbounded?: ((node: Node) => boolean) | undefined;
  /** Whether operands 0 and 1 may be exchanged without changing a bit of the result, NaN payloads aside. */
  readonly commutative: boolean;
  /** How integers stay integers; undefined where they become float64, or where its own type says what they become. */
  readonly integers: IntegerForm | undefined;
  /** Whether a node holds whole numbers, infinities or NaN only, so that it may serve as indices. */
  readonly integral: ((attrs: Attrs) => boolean) | undefined;
  readonly form: Form;
  readonly rules: Rules;
}

/** An operator that is a function of numbers. */
export interface ElementwiseOperator extends Operator {
  readonly form: Elementwise;
}

/** Limits that a builder enforces on every node that it makes. */
export type TensorLimits = Pick<Limits, "rank" | "elements">;

/**
 * Makes nodes, each distinct one once. What rules and passes see of it; whoever begins a graph makes a `GraphBuilder`.
 */
export interface Builder {
  readonly limits: TensorLimits;
  readonly budget: Budget;
  /** A new builder that makes nodes in the same way, under the same limits, and is of the same family. */
  another(): Builder;
  /** What all builders of a family share: under it passes remember what they made of functions. */
  readonly family: object;
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
  results: undefined,
  commutative: false,
  integers: undefined,
  integral: undefined,
  form: { kind: "leaf" },
  rules: {
    zero: undefined,
    linear: undefined,
    jvp: undefined,
    squared: undefined,
    base: undefined,
    multiple: undefined,
    transpose: undefined,
    accumulate: undefined,
    pattern: undefined,
    joint: undefined,
    settling: undefined,
    isQuotient: false,
    isShare: false,
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
