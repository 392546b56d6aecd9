import type { AttributeSpecs, Attrs } from "./attribute.ts";
import type { Budget } from "./budget.ts";
import type { DType } from "./dtype.ts";
import type { Assemble, Fold, Letters, Lower } from "./lowering.ts";
import type { NdArray } from "./ndarray.ts";
import type { Builder, Node } from "./node.ts";
import type { PatternRule } from "./pattern.ts";
import type { Shape } from "./shape.ts";

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

/** The families of the operator table. */
export type Family =
  | "arithmetic"
  | "exponential"
  | "trigonometric"
  | "special"
  | "rounding"
  | "choice"
  | "reductions"
  | "products"
  | "structure"
  | "neural"
  | "differentiation"
  | "internal";

/** What people read about an operator. */
export interface OperatorDoc {
  readonly summary: string;
  /** The derivative as a formula, `dx` being the tangent of `x`. */
  readonly formula: string;
  /** The derivative given where none exists. */
  readonly kink?: string;
  /** Where the operator is defined, when that is not everywhere. */
  readonly domain?: string;
}

/** An operator's one record: everything the service knows about it. */
export interface Operator extends OperatorDoc {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly family: Family;
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
  /** One tangent rule per operand, where `linear` does not say it; an absent one says that the derivative is zero. */
  readonly jvp?: readonly (JvpRule | undefined)[];
  /** The cotangent rule, where the operator is linear in some operand. */
  readonly transpose?: TransposeRule;
  /** Used in place of `transpose` where present. */
  readonly accumulate?: AccumulateRule;
  /** The same for `size` points at once: operands with `batched[i]` have a new leading axis, and so has the result. */
  readonly batch?: (node: Node, args: readonly Node[], batched: readonly boolean[], size: number) => Node;
  /** Internal operators: the same value from a document's operators, but that zero may not absorb; undefined: none. */
  readonly publicForm?: (args: readonly Node[], node: Node, builder: Builder) => Node | undefined;
  /** How sets of seeds pass through the operands that it is linear in; absent: every element depends on all of them. */
  readonly pattern?: PatternRule;
  /** Whether a node without operands holds integers only, so that it may serve as indices. */
  readonly integral?: (attrs: Attrs) => boolean;
}

/** What `infer` throws; whoever knows the document adds the node's name. `operand` is an index. */
export class OperandFault extends Error {
  readonly operand: number | undefined;

  constructor(reason: string, operand?: number) {
    super(reason);
    this.operand = operand;
  }
}
