import type { Question } from "../calls/question.ts";
import { select } from "../calls/selection.ts";
import { limitExceeded, notDifferentiable, quote } from "../errors.ts";
import { canonicalize } from "../graph/canonical.ts";
import { type Graph, nodesOf } from "../graph/graph.ts";
import { infix } from "../notation/infix.ts";
import { latex, latexName } from "../notation/latex.ts";
import { namesOf, type Statements, write } from "../notation/notation.ts";
import { freshNames } from "../syntax/names.ts";
import { printGraph } from "../syntax/print.ts";
import { symbolicDerivatives } from "./symbolic.ts";

/** The derivatives of scalar outputs as formulas: as text, in LaTeX and as documents. */
export function formulasOf(question: Question) {
  const { loaded, limits, budget, named } = question;
  const { graph, id } = loaded;
  // Each formula comes with all inputs.
  const declared = named.wrt.length * named.of.length * graph.inputs.length;
  const size = Math.max(declared, nodesOf(graph).length);
  if (size > limits.symbolicNodes) throw limitExceeded("symbolicNodes", limits.symbolicNodes, size);
  const selection = select(question);
  for (const k of selection.of) {
    const { name, node } = graph.outputs[k]!;
    if (node.shape.length === 0) continue;
    throw notDifferentiable(`symbolic needs scalar outputs; ${quote(name)} has shape [${node.shape}]`);
  }
  const derivatives: Record<string, Record<string, object>> = {};
  for (const { of, wrt, graph: formula } of symbolicDerivatives(graph, selection, limits, budget)) {
    const y = graph.outputs[of]!.name;
    const x = graph.inputs[wrt]!.name;
    derivatives[y] ??= {};
    derivatives[y][x] = { ...written(formula, y, x), document: printGraph(formula, canonicalize(formula)) };
  }
  return { graph: id, derivatives };
}

function written({ inputs, outputs }: Graph, y: string, x: string) {
  const roots = outputs.map((output) => output.node);
  const names = namesOf(roots, freshNames("t", new Set(inputs.map(({ name }) => name))));
  return { text: asText(write(roots, names, infix)), latex: asLatex(write(roots, names, latex), y, x) };
}

function asText({ shared, results }: Statements): string {
  return [...shared.map(({ name, text }) => `${name} = ${text}`), results[0]!].join("; ");
}

function asLatex({ shared, results }: Statements, y: string, x: string): string {
  const left = `\\frac{\\partial ${latexName(y)}}{\\partial ${latexName(x)}}`;
  if (shared.length === 0) return `${left} = ${results[0]}`;
  const lines = shared.map(({ name, text }) => `${latexName(name)} &= ${text}`);
  return `\\begin{aligned} ${[...lines, `${left} &= ${results[0]}`].join(" \\\\ ")} \\end{aligned}`;
}
