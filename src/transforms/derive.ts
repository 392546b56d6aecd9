import type { Graph, GraphInput, GraphOutput } from "../graph/graph.ts";
import type { Node } from "../graph/operator.ts";
import { zeroLike } from "../operators/views.ts";
import { passes } from "./passes/index.ts";
import { settle } from "./settle.ts";

/** The inputs differentiated by and the outputs differentiated, as positions in the graph's lists. */
export interface Selection {
  readonly wrt: readonly number[];
  readonly of: readonly number[];
}

/**
 * J·v: the graph with one more input for each of `wrt`, its tangent, and one more output for each of `of`. Extra names
 * hold a colon, which no document's names do. To be settled before it runs: reverse mode takes it as it is.
 */
export function jvp(graph: Graph, { wrt, of }: Selection): Graph {
  const seeds = wrt.map((i) => seedLike("tangent", graph.inputs[i]!));
  const tangents = passes.linearize(
    of.map((i) => graph.outputs[i]!.node),
    new Map(wrt.map((i, k) => [graph.inputs[i]!.node, seeds[k]!.node])),
  );
  const derived = of.map((i, k) => derivedOutput("tangent", graph.outputs[i]!, tangents[k]));
  return { inputs: [...graph.inputs, ...seeds], outputs: [...graph.outputs, ...derived] };
}

/**
 * uᵀ·J: the graph with one more input for each of `of`, its cotangent, and one more output for each of `wrt`. `forward`
 * is the graph's {@link jvp} by the same selection, for callers that have it.
 */
export function vjp(graph: Graph, selection: Selection, forward = jvp(graph, selection)): Graph {
  const seeds = selection.of.map((i) => seedLike("cotangent", graph.outputs[i]!));
  const derived = pullback(
    graph,
    forward,
    selection,
    seeds.map((seed) => seed.node),
  );
  return settle({ inputs: [...graph.inputs, ...seeds], outputs: [...graph.outputs, ...derived] }, true);
}

/** The gradient of one scalar output: the graph with one more output for each of `wrt`. */
export function gradient(graph: Graph, selection: Selection, forward = jvp(graph, selection)): Graph {
  const [output] = selection.of.map((i) => graph.outputs[i]!.node);
  const derived = pullback(graph, forward, selection, [output!.builder.constant(1)]);
  return settle({ inputs: graph.inputs, outputs: [...graph.outputs, ...derived] }, true);
}

/** H·v, forward over reverse: the gradient's graph with tangents of `wrt` in and the tangents of the gradient out. */
export function hvp(graph: Graph, selection: Selection, forward = jvp(graph, selection)): Graph {
  const of = selection.wrt.map((_, k) => graph.outputs.length + k);
  return jvp(gradient(graph, selection, forward), { wrt: selection.wrt, of });
}

/** The cotangents of `wrt`: what maps tangents to tangents in `forward`, transposed. */
function pullback(graph: Graph, forward: Graph, { wrt }: Selection, cotangents: readonly Node[]): GraphOutput[] {
  const tangents = forward.inputs.slice(graph.inputs.length).map((input) => input.node);
  const results = passes.transpose(
    forward.outputs.slice(graph.outputs.length).map((output) => output.node),
    cotangents,
    tangents,
  );
  return wrt.map((i, k) => derivedOutput("cotangent", graph.inputs[i]!, results[k]));
}

function seedLike(role: string, { name, node }: GraphInput | GraphOutput): GraphInput {
  const seed = node.builder.input(`${role}:${name}`, node.shape, "float64");
  return { name: `${role}:${name}`, shape: node.shape, dtype: "float64", node: seed };
}

function derivedOutput(role: string, like: GraphInput | GraphOutput, node: Node | undefined): GraphOutput {
  return { name: `${role}:${like.name}`, dtype: "float64", node: node ?? zeroLike(like.node) };
}

/** The positions of a selection as text, written once: that of all float tensors serves many calls. */
export function selectionKey(selection: Selection): string {
  let key = keys.get(selection);
  if (key === undefined) {
    key = `${selection.wrt}|${selection.of}`;
    keys.set(selection, key);
  }
  return key;
}

const keys = new WeakMap<Selection, string>();
