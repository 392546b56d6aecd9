import type { Graph } from "../../src/graph/graph.ts";
import type { NdArray } from "../../src/graph/ndarray.ts";
import type { Node } from "../../src/graph/operator.ts";
import { applied, newBuilder, primalOf, run } from "./graphs.ts";
import { familyOf, operators } from "./plain-operators.ts";
import { Random } from "./random.ts";
import { flat, tensorOf } from "./tensors.ts";

const families = new Set<string | undefined>([
  "arithmetic",
  "exponential",
  "trigonometric",
  "special",
  "rounding",
  "choice",
]);

/** The elementwise operators that formulas can say. */
export const sayable = operators.filter((op) => families.has(familyOf(op)) && Object.keys(op.attributes).length === 0);

/** A graph of scalars and numbers, and a point where every value is finite, of moderate size and away from 0. */
export interface ScalarSample {
  readonly surface: Graph;
  readonly inputs: Readonly<Record<string, number>>;
}

/** Random operators on two inputs, with sharing; outputs are the last node and one before. */
export function scalarGraph(seed: number, size: number): ScalarSample {
  const random = new Random(seed);
  const builder = newBuilder();
  const inputs = [1, 2].map((i) => {
    const node = builder.input(`x${i}`, [], "float64");
    return { name: `x${i}`, shape: [], dtype: "float64" as const, node };
  });
  const point = inputs.map(() => random.between(0.2, 1.8));
  const known: { node: Node; value: NdArray }[] = inputs.map(({ node }, i) => ({
    node,
    value: tensorOf([point[i]!], []),
  }));
  for (const value of [2, -0.75, -3]) known.push({ node: builder.constant(value), value: tensorOf([value], []) });
  for (let made = 0, tries = 0; made < size && tries < size * 40; tries++) {
    const op = random.pick(sayable);
    const args = op.operands.map(() =>
      random.unit() < 0.5 ? random.pick(known) : known[known.length - 1 - random.below(3)]!,
    );
    const operands = args.map((arg) => arg.value);
    const [value] = run(primalOf(applied(op.name, operands)), operands);
    const size = Math.abs(flat(value!)[0]!);
    if (!(size < 20) || (value!.dtype === "float64" && size < 1e-2)) continue;
    const node = builder.apply(
      op,
      args.map((arg) => arg.node),
      {},
    );
    known.push({ node, value: value! });
    made++;
  }
  const floats = known.slice(inputs.length + 3).filter(({ node }) => node.dtype === "float64");
  const ends = floats.length > 0 ? [floats.at(-1)!, floats.at(floats.length >> 1)!] : [known[0]!];
  const outputs = ends.map(({ node }, i) => ({ name: `y${i}`, dtype: node.dtype, node }));
  return { surface: { inputs, outputs }, inputs: Object.fromEntries(inputs.map(({ name }, i) => [name, point[i]!])) };
}
