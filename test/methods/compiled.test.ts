import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalize } from "../../src/graph/canonical.ts";
import type { NdArray } from "../../src/graph/ndarray.ts";
import { printGraph } from "../../src/syntax/print.ts";
import { Random } from "../support/random.ts";
import { randomGraph } from "../support/random-graphs.ts";
import { nested, tensorOf } from "../support/tensors.ts";
import { type Json, type Params, type Service, start } from "./service.ts";

const runs = Number(process.env.RUNS ?? 4);

/** Documents of random graphs, and points near those where their values are small. */
function document(seed: number, size: number, batch: number) {
  const { surface, inputs } = randomGraph(seed, size);
  const random = new Random(seed);
  const points = Array.from({ length: batch }, () =>
    inputs.map(({ data, shape, dtype }): NdArray => {
      const elements = Array.from(data, (x) => (dtype === "float64" ? x + random.between(-0.02, 0.02) : x));
      return tensorOf(elements, shape, dtype);
    }),
  );
  const names = surface.inputs.map(({ name }) => name);
  const named = (values: readonly Json[]) => Object.fromEntries(names.map((name, i) => [name, values[i]!]));
  // Every other input is the same at all points.
  const isBatched = (i: number) => (seed + i) % 3 !== 0;
  const at = points.map((point) => named(point.map((x, i) => nested(isBatched(i) ? x : points[0]![i]!))));
  const all = named(
    names.map((_, i) => (isBatched(i) ? points.map((point) => nested(point[i]!)) : nested(points[0]![i]!))),
  );
  const of = surface.outputs.filter(({ dtype }) => dtype === "float64").map(({ name }) => name);
  const graph: Json = printGraph(surface, canonicalize(surface));
  // A scalar, for gradients.
  const { node } = [...graph.outputs].find(({ name }) => name === of.at(-1))!;
  graph.nodes.push({ id: "total", op: "sum", args: [node] });
  graph.outputs.push({ name: "total", node: "total" });
  return { graph, at, all, of, shapes: Object.fromEntries(surface.inputs.map(({ name, shape }) => [name, shape])) };
}

type Call = readonly [method: string, params: Params, keys: readonly string[]];

/** The answers for some points of a batch are those for each point alone, interpreted. */
async function agree(seed: number, size: number, batch: number, calls: (of: readonly string[]) => readonly Call[]) {
  const { graph, at, all, of } = document(seed, size, batch);
  const [compiled, interpreted] = ["compiled", "interpreted"].map((PROGRAMS) =>
    start({ PROGRAMS, LIMIT_ELEMENTS: "1000000" }),
  ) as [Service, Service];
  for (const [method, params, keys] of calls(of)) {
    const together = await compiled.ok(method, { graph, inputs: all, batch, ...params });
    for (const p of new Set([0, batch >> 1, batch - 1])) {
      const alone = await interpreted.ok(method, { graph, inputs: at[p]!, ...params });
      for (const key of keys) {
        const found = unlike(pointOf(together[key], p, alone[key]), alone[key]);
        expect(found && `${method}.${key} at point ${p}: ${found}`).toBeUndefined();
      }
    }
  }
}

/** The part of an answer for one point: all tensors have an axis of points before those that `like` has. */
function pointOf(answer: Json, point: number, like: Json): Json {
  if (isRecord(like?.[0])) return like.map((part: Json, i: number) => pointOf(answer[i], point, part));
  if (isRecord(like)) {
    return Object.fromEntries(Object.keys(like).map((key) => [key, pointOf(answer[key], point, like[key])]));
  }
  return answer[point];
}

/** Where two answers differ by more than rounding, of the largest number beside; undefined: nowhere. */
function unlike(actual: Json, expected: Json): string | undefined {
  if (isRecord(expected) || isRecord(expected?.[0])) {
    for (const key of Object.keys(expected)) {
      const found = unlike(actual[key], expected[key]);
      if (found) return `${key}: ${found}`;
    }
    return undefined;
  }
  const [a, b] = [[actual].flat(Number.POSITIVE_INFINITY), [expected].flat(Number.POSITIVE_INFINITY)];
  const size = b.reduce((most: number, x: Json) => (typeof x === "number" ? Math.max(most, Math.abs(x)) : most), 1);
  const isClose = (x: Json, y: Json) => x === y || Math.abs(x - y) <= 1e-9 * size;
  if (a.length === b.length && a.every((x: Json, i) => isClose(x, b[i]))) return undefined;
  return `${JSON.stringify(actual).slice(0, 300)} is not ${JSON.stringify(expected).slice(0, 300)}`;
}

