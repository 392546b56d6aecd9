import { invalidGraph, quote } from "../errors.ts";

/** A graph written as a formula, its outer structure checked; `inputs` and the labels are left to the graph form. */
export interface FormulaSource extends Labels {
  readonly expression: string;
  readonly inputs?: readonly unknown[];
  readonly outputs?: readonly string[];
}

/** A graph in the JSON form, not yet checked for operators, arity, attributes or shapes. */
export interface GraphSource extends Labels {
  readonly inputs: readonly unknown[];
  readonly constants?: readonly { readonly name: string; readonly value: Inline }[];
  readonly nodes: readonly NodeSource[];
  readonly outputs: readonly OutputSource[];
}

/** A node of the JSON form that takes no attributes; an argument is a reference or an inline scalar. */
export interface NodeSource {
  readonly id: string;
  readonly op: string;
  readonly args: readonly Argument[];
}

/** An output under its own name, or under another. */
export type OutputSource = string | { readonly name: string; readonly node: string };

/** An inline scalar; what JSON has no number for is a string. */
export type Inline = number | "NaN" | "Infinity" | "-Infinity";

/** An inline scalar or the name of an input, constant or node. */
export type Argument = string | number;

/** What describes a graph without being part of it. */
export interface Labels {
  readonly name?: unknown;
  readonly description?: unknown;
  readonly version?: unknown;
}

/** Checks the object around a formula: its keys, `expression`, and `outputs`; throws `invalid_graph`. */
export function parseFormulaSource(value: unknown): FormulaSource {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalidGraph("a formula is an object with an `expression`");
  }
  for (const key of Object.keys(value)) {
    if (!formulaKeys.has(key)) {
      throw invalidGraph(`unknown key ${quote(key)} in a formula, which has ${[...formulaKeys].join(", ")}`);
    }
  }
  const { expression, inputs, outputs } = value as Record<string, unknown>;
  if (typeof expression !== "string") throw invalidGraph("`expression` must be a string");
  if (inputs !== undefined && !Array.isArray(inputs)) throw invalidGraph("`inputs` must be an array");
  if (outputs !== undefined) checkOutputs(outputs);
  return value as FormulaSource;
}

const formulaKeys = new Set(["expression", "inputs", "outputs", "derivatives", "name", "description", "version"]);

function checkOutputs(outputs: unknown): void {
  if (!Array.isArray(outputs) || outputs.length === 0) {
    throw invalidGraph("`outputs` of a formula must be an array of at least one name");
  }
  const seen = new Set<string>();
  for (const [index, name] of outputs.entries()) {
    if (typeof name !== "string" || name === "") throw invalidGraph(`\`outputs\`: item ${index} must be a name`);
    if (seen.has(name)) throw invalidGraph(`\`outputs\`: ${quote(name)} is listed twice`);
    seen.add(name);
  }
}
