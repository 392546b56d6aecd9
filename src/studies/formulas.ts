import type { Question } from "../calls/question.ts";
import { select } from "../calls/selection.ts";
import { limitExceeded } from "../errors.ts";
import { canonicalize } from "../graph/canonical.ts";
import { type Graph, nodesOf, reachable } from "../graph/graph.ts";
import type { Node } from "../graph/operator.ts";
import { infix } from "../notation/infix.ts";
import { latex, latexName } from "../notation/latex.ts";
import { namesOf, type Statements, write } from "../notation/notation.ts";
import { freshNames, isSpellable, spellable } from "../syntax/names.ts";
import { printGraph } from "../syntax/print.ts";
import { symbolicDerivatives } from "./symbolic.ts";

/** Derivatives as formulas: as text, in LaTeX and as documents. */
export function formulasOf(question: Question) {
  const { loaded, limits, budget, named } = question;
  const { graph, id } = loaded;
  // Each formula comes with all inputs.
  const declared = named.wrt.length * named.of.length * graph.inputs.length;
  const size = Math.max(declared, nodesOf(graph).length);
  if (size > limits.symbolicNodes) throw limitExceeded("symbolicNodes", limits.symbolicNodes, size);
  const selection = select(question);
  const derivatives: Record<string, Record<string, object>> = {};
  for (const { of, wrt, graph: formula, isDiagonal } of symbolicDerivatives(graph, selection, limits, budget)) {
    const y = graph.outputs[of]!.name;
    const x = graph.inputs[wrt]!.name;
    derivatives[y] ??= {};
    derivatives[y][x] = {
      ...written(formula, y, x),
      ...(isDiagonal && { diagonal: true }),
      document: printGraph(formula, canonicalize(formula)),
    };
  }
  return { graph: id, derivatives };
}

/** Inputs whose names formulas cannot spell have others in the text, and a legend tells which stand for which. */
function written({ inputs, outputs }: Graph, y: string, x: string) {
  const roots = outputs.map((output) => output.node);
  const taken = new Set(inputs.map(({ name }) => name));
  const renamed = new Map<Node, string>();
  for (const { name, node } of inputs) {
    if (isSpellable(name)) continue;
    renamed.set(node, spellable(name, taken));
    taken.add(renamed.get(node)!);
  }
  const names = new Map([...namesOf(roots, freshNames("t", taken)), ...renamed]);
  const used = new Set(reachable(roots));
  const legend = inputs.filter(({ node }) => renamed.has(node) && used.has(node));
  const shown = inputs.find(({ name }) => name === x)!;
  return {
    text: asText(write(roots, names, infix)),
    latex: asLatex(write(roots, names, latex), taken.has(y) ? functionName(taken) : y, renamed.get(shown.node) ?? x),
    ...(legend.length > 0 && {
      legend: Object.fromEntries(legend.map(({ name, node }) => [renamed.get(node)!, name])),
    }),
  };
}

/** What an output is called that has the name of an input: its derivative by that would look like a 1. */
function functionName(taken: ReadonlySet<string>): string {
  return ["f", "g", "h"].find((name) => !taken.has(name)) ?? freshNames("f", taken)();
}

function asText({ shared, results }: Statements): string {
  return [...shared.map(({ name, text }) => `${name} = ${text}`), results[0]!].join("; ");
}

function asLatex({ shared, results }: Statements, y: string, x: string): string {
  const left = `\\frac{\\partial ${latexName(y)}}{\\partial ${latexName(x)}}`;
  if (shared.length === 0) return `${left} = ${results[0]}`;
  const lines = shared.map(({ name, text }) => `${name} &= ${text}`);
  return `\\begin{aligned} ${[...lines, `${left} &= ${results[0]}`].join(" \\\\ ")} \\end{aligned}`;
}
