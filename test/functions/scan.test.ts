import fc from "fast-check";
import { expect, test } from "vitest";
import { type Json, type Params, start } from "../methods/service.ts";
import { Random } from "../support/random.ts";
import { type Body, type Entry, expectClose, unrolledScan } from "./unrolled.ts";

const unary = ["sin", "tanh", "negative", "square", "exp", "sigmoid", "cos"];
const binary = ["add", "multiply", "subtract", "maximum"];

interface Counts {
  readonly constants: number;
  readonly carry: number;
  readonly xs: number;
  readonly ys: number;
}

/** A random body whose carries stay small. */
function bodyOf(random: Random, { constants, carry, xs, ys }: Counts): Body {
  const named = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => ({ name: `${prefix}${i}` }));
  const inputs = [...named("k", constants), ...named("c", carry), ...named("x", xs)];
  const names = inputs.map(({ name }) => name);
  const nodes: Entry[] = [];
  const add = (op: string, args: readonly unknown[]) => {
    const id = `n${nodes.length}`;
    nodes.push({ id, op, args });
    names.push(id);
    return id;
  };
  for (let i = 3 + random.below(5); i > 0; i--) {
    if (random.unit() < 0.5) add(random.pick(unary), [random.pick(names)]);
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

/** A document with a scan, the same unrolled, and inputs of both. */
function pair(seed: number, length: number, reverse: boolean) {
  const random = new Random(seed);
  const counts: Counts = {
    constants: random.below(3),
    carry: 1 + random.below(2),
    xs: random.below(3),
    ys: random.below(3),
  };
  const shape = random.unit() < 0.5 ? [] : [2];
  const body = bodyOf(random, counts);
  const first = counts.constants + counts.carry;
  const inputs = body.inputs.map(({ name }, i) => ({ name, shape: i < first ? shape : [length, ...shape] }));
  const args = inputs.map(({ name }) => name);
  const results = Array.from({ length: counts.carry + counts.ys }, (_, i) =>
    counts.carry + counts.ys === 1 ? "s" : `s:${i}`,
  );
  const flat = unrolledScan(body, args, { ...counts, length, reverse }, "u_");
  const named = (list: readonly unknown[]) => list.map((node, i) => ({ name: `out${i}`, node }));
  const checkpoint = random.pick(["auto", "none", 3]);
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

test.each(["compiled", "interpreted"])(
  "a scan is its unrolling, with all its derivatives: %s",
  async (programs) => {
    const { ok } = start({ PROGRAMS: programs });
    const lengths = fc.constantFrom(1, 2, 5, 17);
    await fc.assert(
      fc.asyncProperty(fc.integer(), lengths, fc.boolean(), async (seed, length, reverse) => {
        const { scanned, flat, inputs, points, seeds } = pair(seed, length, reverse);
        const same = async (method: string, params: Params) => {
          const [actual, expected] = [
            await ok(method, { graph: scanned, inputs, ...params }),
            await ok(method, { graph: flat, inputs, ...params }),
          ];
          for (const key of ["outputs", "gradient", "jacobian", "hessian", "hvp"]) {
            if (expected[key]) expectClose(actual[key], expected[key], `${method} ${JSON.stringify(params)} ${key}`);
          }
        };
        await same("evaluate", {});
        for (const mode of ["forward", "reverse"]) {
          await same("jacobian", { mode });
          await same("jacobian", { mode, inputs: points, batch: 3 });
        }
        await same("gradient", { of: ["loss"] });
        await same("hvp", { of: ["loss"], seeds });
        await same("hessian", { of: ["loss"], inputs: points, batch: 3 });
      }),
      { numRuns: 6 },
    );
  },
  60_000,
);

test("values of a scan are those of its unrolling to the bit", async () => {
  const { ok } = start({ PROGRAMS: "interpreted" });
  for (let seed = 0; seed < 20; seed++) {
    const { scanned, flat, inputs } = pair(seed, 17, seed % 2 === 0);
    expect((await ok("evaluate", { graph: scanned, inputs })).outputs).toEqual(
      (await ok("evaluate", { graph: flat, inputs })).outputs,
    );
  }
});

test("a scan of no steps gives what it was handed, and the derivative of that", async () => {
  const { ok } = start();
  const graph = {
    functions: {
      f: {
        inputs: [{ name: "c" }, { name: "x" }],
        nodes: [{ id: "n", op: "multiply", args: ["c", "x"] }],
        outputs: ["n", "c"],
      },
    },
    inputs: [
      { name: "c", shape: [2] },
      { name: "x", shape: [0, 2] },
    ],
    nodes: [{ id: "s", op: "scan", args: ["c", "x"], attrs: { function: "f", carry: 1 } }],
    outputs: [
      { name: "last", node: "s:0" },
      { name: "rows", node: "s:1" },
    ],
  };
  for (const mode of ["forward", "reverse"]) {
    const { outputs, jacobian } = await ok("jacobian", { graph, inputs: { c: [1, 2], x: [] }, mode });
    expect(outputs).toEqual({ last: [1, 2], rows: [] });
    expect(jacobian.last.c).toEqual([
      [1, 0],
      [0, 1],
    ]);
  }
});

test("the Jacobian of a stencil that is applied again and again is found banded", async () => {
  const { ok } = start();
  const graph = {
    functions: {
      diffuse: {
        inputs: [{ name: "u" }],
        nodes: [
          { id: "l", op: "roll", args: ["u"], attrs: { shift: 1 } },
          { id: "r", op: "roll", args: ["u"], attrs: { shift: -1 } },
          { id: "s", op: "add", args: ["l", "r"] },
          { id: "q", op: "sin", args: ["s"] },
          { id: "n", op: "add", args: ["u", "q"] },
        ],
        outputs: ["n"],
      },
    },
    inputs: [{ name: "u", shape: [200] }],
    nodes: [{ id: "s", op: "scan", args: ["u"], attrs: { function: "diffuse", carry: 1, length: 4 } }],
    outputs: ["s"],
  };
  const inputs = { u: Array.from({ length: 200 }, (_, i) => Math.sin(i)) };
  for (const mode of ["forward", "reverse"]) {
    const { plan } = await ok("jacobian", { graph, inputs, mode, format: "coo" });
    expect(plan.nonzeros).toBe(200 * 9);
  }
});
