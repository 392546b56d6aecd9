import { z } from "zod";
import { symbolicDerivatives } from "../engine/symbolic.ts";
import { limitExceeded, notDifferentiable, quote } from "../errors.ts";
import { canonicalize } from "../graph/canonical.ts";
import { type Graph, nodesOf } from "../graph/graph.ts";
import { infix } from "../notation/infix.ts";
import { latex, latexName } from "../notation/latex.ts";
import { namesOf, type Statements, write } from "../notation/notation.ts";
import { freshNames } from "../syntax/names.ts";
import { printGraph } from "../syntax/print.ts";
import { define } from "./context.ts";
import { standard } from "./examples.ts";
import { Task } from "./task.ts";
import { graphErrors, graphParams, graphResult, selectionParams } from "./wire.ts";

const derivative = z
  .looseObject({
    text: z.string().describe("the formula; shared parts are named in statements before it"),
    latex: z.string().describe("the same in LaTeX's math mode, as an equation"),
    document: z.looseObject({}).describe("the same as a graph with one output, which can be sent back"),
  })
  .meta({ id: "SymbolicDerivative", description: "One derivative as a formula." });

export const symbolic = define({
  name: "symbolic",
  summary: "Derivatives as formulas: as text, in LaTeX, and as graphs that can be sent back.",
  description:
    "The derivative of each scalar output by each input, simplified; parts that occur several times are named once, so that a formula stays as long as its graph is large. `text` is a formula that a graph may hold (with all inputs in `inputs`), where the derivative needs neither attributes nor constant tensors. Values agree with `jacobian` to rounding wherever the formula is defined; where an infinite slope meets a zero, only `jacobian` gives 0. The limit `symbolicNodes` holds for all formulas of a call together.",
  params: z.object({ ...graphParams, ...selectionParams }),
  result: z.object({
    ...graphResult,
    derivatives: z
      .record(z.string(), z.record(z.string(), derivative))
      .describe("formulas by output and input: `derivatives[output][input]`"),
  }),
  errors: [...graphErrors, "not_differentiable"],
  isHeavy: true,
  examples: [
    {
      name: "the standard example by x2",
      params: { graph: standard.graph, wrt: ["x2"] },
      result: {
        graph: standard.id,
        derivatives: {
          y: {
            x2: {
              text: "x1 - cos(x2)",
              latex: "\\frac{\\partial y}{\\partial x_{2}} = x_{1} - \\cos\\left(x_{2}\\right)",
              document: {
                inputs: [
                  { name: "x1", shape: [], dtype: "float64" },
                  { name: "x2", shape: [], dtype: "float64" },
                ],
                nodes: [
                  { id: "n1", op: "cos", args: ["x2"] },
                  { id: "n2", op: "subtract", args: ["x1", "n1"] },
                ],
                outputs: [{ name: "dy_dx2", node: "n2", dtype: "float64" }],
              },
            },
          },
        },
      },
    },
  ],
  handle(params, context, call) {
    const task = new Task(context, call, params);
    const { graph, id } = task.loaded;
    const { limits } = context.config;
    // Each formula comes with all inputs.
    const declared = task.named.wrt.length * task.named.of.length * graph.inputs.length;
    const size = Math.max(declared, nodesOf(graph).length);
    if (size > limits.symbolicNodes) throw limitExceeded("symbolicNodes", limits.symbolicNodes, size);
    const selection = task.select();
    for (const k of selection.of) {
      const { name, node } = graph.outputs[k]!;
      if (node.shape.length === 0) continue;
      throw notDifferentiable(`symbolic needs scalar outputs; ${quote(name)} has shape [${node.shape}]`);
    }
    const derivatives: Record<string, Record<string, object>> = {};
    for (const { of, wrt, graph: formula } of symbolicDerivatives(graph, selection, limits, task.budget)) {
      const y = graph.outputs[of]!.name;
      const x = graph.inputs[wrt]!.name;
      derivatives[y] ??= {};
      derivatives[y][x] = { ...written(formula, y, x), document: printGraph(formula, canonicalize(formula)) };
    }
    return { graph: id, derivatives };
  },
});

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
