import type { Json } from "../methods/service.ts";
import { Random } from "../support/random.ts";
import { type Body, type Entry, unrolledScan } from "./unrolled.ts";

const unary = ["sin", "tanh", "negative", "square", "exp", "sigmoid", "cos"];
const binary = ["add", "multiply", "subtract", "maximum"];

/** A document with a random scan, the same unrolled, and inputs of both; its checkpoints are random too unless given. */
export function pair(seed: number, length: number, reverse: boolean, checkpoints?: "none" | number) {
  const random = new Random(seed);
  const counts: Counts = {
    constants: random.below(3),
    carry: 1 + random.below(2),
    xs: random.below(3),
    ys: random.below(3),
  };
  const shape = random.unit() < 0.5 ? [] : [3];
  const hasMatrix = shape.length > 0;
  if (hasMatrix) counts.constants++;
  const body = bodyOf(random, counts, hasMatrix);
  const first = counts.constants + counts.carry;
  const inputs = body.inputs.map(({ name }, i) => {
    if (hasMatrix && i === 0) return { name, shape: [3, 3] };
    return { name, shape: i < first ? shape : [length, ...shape] };
  });
  const args = inputs.map(({ name }) => name);
  const results = Array.from({ length: counts.carry + counts.ys }, (_, i) =>
    counts.carry + counts.ys === 1 ? "s" : `s:${i}`,
  );
  const flat = unrolledScan(body, args, { ...counts, length, reverse }, "u_");
  const named = (list: readonly unknown[]) => list.map((node, i) => ({ name: `out${i}`, node }));
  const checkpoint = checkpoints ?? random.pick(["auto", "none", 3]);
  const attrs = { function: "f", constants: counts.constants, carry: counts.carry, length, reverse, checkpoint };
  const value = (lengths: readonly number[]): Json =>
    lengths.length === 0
      ? random.between(-0.5, 0.5)
      : Array.from({ length: lengths[0]! }, () => value(lengths.slice(1)));
  return {
    scanned: {
      functions: { f: body },
      inputs,
      nodes: [{ id: "s", op: "scan", args, attrs }, ...totalOf(results, "")],
      outputs: [...named(results), { name: "loss", node: "loss" }],
    },
    flat: {
      inputs,
      nodes: [...flat.nodes, ...totalOf(flat.outputs, "z")],
      outputs: [...named(flat.outputs), { name: "loss", node: "zloss" }],
    },
    inputs: Object.fromEntries(inputs.map(({ name, shape }) => [name, value(shape)])),
    points: Object.fromEntries(
      inputs.map(({ name, shape }, i) => [name, i % 2 === 0 ? [0, 1, 2].map(() => value(shape)) : value(shape)]),
    ),
    seeds: Object.fromEntries(inputs.map(({ name, shape }) => [name, value(shape)])),
  };
}

interface Counts {
  constants: number;
  readonly carry: number;
  readonly xs: number;
  readonly ys: number;
}

/** A random body whose carries stay small; its first constant may be a matrix, with which it multiplies vectors. */
function bodyOf(random: Random, { constants, carry, xs, ys }: Counts, hasMatrix: boolean): Body {
  const named = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => ({ name: `${prefix}${i}` }));
  const inputs = [...named("k", constants), ...named("c", carry), ...named("x", xs)];
  const names = inputs.slice(Number(hasMatrix)).map(({ name }) => name);
  const nodes: Entry[] = [];
  const add = (op: string, args: readonly unknown[]) => {
    const id = `n${nodes.length}`;
    nodes.push({ id, op, args });
    names.push(id);
    return id;
  };
  for (let i = 3 + random.below(5); i > 0; i--) {
    if (hasMatrix && random.unit() < 0.4) add("matmul", ["k0", random.pick(names)]);
    else if (random.unit() < 0.5) add(random.pick(unary), [random.pick(names)]);
    else add(random.pick(binary), [random.pick(names), random.unit() < 0.2 ? 0.5 : random.pick(names)]);
  }
  const carries = Array.from({ length: carry }, () => add("tanh", [random.pick(names)]));
  return { inputs, nodes, outputs: [...carries, ...Array.from({ length: ys }, () => random.pick(names))] };
}

/** A scalar of all of some values. */
function totalOf(values: readonly unknown[], prefix: string): Entry[] {
  const sums: Entry[] = values.map((x, i) => ({ id: `${prefix}t${i}`, op: "sum", args: [x] }));
  const added = sums.slice(1).map((x, i): Entry => {
    return { id: `${prefix}q${i}`, op: "add", args: [i === 0 ? `${prefix}t0` : `${prefix}q${i - 1}`, x.id] };
  });
  return [...sums, ...added, { id: `${prefix}loss`, op: "sin", args: [(added.at(-1) ?? sums[0]!).id] }];
}
