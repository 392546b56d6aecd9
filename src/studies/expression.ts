import type { Limits } from "../config.ts";
import { invalidGraph, limitExceeded } from "../errors.ts";
import { Budget } from "../graph/budget.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { type Canonical, canonicalize } from "../graph/canonical.ts";
import { functionsOf, type GraphFunction } from "../graph/function.ts";
import { type Graph, type GraphInput, type GraphOutput, reachable } from "../graph/graph.ts";
import { inputOperator, type Node } from "../graph/operator.ts";
import { infixWith } from "../notation/infix.ts";
import { type Notation, namesOf, write } from "../notation/notation.ts";
import type { FormulaDocument } from "../syntax/document.ts";
import { isReserved } from "../syntax/formula/grammar.ts";
import { freshNames } from "../syntax/names.ts";
import { parseGraph } from "../syntax/sources.ts";

/**
 * A graph as a formula that has the same id, in the outputs' names and made-up ones. Throws `limit_exceeded` for one that is
 * longer than what is read, and `invalid_graph` for one that no formula reads back to.
 */
export function expressionOf(
  { graph, canonical }: { readonly graph: Graph; readonly canonical: Canonical },
  limits: Limits,
  budget = Budget.unlimited(),
): FormulaDocument {
  const { formulaLength } = limits;
  const functions = functionsOf(canonical.order);
  const count = functions.reduce((sum, held) => sum + held.canonical.order.length, canonical.order.length);
  budget.spend(count * budgetPerNode);
  // No node is written in less than a character.
  if (count > formulaLength) throw limitExceeded("formulaLength", formulaLength, count);
  // Most functions have the types of what they are handed, and reading tells whether they do.
  for (const isTyped of functions.length > 0 ? [false, true] : [false]) {
    const document = written(graph, functions, isTyped);
    const { length } = document.expression;
    if (length > formulaLength) throw limitExceeded("formulaLength", formulaLength, length);
    if (functions.length === 0) return document;
    const read = parseGraph(document, new GraphBuilder(limits, budget), limits);
    if (canonicalize(read).id === canonical.id) return document;
  }
  throw invalidGraph('no formula reads back to this graph: ask for form "nodes"');
}

function written(graph: Graph, functions: readonly GraphFunction[], isTyped: boolean): FormulaDocument {
  const { inputs, outputs } = graph;
  const roots = outputs.map(({ node }) => node);
  const taken = new Set([...inputs, ...outputs].map(({ name }) => name));
  for (const held of functions) for (const { name } of held.graph.inputs) taken.add(name);
  const names = new Map(functions.map((held) => [held.id, functionName(held, taken)]));
  const infix = infixWith((held) => names.get(held.id)!);
  const [only] = outputs.length === 1 ? outputs : [];
  const isUnnamed = only?.name === outputNameDefault && only.dtype === only.node.dtype;
  const own = isUnnamed ? new Map<Node, string>() : ownNames(graph);
  const { shared, results } = write(roots, namesOf(roots, freshNames("t", taken), own), infix);
  const isInput = new Set(inputs.map(({ name }) => name));
  const typed = (name: string, output: GraphOutput | undefined) =>
    output && (output.dtype !== output.node.dtype || isInput.has(output.name)) ? `${name}: ${output.dtype}` : name;
  const first = new Map(
    outputs.filter(({ name, node }) => own.get(node) === name).map((output) => [output.node, output]),
  );
  const lines = [
    ...functions.map((held) => definition(held, names.get(held.id)!, infix, taken, isTyped)),
    ...functions.flatMap(({ id, rule }) => {
      const [of, by] = [id, rule?.function.id ?? id].map((held) => infix.name(names.get(held)!).text);
      return rule ? [`${of}.${rule.mode} = ${by}`] : [];
    }),
    ...mentions(graph, roots, freshNames("unused", taken)),
    ...shared.map(({ name, text, node }) => `${typed(name, first.get(node))} = ${text}`),
  ];
  outputs.forEach((output, i) => {
    const { name, node } = output;
    if (isUnnamed) lines.push(results[i]!);
    else if (own.get(node) !== name && !isInputItself(output))
      lines.push(`${typed(infix.name(name).text, output)} = ${results[i]}`);
  });
  return {
    // A line that begins so would go on with the last.
    expression: lines.reduce((text, line) => `${text}${/^[-(]/.test(line) ? ";" : ""}\n${line}`),
    inputs: inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    ...(!isUnnamed && { outputs: outputs.map(({ name }) => name) }),
  };
}

/** A function's name, unless that is taken. */
function functionName({ name }: GraphFunction, taken: Set<string>): string {
  const free = taken.has(name) || isReserved(name) ? freshNames(`${name}_`, taken)() : name;
  taken.add(free);
  return free;
}

/** `f(x, y) = …`, with statements in parentheses where parts are named. */
function definition(
  { graph }: GraphFunction,
  name: string,
  infix: Notation,
  taken: ReadonlySet<string>,
  isTyped: boolean,
): string {
  const roots = graph.outputs.map(({ node }) => node);
  const { shared, results } = write(roots, namesOf(roots, freshNames("t", taken)), infix);
  const parameter = (input: GraphInput) => `${infix.name(input.name).text}${isTyped ? `: ${input.dtype}` : ""}`;
  const parameters = graph.inputs.map(parameter).join(", ");
  const value = results.length === 1 ? results[0]! : `(${results.join(", ")})`;
  const statements = shared.map((part) => `${part.name} = ${part.text}; `).join("");
  return `${infix.name(name).text}(${parameters}) = ${statements === "" ? value : `(${statements}${value})`}`;
}

const outputNameDefault = "y";
const budgetPerNode = 50;

/** The names that outputs give their nodes: the first of each, of those that are no inputs. */
function ownNames({ inputs, outputs }: Graph): Map<Node, string> {
  const names = new Map<Node, string>();
  const taken = new Set(inputs.map(({ name }) => name));
  for (const output of outputs) {
    const { name, node } = output;
    if (isInputItself(output)) continue;
    if (node.op !== inputOperator && !names.has(node) && !taken.has(name)) names.set(node, name);
  }
  return names;
}

function isInputItself({ name, node, dtype }: GraphOutput): boolean {
  return node.op === inputOperator && node.attrs.name === name && dtype === node.dtype;
}

/** Inputs that nothing uses and that formulas reserve the names of: they have to be mentioned to be meant. */
function mentions({ inputs }: Graph, roots: readonly Node[], fresh: () => string): string[] {
  const reserved = inputs.filter(({ name }) => isReserved(name));
  if (reserved.length === 0) return [];
  const used = new Set(reachable(roots));
  return reserved.filter(({ node }) => !used.has(node)).map(({ name }) => `${fresh()} = \`${name}\``);
}
