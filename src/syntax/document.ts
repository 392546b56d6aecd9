import type { DType } from "../graph/dtype.ts";
import type { Sugar } from "./sugar/sugar.ts";

/** A graph written as a formula, its outer structure checked; `inputs` and the labels are left to the graph form. */
export interface FormulaDocument extends Labels {
  readonly expression: string;
  readonly inputs?: readonly unknown[];
  readonly outputs?: readonly string[];
}

/** A graph in the JSON form, not yet checked for operators, arity, attributes or shapes. */
export interface GraphDocument extends Labels {
  readonly functions?: Readonly<Record<string, FunctionEntry>>;
  readonly inputs: readonly unknown[];
  readonly constants?: readonly ConstantEntry[];
  readonly nodes: readonly NodeEntry[];
  readonly outputs: readonly OutputEntry[];
}

/** A function of the JSON form; its outputs are told apart by their positions. */
export interface FunctionEntry {
  readonly inputs: readonly { readonly name: string; readonly dtype?: DType }[];
  readonly constants?: readonly ConstantEntry[];
  readonly nodes: readonly NodeEntry[];
  readonly outputs: readonly string[];
  /** The function that is its derivative, of the one kind or the other. */
  readonly jvp?: string;
  readonly vjp?: string;
}

/** A tensor with a name. */
export interface ConstantEntry {
  readonly name: string;
  readonly value: unknown;
}

/** A node of the JSON form; an argument is a reference or an inline scalar. */
export interface NodeEntry {
  readonly id: string;
  readonly op: string;
  readonly args: readonly Argument[];
  readonly attrs?: Readonly<Record<string, unknown>>;
  /** What is meant, where that is not the operator on the arguments. */
  readonly sugar?: Sugar;
}

/** An output under its own name, or under another, perhaps with a dtype of its own. */
export type OutputEntry = string | { readonly name: string; readonly node: string; readonly dtype?: unknown };

/** An inline scalar; what JSON has no number for is a string. */
export type Inline = number | boolean | "NaN" | "Infinity" | "-Infinity";

/** An inline scalar or the name of an input, constant or node. */
export type Argument = string | number | boolean;

/** What describes a graph without being part of it. */
export interface Labels {
  readonly name?: unknown;
  readonly description?: unknown;
  readonly version?: unknown;
}
