import type { Graph, GraphInput, GraphOutput } from "../graph/graph.ts";
import type { Node } from "../graph/node.ts";
import { zeroLike } from "../operators/kinds.ts";
import { linearize } from "./linearize.ts";
import { transpose } from "./transpose.ts";

/** The inputs differentiated by and the outputs differentiated, as positions in the graph's lists. */
export interface Selection {
  readonly wrt: readonly number[];
  readonly of: readonly number[];
}

/**
 * J·v: the graph with one more input for each of `wrt`, its tangent, and one more output for each of `of`. Extra names
 * hold a colon, which no document's names do.
 */
export function jvp(graph: Graph, { wrt, of }: Selection): Graph {
  const seeds = wrt.map((i) => seedLike("tangent", graph.inputs[i]!));
  const tangents = linearize(
    of.map((i) => graph.outputs[i]!.node),
    new Map(wrt.map((i, k) => [graph.inputs[i]!.node, seeds[k]!.node])),
  );
  const derived = of.map((i, k) => derivedOutput("tangent", graph.outputs[i]!, tangents[k]));
  return { inputs: [...graph.inputs, ...seeds], outputs: [...graph.outputs, ...derived] };
}

/** uᵀ·J: the graph with one more input for each of `of`, its cotangent, and one more output for each of `wrt`. */
export function vjp(graph: Graph, { wrt, of }: Selection): Graph {
  const seeds = of.map((i) => seedLike("cotangent", graph.outputs[i]!));
  const derived = pullback(
    graph,
    { wrt, of },
    seeds.map((seed) => seed.node),
  );
  return { inputs: [...graph.inputs, ...seeds], outputs: [...graph.outputs, ...derived] };
}

/** The gradient of one scalar output: the graph with one more output for each of `wrt`. */
export function gradient(graph: Graph, selection: Selection): Graph {
  const [output] = selection.of.map((i) => graph.outputs[i]!.node);
  const derived = pullback(graph, selection, [output!.builder.constant(1)]);
  return { inputs: graph.inputs, outputs: [...graph.outputs, ...derived] };
}

/** H·v, forward over reverse: the gradient's graph with tangents of `wrt` in and the tangents of the gradient out. */
export function hvp(graph: Graph, selection: Selection): Graph {
  const of = selection.wrt.map((_, k) => graph.outputs.length + k);
  return jvp(gradient(graph, selection), { wrt: selection.wrt, of });
}

function pullback(graph: Graph, { wrt, of }: Selection, cotangents: readonly Node[]): GraphOutput[] {
  const tangents = wrt.map((i) => seedLike("tangent", graph.inputs[i]!).node);
  const linear = linearize(
    of.map((i) => graph.outputs[i]!.node),
    new Map(wrt.map((i, k) => [graph.inputs[i]!.node, tangents[k]!])),
  );
  const present = linear.flatMap((node, k) => (node ? [{ node, ct: cotangents[k]! }] : []));
  const results = transpose(
    present.map(({ node }) => node),
    present.map(({ ct }) => ct),
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