function isRecord(value: Json): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

test.each(["forward", "reverse"])(
  "a Jacobian through a product has the right shape at every length (%s)",
  async (mode) => {
    const [compiled, interpreted] = ["compiled", "interpreted"].map((PROGRAMS) => start({ PROGRAMS })) as [
      Service,
      Service,
    ];
    for (const [n, m] of [0, 1, 2, 5].flatMap((n) => [0, 1, 3].map((m) => [n, m] as const))) {
      const graph = {
        inputs: [
          { name: "A", shape: [m, n] },
          { name: "x", shape: [n] },
        ],
        nodes: [
          { id: "u", op: "matmul", args: ["A", "x"] },
          { id: "y", op: "tanh", args: ["u"] },
        ],
        outputs: ["y"],
      };
      const A = Array.from({ length: m }, (_, i) => Array.from({ length: n }, (_, j) => (i + 2 * j + 1) / 10));
      const point = (p: number) => Array.from({ length: n }, (_, j) => j / 7 + p / 10);
      for (const layout of ["blocks", "matrix"]) {
        for (const batch of [undefined, 3, 9]) {
          const x = batch ? Array.from({ length: batch }, (_, p) => point(p)) : point(1);
          const params = { graph, inputs: { A, x }, wrt: ["x"], mode, layout, ...(batch ? { batch } : {}) };
          const [actual, expected] = [await compiled.ok("jacobian", params), await interpreted.ok("jacobian", params)];
          expect(JSON.stringify(actual.jacobian).replace(/[\d.e-]+/g, "0")).toBe(
            JSON.stringify(expected.jacobian).replace(/[\d.e-]+/g, "0"),
          );
          expect(unlike(actual.jacobian, expected.jacobian)).toBeUndefined();
        }
      }
    }
  },
);

const numbers = fc.tuple(fc.integer(), fc.integer({ min: 2, max: 12 }), fc.constantFrom(3, 8, 11, 64, 67));

test("matrices of a batch are those of each point, in both layouts and modes", async () => {
  await fc.assert(
    fc.asyncProperty(numbers, ([seed, size, batch]) =>
      agree(seed, size, batch, (of) => [
        ["jacobian", { of, mode: "forward" }, ["outputs", "jacobian"]],
        ["jacobian", { of, mode: "reverse" }, ["jacobian"]],
        ["jacobian", { of, mode: "forward", layout: "matrix" }, ["jacobian"]],
        ["jacobian", { of, mode: "reverse", layout: "matrix" }, ["outputs", "jacobian"]],
        ["jacobian", { of: of.slice(-1), wrt: ["x1"], mode: "forward" }, ["jacobian"]],
        ["jacobian", { of: of.slice(-1), wrt: ["x1"], mode: "reverse" }, ["jacobian"]],
      ]),
    ),
    { numRuns: runs },
  );
});

test("products and Hessians of a batch are those of each point", async () => {
  const of = ["total"];
  await fc.assert(
    fc.asyncProperty(numbers, ([seed, size, batch]) =>
      agree(seed, size, batch, () => [
        ["evaluate", {}, ["outputs"]],
        ["jvp", { of, seeds: [{ x1: [1, 0, -1] }, { x0: 2, x1: [0.5, 1, 1] }] }, ["tangents"]],
        ["vjp", { of, seeds: [{ total: 1 }, { total: -2 }] }, ["cotangents"]],
        ["gradient", { of }, ["gradient"]],
        ["hvp", { of, seeds: { x0: 1, x1: [1, 2, 3] } }, ["gradient", "hvp"]],
        ["hessian", { of }, ["gradient", "hessian"]],
        ["hessian", { of, layout: "matrix" }, ["hessian"]],
        ["hessian", { of, wrt: ["x1"] }, ["hessian"]],
      ]),
    ),
    { numRuns: runs },
  );
});

test("differences are taken and judged alike at few points, which a compiled program does one by one", async () => {
  const params = { graph: { expression: "log(x1) + x1*x2 - sin(x2)" }, inputs: { x1: 2, x2: 5 } };
  const answers = [];
  for (const PROGRAMS of ["interpreted", "compiled"]) {
    const { ok } = start({ PROGRAMS });
    const { rows } = await ok("compare", params);
    answers.push(rows.map(({ method, scheme, verdict }: Json) => [method, scheme, verdict]));
  }
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[0].every(([, , verdict]: Json) => verdict === "agrees")).toBe(true);
});
