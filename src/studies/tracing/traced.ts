import { warningsMember } from "../../calls/doubt/warnings.ts";
import { headingsOf } from "../../calls/headings.ts";
import { decodeInputs, decodeSeeds } from "../../calls/inputs.ts";
import type { Given, Question } from "../../calls/question.ts";
import { isFloat } from "../../graph/dtype.ts";
import { convertArray, type NdArray, scalar } from "../../graph/ndarray.ts";
import { constantValue } from "../../graph/operator.ts";
import { traceDot } from "../../notation/dot.ts";
import { traceLatex } from "../../notation/trace-latex.ts";
import { partFormula, type TraceRow, traceText } from "../../notation/trace-table.ts";
import { TensorLeaf } from "../../wire/answer.ts";
import type { Encoding } from "../../wire/json/tensor-value.ts";
import { exactJacobian } from "../exact.ts";
import { trace, traceSubject } from "./trace.ts";

const renderings = { text: traceText, latex: traceLatex, dot: traceDot } as const;

/** What to trace a graph with. */
export interface TraceParams {
  readonly seed?: Given | undefined;
  readonly cotangent?: Given | undefined;
  /** How many functions deep nodes are opened. */
  readonly depth: number;
  readonly render?: keyof typeof renderings | undefined;
}

/** Every step of an evaluation, as an answer has it. */
export async function traced(question: Question, { seed, cotangent, depth, render }: TraceParams) {
  const { loaded, budget, engine, limits, encoding } = question;
  const subject = traceSubject(loaded, question.loading.spelling(), limits);
  const { graph } = subject;
  const floatInputs = [...graph.inputs.keys()].filter((i) => isFloat(graph.inputs[i]!.dtype));
  const floatOutputs = [...graph.outputs.keys()].filter((k) => graph.outputs[k]!.node.dtype === "float64");
  const { wrt, of } = headingsOf(question, { wrt: floatInputs, of: floatOutputs });

  const decoded = decodeInputs(loaded.graph, question.inputs, undefined);
  const inputs = decoded.map(({ array }) => array);
  const read = (given: Given, positions: readonly number[], side: typeof wrt) => {
    const [tensors] = decodeSeeds([given], side, undefined);
    return new Map(positions.flatMap((i, k) => (tensors![k] ? [[i, tensors![k].array] as const] : [])));
  };
  const tangents = seed && read(seed, floatInputs, wrt);
  const [only] = graph.outputs;
  const isScalar = graph.outputs.length === 1 && floatOutputs.length === 1 && only!.node.shape.length === 0;
  const cotangents = cotangent
    ? read(cotangent, floatOutputs, of)
    : isScalar
      ? new Map([[0, scalar("float64", 1)]])
      : undefined;

  const rows = await trace(subject, inputs, { tangents, cotangents }, depth, engine, budget);
  const values = new Map(subject.order.map((node, i) => [node, rows[i]!.value]));
  const outputs = graph.outputs.map(({ name, dtype, node }) => {
    const value = values.get(node) ?? constantValue(node)!;
    return [name, new TensorLeaf(convertArray(value, dtype), encoding, false)] as const;
  });
  const differentiates = floatInputs.length > 0 && floatOutputs.length > 0;
  const exact = differentiates ? await exactJacobian(question, decoded, "auto") : undefined;
  return {
    graph: loaded.id,
    outputs: Object.fromEntries(outputs),
    ...warningsMember(exact?.warnings ?? []),
    nodes: rows.map((row) => told(row, encoding)),
    ...(cotangents && {
      reverse: rows
        .filter(({ adjoint }) => adjoint)
        .map(({ name }) => name)
        .reverse(),
    }),
    ...(render && { text: renderings[render](rows) }),
  };
}

/** A row as an answer has it. */
type ToldRow = {
  readonly name: string;
  readonly op: string;
  readonly args: readonly string[];
  readonly formula?: string;
  readonly value: TensorLeaf;
  readonly runs?: readonly { readonly function: string; readonly step?: number; readonly nodes: readonly ToldRow[] }[];
  readonly tangent?: TensorLeaf;
  readonly adjoint?: TensorLeaf;
  readonly parts?: readonly {
    readonly from?: string;
    readonly formula: string;
    readonly partial?: TensorLeaf;
    readonly value: TensorLeaf;
  }[];
};

function told(
  { name, op, args, formula, value, tangent, adjoint, parts, runs }: TraceRow,
  encoding: Encoding,
): ToldRow {
  const leaf = (array: NdArray) => new TensorLeaf(array, encoding, false);
  return {
    name,
    op,
    args,
    ...(formula !== undefined && { formula }),
    value: leaf(value),
    ...(runs && {
      runs: runs.map(({ function: held, step, rows }) => ({
        function: held,
        ...(step !== undefined && { step }),
        nodes: rows.map((row) => told(row, encoding)),
      })),
    }),
    ...(tangent && { tangent: leaf(tangent) }),
    ...(adjoint && {
      adjoint: leaf(adjoint),
      parts: parts.map((part) => ({
        ...(part.from !== undefined && { from: part.from }),
        formula: partFormula(part, name),
        ...(part.partial !== undefined && { partial: leaf(scalar("float64", part.partial)) }),
        value: leaf(part.value),
      })),
    }),
  };
}
