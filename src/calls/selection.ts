import type { LoadedGraph } from "../engine/engine.ts";
import { invalidParams, notDifferentiable, quote } from "../errors.ts";
import { type DType, isFloat } from "../graph/dtype.ts";
import type { GraphOutput } from "../graph/graph.ts";
import type { Shape } from "../graph/shape.ts";
import type { Selection } from "../transforms/derive.ts";
import type { Question } from "./question.ts";

/** The part of a call's parameters that says what to differentiate. */
export interface SelectionParams {
  readonly wrt?: readonly string[] | undefined;
  readonly of?: readonly string[] | undefined;
}

/** The positions of the inputs and outputs that a call names, or of all float ones. Throws `invalid_params`. */
export function namedSelection(loaded: LoadedGraph, { wrt, of }: SelectionParams): Selection {
  if (!wrt && !of) return defaultSelection(loaded);
  const { inputs, outputs } = loaded.graph;
  return { wrt: positions(inputs, wrt, "wrt", "input"), of: positions(outputs, of, "of", "output") };
}

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

/** All float inputs and outputs of a graph, found once. */
function defaultSelection(loaded: LoadedGraph): Selection {
  let selection = defaults.get(loaded);
  if (!selection) {
    const { inputs, outputs } = loaded.graph;
    selection = {
      wrt: positions(inputs, undefined, "wrt", "input"),
      of: positions(outputs, undefined, "of", "output"),
    };
    defaults.set(loaded, selection);
  }
  return selection;
}

const defaults = new WeakMap<LoadedGraph, Selection>();

function positions(
  all: readonly { readonly name: string; readonly dtype: DType }[],
  names: readonly string[] | undefined,
  parameter: string,
  what: string,
): number[] {
  if (!names) return all.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
  const known = new Map(all.map(({ name }, i) => [name, i]));
  return names.map((name, k) => {
    const i = known.get(name);
    if (i === undefined) {
      throw invalidParams({ path: `/${parameter}/${k}`, message: `the graph has no ${what} ${quote(name)}` });
    }
    return i;
  });
}

function checkFloat(what: string, { name, dtype }: { readonly name: string; readonly dtype: DType }): void {
  if (isFloat(dtype)) return;
  throw notDifferentiable(`${what} ${quote(name)} is ${dtype}: only float tensors are differentiable`);
}
