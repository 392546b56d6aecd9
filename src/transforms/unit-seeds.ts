import { copyNode } from "../graph/copy.ts";
import { type Graph, rebuild } from "../graph/graph.ts";
import type { Builder } from "../graph/operator.ts";
import { range } from "../graph/shape.ts";
import { identity } from "../operators/families/creation.ts";
import { permute_dims } from "../operators/views.ts";

/** Where the seeds are, which output depends on them, and whether they are rows of the matrix. */
export interface OneBlock {
  readonly firstSeed: number;
  readonly firstSeeded: number;
  readonly isReverse: boolean;
}

/**
 * The function of many seeds where they, n vectors of n numbers, are the identity matrix: all unit seeds at once. Its last
 * output is the matrix.
 */
export function withUnitSeeds(graph: Graph, { firstSeed, firstSeeded, isReverse }: OneBlock, builder: Builder): Graph {
  const inputs = graph.inputs.map((input) => ({
    ...input,
    node: builder.input(input.name, input.shape, input.dtype),
  }));
  const known = new Map(graph.inputs.map((input, i) => [input.node, inputs[i]!.node]));
  const { node, shape } = graph.inputs[firstSeed]!;
  known.set(node, builder.build(identity.operator, [], { n: shape[0]! }));
  const outputs = graph.outputs.map((output) => output.node);
  const copies = rebuild(outputs, known, (node, args) => copyNode(node, args, builder));
  // Tangents are columns.
  const axes = [...range(copies[firstSeeded]!.shape.length).slice(1), 0];
  if (!isReverse) copies[firstSeeded] = permute_dims(copies[firstSeeded]!, { axes });
  return { inputs, outputs: graph.outputs.map((output, i) => ({ ...output, node: copies[i]! })) };
}
