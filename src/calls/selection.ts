import { notDifferentiable, quote } from "../errors.ts";
import { type DType, isFloat } from "../graph/dtype.ts";
import type { GraphOutput } from "../graph/graph.ts";
import type { Shape } from "../graph/shape.ts";
import type { Selection } from "../transforms/derive.ts";
import type { Question } from "./question.ts";

/** The positions of the inputs and outputs that a call differentiates. Throws `not_differentiable`. */
export function select({ loaded, named }: Pick<Question, "loaded" | "named">): Selection {
  const { inputs, outputs } = loaded.graph;
  const { wrt, of } = named;
  if (wrt.length === 0) throw notDifferentiable("the graph has no float input to differentiate by");
  if (of.length === 0) throw notDifferentiable("the graph has no float output to differentiate");
  for (const i of wrt) checkFloat("input", inputs[i]!);
  for (const i of of) checkFloat("output", outputs[i]!);
  return named;
}

/** As {@link select}, for methods of one scalar output. */
export function selectScalar(question: Pick<Question, "loaded" | "named">, method: string): Selection {
  const selection = select(question);
  const outputs = selection.of.map((i) => question.loaded.graph.outputs[i]!);
  if (outputs.length !== 1) {
    throw notDifferentiable(`${method} needs exactly one output; name it in \`of\`, there are ${outputs.length}`);
  }
  const [{ name, node }] = outputs as [GraphOutput];
  if (node.shape.length > 0) {
    throw notDifferentiable(`${method} needs a scalar output; ${quote(name)} has shape [${node.shape}]`);
  }
  return selection;
}

/** The shapes of inputs by position. */
export function inputShapes({ loaded }: Pick<Question, "loaded">, wrt: readonly number[]): Shape[] {
  return wrt.map((i) => loaded.graph.inputs[i]!.shape);
}

/** The shapes of outputs by position. */
export function outputShapes({ loaded }: Pick<Question, "loaded">, of: readonly number[]): Shape[] {
  return of.map((i) => loaded.graph.outputs[i]!.node.shape);
}

function checkFloat(what: string, { name, dtype }: { readonly name: string; readonly dtype: DType }): void {
  if (isFloat(dtype)) return;
  throw notDifferentiable(`${what} ${quote(name)} is ${dtype}: only float tensors are differentiable`);
}
