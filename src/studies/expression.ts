import type { Limits } from "../config.ts";
import { invalidGraph, limitExceeded, quote } from "../errors.ts";
import { Budget } from "../graph/budget.ts";
import { functionsIn } from "../graph/function.ts";
import { type Graph, type GraphOutput, reachable } from "../graph/graph.ts";
import { inputOperator, type Node } from "../graph/operator.ts";
import { infix } from "../notation/infix.ts";
import { namesOf, write } from "../notation/notation.ts";
import type { FormulaDocument } from "../syntax/document.ts";
import { isReserved } from "../syntax/formula/grammar.ts";
import { freshNames } from "../syntax/names.ts";

/**
 * A graph as a formula that has the same id, in the outputs' names and made-up ones. Throws `limit_exceeded` for one that is
 * longer than what is read.
 */
export function expressionOf(
  graph: Graph,
  { formulaLength: lengthMax }: Pick<Limits, "formulaLength">,
  budget = Budget.unlimited(),
): FormulaDocument {
  const { inputs, outputs } = graph;
  const roots = outputs.map(({ node }) => node);
  const nodes = reachable(roots);
  const holder = nodes.find((node) => functionsIn(node).length > 0);
  if (holder) throw invalidGraph(`${quote(holder.op.name)} applies a function: ask for form "nodes"`);
  const count = nodes.length;
  budget.spend(count * budgetPerNode);
  // No node is written in less than a character.
  if (count > lengthMax) throw limitExceeded("formulaLength", lengthMax, count);
  const taken = new Set([...inputs, ...outputs].map(({ name }) => name));
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
    ...mentions(graph, roots, freshNames("unused", taken)),
    ...shared.map(({ name, text, node }) => `${typed(name, first.get(node))} = ${text}`),
  ];
  outputs.forEach((output, i) => {
    const { name, node } = output;
    if (isUnnamed) lines.push(results[i]!);
    else if (own.get(node) !== name && !isInputItself(output))
      lines.push(`${typed(infix.name(name).text, output)} = ${results[i]}`);
  });
  // A line that begins so would go on with the last.
  const expression = lines.reduce((text, line) => `${text}${/^[-(]/.test(line) ? ";" : ""}\n${line}`);
  if (expression.length > lengthMax) throw limitExceeded("formulaLength", lengthMax, expression.length);
  return {
    expression,
    inputs: inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    ...(!isUnnamed && { outputs: outputs.map(({ name }) => name) }),
  };
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
