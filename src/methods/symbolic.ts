import { z } from "zod";
import { define } from "../calls/context.ts";
import { ask } from "../calls/question.ts";
import { formulasOf } from "../studies/formulas.ts";
import { PlainAnswer } from "../wire/answer.ts";
import { standard } from "./schemas/examples.ts";
import { graphDocument, graphErrors, graphParams, graphResult, selectionParams } from "./schemas/wire.ts";

const derivative = z
  .looseObject({
    text: z.string().describe("the formula; shared parts are named in statements before it"),
    latex: z.string().describe("the same in LaTeX's math mode, as an equation"),
    legend: z
      .record(z.string(), z.string())
      .optional()
      .describe("names in `text` and `latex` that stand for inputs whose own names formulas cannot spell"),
    diagonal: z
      .boolean()
      .optional()
      .describe(
        "true where each element of the output depends on that element of the input only: this is the diagonal",
      ),
    document: graphDocument.describe("the same as a graph with one output, which can be sent back"),
  })
  .meta({ id: "SymbolicDerivative", description: "One derivative as a formula." });

export const symbolic = define({
  name: "symbolic",
  summary: "Derivatives as formulas: as text, in LaTeX, and as graphs that can be sent back.",
  description:
    "The derivative of each output by each input, simplified, of the output's shape followed by the input's; where each element of an output depends on the same element of the input alone, only these derivatives, `diagonal`, in the shape of both; parts that occur several times are named once, so that a formula stays as long as its graph is large. `text` is a formula that a graph may hold, with all inputs in `inputs`, by the names of the `legend` where there is one; it is read as the graph of `document`, but that its output is called `y`. Values agree with `jacobian` to rounding wherever the formula is defined; where an infinite slope meets a zero, only `jacobian` gives 0. The limit `symbolicNodes` holds for all formulas of a call together.",
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
  handle: (params, context, call) => new PlainAnswer(formulasOf(ask(context, call, params))),
});
