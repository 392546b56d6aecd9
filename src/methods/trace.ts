import { z } from "zod";
import { trace as runTrace, traceSubject } from "../engine/trace.ts";
import { isFloat } from "../graph/dtype.ts";
import { convertArray, type NdArray, scalar } from "../graph/ndarray.ts";
import { constantValue } from "../graph/operator.ts";
import { traceDot } from "../notation/dot.ts";
import { traceLatex } from "../notation/trace-latex.ts";
import { partFormula, type TraceRow, traceText } from "../notation/trace-table.ts";
import { type Encoding, encodeTensor } from "../syntax/tensor.ts";
import { define } from "./context.ts";
import { standard, standardTrace } from "./examples.ts";
import { Task } from "./task.ts";
import { derivativeErrors, outputsResult, runParams, tensor, tensorMap } from "./wire.ts";

const { batch: _, ...params } = runParams;

const part = z
  .looseObject({
    from: z.string().optional().describe("the node that uses this one; absent for a cotangent that was sent"),
    formula: z.string().describe("how the part is made"),
    partial: tensor.optional().describe("the partial derivative, where both nodes are scalars"),
    value: tensor.describe("what the part adds to the adjoint"),
  })
  .meta({ id: "TracePart", description: "What one use of a node adds to its adjoint." });

const row = z
  .looseObject({
    name: z.string(),
    op: z.string().describe("the operator, `input` or `constant`"),
    args: z.array(z.string()).describe("the operands that are not plain numbers, by name"),
    formula: z.string().optional().describe("the node in terms of its operands"),
    value: tensor,
    tangent: tensor.optional().describe("with `seed`"),
    adjoint: tensor.optional().describe("with `cotangent`, of float nodes"),
    parts: z.array(part).optional().describe("the sum that the adjoint is, in the order it was added up"),
  })
  .meta({ id: "TraceNode", description: "One row of a trace." });

const renderings = { text: traceText, latex: traceLatex, dot: traceDot } as const;

export const trace = define({
  name: "trace",
  summary: "Every step of an evaluation: values, tangents forward, adjoints backward, as in textbooks.",
  description:
    "For each input, named or larger constant, and node, in the order in which they are computed: its formula, its value, its tangent when there is a `seed`, and its adjoint with the products that add up to it. `reverse` has the names in the order of the reverse sweep. Nodes have the names of the document that was sent, else `v1`, `v2`, … or, when it was sent by id, those of `graph.get`. For small graphs: the limits are `traceNodes` and `traceElements`.",
  params: z.object({
    ...params,
    seed: tensorMap
      .optional()
      .describe("tangents of inputs, absent names being zero; without it there are no tangents"),
    cotangent: tensorMap
      .optional()
      .describe("cotangents of outputs, absent names being zero; default: 1 where there is one output, a float scalar"),
    render: z
      .enum(["text", "latex", "dot"])
      .optional()
      .describe("also answers `text`: an aligned table, LaTeX arrays, or a Graphviz drawing"),
  }),
  result: z.object({
    ...outputsResult,
    nodes: z.array(row).describe("inputs, constants and nodes, in the order in which they are computed"),
    reverse: z.array(z.string()).optional().describe("nodes with an adjoint, in the order of the reverse sweep"),
    text: z.string().optional().describe("with `render`: the trace as text, LaTeX or a drawing"),
  }),
  errors: derivativeErrors,
  isHeavy: true,
  examples: [
    {
      name: "the standard example",
      params: { graph: standardTrace.graph, inputs: standard.inputs, seed: { x1: 1 } },
      result: { graph: standard.id, ...standardTrace.result },
    },
  ],
  async handle(params, context, call) {
    const task = new Task(context, call, params);
    const { loaded, budget } = task;
    const subject = traceSubject(loaded, task.loading.spelling(), context.config.limits);
    const { graph } = subject;
    const floatInputs = [...graph.inputs.keys()].filter((i) => isFloat(graph.inputs[i]!.dtype));
    const floatOutputs = [...graph.outputs.keys()].filter((k) => graph.outputs[k]!.node.dtype === "float64");

    const inputs = task.decodeInputs(params.inputs, undefined).map(({ array }) => array);
    const read = (given: Readonly<Record<string, unknown>>, positions: readonly number[], isInput: boolean) => {
      const names = isInput ? task.inputNames(positions) : task.outputNames(positions);
      const shapes = isInput ? task.inputShapes(positions) : task.outputShapes(positions);
      const [decoded] = task.decodeSeeds([given], names, shapes, undefined);
      return new Map(positions.flatMap((i, k) => (decoded![k] ? [[i, decoded![k].array] as const] : [])));
    };
    const tangents = params.seed && read(params.seed, floatInputs, true);
    const [only] = graph.outputs;
    const isScalar = graph.outputs.length === 1 && floatOutputs.length === 1 && only!.node.shape.length === 0;
    const cotangents = params.cotangent
      ? read(params.cotangent, floatOutputs, false)
      : isScalar
        ? new Map([[0, scalar("float64", 1)]])
        : undefined;

    const rows = await runTrace(subject, inputs, { tangents, cotangents }, context.engine, budget);
    const { encoding, render } = params;
    const operators = subject.order.map((node) => node.op.name);
    const values = new Map(subject.order.map((node, i) => [node, rows[i]!.value]));
    const outputs = graph.outputs.map(({ name, dtype, node }) => {
      const value = values.get(node) ?? constantValue(node)!;
      return [name, encodeTensor(convertArray(value, dtype), encoding)] as const;
    });
    return {
      graph: loaded.id,
      outputs: Object.fromEntries(outputs),
      nodes: rows.map((row, i) => encoded(row, operators[i]!, encoding)),
      ...(cotangents && {
        reverse: rows
          .filter(({ adjoint }) => adjoint)
          .map(({ name }) => name)
          .reverse(),
      }),
      ...(render && { text: renderings[render](rows) }),
    };
  },
});

function encoded({ name, args, formula, value, tangent, adjoint, parts }: TraceRow, op: string, encoding: Encoding) {
  const encode = (array: NdArray) => encodeTensor(array, encoding);
  return {
    name,
    op,
    args,
    ...(formula !== undefined && { formula }),
    value: encode(value),
    ...(tangent && { tangent: encode(tangent) }),
    ...(adjoint && {
      adjoint: encode(adjoint),
      parts: parts.map((part) => ({
        ...(part.from !== undefined && { from: part.from }),
        formula: partFormula(part, name),
        ...(part.partial !== undefined && { partial: encode(scalar("float64", part.partial)) }),
        value: encode(part.value),
      })),
    }),
  };
}
