import type { Graph } from "../../src/graph/graph.ts";
import { copied, type NdArray } from "../../src/graph/ndarray.ts";
import { interpret } from "../../src/graph/running/interpret.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { batch } from "../../src/transforms/batch.ts";
import { jvp, vjp } from "../../src/transforms/derive.ts";
import { differenceCompiled } from "../../test/support/compiled.ts";
import { finished, floats, newBuilder } from "../../test/support/graphs.ts";
import { outputsOf } from "../../test/support/programs.ts";
import { randomGraph } from "../../test/support/random-graphs.ts";
import type { Sample } from "../../test/support/samples.ts";
import { flat, tensorOf } from "../../test/support/tensors.ts";
import { faultOfModes, firstDifference } from "./modes.ts";

const points = 3;
/** Most graphs are small, as most faults show in small ones; one of eight may be larger. */
const nodesMax = 10;
const largeNodesMax = 24;

/**
 * What is wrong with a random graph of a seed: where its values and derivatives, compiled, are not those that the
 * interpreter gives, at one point and in a batch; where a batch is not its points; or where the two modes differ.
 */
export function faultOfGraph(seed: number): string | undefined {
  const number = Math.abs(seed);
  const sample = randomGraph(seed, 2 + (number % (number % 8 === 0 ? largeNodesMax : nodesMax)));
  const { primal, inputs, random } = sample;
  const selection = floats(primal);
  const { wrt, of } = selection;
  const like = (node: { readonly shape: readonly number[] }) =>
    tensorOf(random.numbers(elementCount(node.shape), -2, 2), [...node.shape]);
  const tangents = wrt.map((i) => like(primal.inputs[i]!.node));
  const cotangents = of.map((i) => like(primal.outputs[i]!.node));
  const reverse = vjp(primal, selection);
  const second = { wrt, of: wrt.map((_, k) => primal.outputs.length + k) };
  // The last has the outputs of the first two as well: of most graphs they need not be compiled once more on their own.
  const parts: readonly Part[] = [
    ["values", primal, inputs],
    ["reverse", reverse, [...inputs, ...cotangents]],
  ];
  const programs: readonly Part[] = [
    ...(number % 4 === 0 ? parts : []),
    ["forward", jvp(primal, selection), [...inputs, ...tangents]],
    ["forward over reverse", jvp(reverse, second), [...inputs, ...cotangents, ...tangents]],
  ];
  for (const [name, graph, given] of programs) {
    const fault = differenceCompiled(finished(graph), given) ?? faultOfBatch(graph, given, sample);
    if (fault) return `${name}: ${fault}`;
  }
  return faultOfModes(sample);
}

type Part = readonly [name: string, graph: Graph, given: readonly NdArray[]];

/** A batch of points, every third input shared by all of them: compiled as interpreted, and each point as it is alone. */
function faultOfBatch(graph: Graph, given: readonly NdArray[], { random }: Sample): string | undefined {
  const isBatched = (i: number) => i % 3 !== 0;
  const moved = ({ data, shape, dtype }: NdArray) =>
    tensorOf(
      dtype === "float64" ? Array.from(data, (x) => x * random.between(0.9, 1.1)) : Array.from(data),
      shape,
      dtype,
    );
  const atPoint = Array.from({ length: points }, () => given.map((x, i) => (isBatched(i) ? moved(copied(x)) : x)));
  const all = given.map((x, i) => {
    if (!isBatched(i)) return x;
    return tensorOf(
      atPoint.flatMap((point) => flat(point[i]!)),
      [points, ...x.shape],
      x.dtype,
    );
  });
  const many = finished(batch(graph, newBuilder(), points, isBatched, () => true));
  const fault = differenceCompiled(many, all);
  if (fault) return `batched, ${fault}`;
  // Compiled, each has been compared with itself interpreted.
  const together = outputsOf(interpret(many), all).map(flat);
  const one = interpret(finished(graph));
  const alone = atPoint.map((point) => outputsOf(one, point).map(flat));
  for (const [o, values] of together.entries()) {
    const expected = alone.flatMap((point) => point[o]!);
    const at = firstDifference(values, expected);
    if (at >= 0) return `output ${o}[${at}]: ${values[at]} in a batch, ${expected[at]} alone`;
  }
  return undefined;
}
