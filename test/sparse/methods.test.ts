import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalize } from "../../src/graph/canonical.ts";
import { printGraph } from "../../src/syntax/print.ts";
import { encodeTensor } from "../../src/wire/json/tensor-value.ts";
import { type Json, type Service, start } from "../methods/service.ts";
import { randomGraph } from "../support/random-graphs.ts";

const floats = ["x0", "x1", "x2", "x3"];
const sizes = [1, 3, 6, 9];
const columnCount = 19;

/** A sparse answer as a dense matrix; checks its members on the way. */
function densified(sparse: Json, values: readonly number[] = sparse.values): number[][] {
  const [rows, columns] = sparse.shape;
  const matrix = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  const rowOf =
    sparse.rowIndices ??
    sparse.columnIndices.map((_: number, e: number) => sparse.rowPointers.findLastIndex((p: number) => p <= e));
  let last = -1;
  values.forEach((value, e) => {
    const place = rowOf[e] * columns + sparse.columnIndices[e];
    expect(place).toBeGreaterThan(last);
    last = place;
    matrix[rowOf[e]]![sparse.columnIndices[e]] = value;
  });
  if (sparse.rowPointers) {
    expect(sparse.rowPointers.length).toBe(rows + 1);
    expect(sparse.rowPointers.at(-1)).toBe(values.length);
  }
  return matrix;
}

function expectClose(actual: readonly number[][], wanted: readonly number[][]): void {
  expect(actual.length).toBe(wanted.length);
  actual.forEach((row, i) => {
    expect(row.length).toBe(wanted[i]!.length);
    row.forEach((x, j) => {
      const y = wanted[i]![j]!;
      // Where slopes are infinite the modes may differ: sqrt(x - x) is Infinity - Infinity in reverse, and 0 forward.
      if (!Number.isFinite(x) || !Number.isFinite(y)) return;
      if (Math.abs(x - y) > 1e-9 * Math.max(1, Math.abs(y))) expect({ i, j, x }).toEqual({ i, j, x: y });
    });
  });
}

const flat = (tensor: Json): number[] => [tensor].flat(Number.POSITIVE_INFINITY).map(Number);

/** The columns of a matrix from products with unit vectors, in which no pattern takes part. */
async function columnsOf({ ok }: Service, method: "jvp" | "hvp", params: object, names: readonly string[]) {
  const seeds = floats.flatMap((name, k) =>
    Array.from({ length: sizes[k]! }, (_, i) => {
      const shape = [[], [3], [2, 3], [3, 3]][k]!;
      return { [name]: { shape, data: Array.from({ length: sizes[k]! }, (_, j) => Number(i === j)) } };
    }),
  );
  const answer = await ok(method, { ...params, seeds });
  const list = method === "jvp" ? answer.tangents : answer.hvp;
  const columns = list.map((product: Json) => names.flatMap((name) => flat(product[name])));
  return columns[0].map((_: number, i: number) => columns.map((column: number[]) => column[i]));
}

function task(seed: number, size: number) {
  const { surface, inputs } = randomGraph(seed, size);
  return {
    graph: printGraph(surface, canonicalize(surface)),
    inputs: Object.fromEntries(surface.inputs.map(({ name }, i) => [name, encodeTensor(inputs[i]!, "json")])),
    outputs: surface.outputs.map(({ name }) => name),
    scalars: surface.outputs.filter(({ node }) => node.shape.length === 0).map(({ name }) => name),
  };
}

const seeds = fc.integer();
const graphSizes = fc.integer({ min: 3, max: 30 });

test("sparse Jacobians are the dense ones on random graphs, in every mode and format", async () => {
  const service = start();
  await fc.assert(
    fc.asyncProperty(seeds, graphSizes, async (seed, size) => {
      const { graph, inputs, outputs } = task(seed, size);
      const wanted = await columnsOf(service, "jvp", { graph, inputs }, outputs);
      for (const mode of ["auto", "forward", "reverse", "bidirectional"]) {
        for (const format of ["coo", "csr", "dense"]) {
          const params = { graph, inputs, mode, format, layout: "matrix", verify: true };
          const { jacobian, plan } = await service.ok("jacobian", params);
          expectClose(format === "dense" ? jacobian : densified(jacobian), wanted);
          if (format !== "dense") expect(plan.nonzeros).toBe(jacobian.values.length);
        }
      }
    }),
    { numRuns: 40 },
  );
});

test("sparse blocks are the cut matrix", async () => {
  const service = start();
  await fc.assert(
    fc.asyncProperty(seeds, graphSizes, async (seed, size) => {
      const { graph, inputs } = task(seed, size);
      const whole = await service.ok("jacobian", { graph, inputs, format: "coo", layout: "matrix" });
      const matrix = densified(whole.jacobian);
      for (const format of ["coo", "csr"]) {
        const { jacobian } = await service.ok("jacobian", { graph, inputs, format });
        for (const row of whole.rowRanges) {
          for (const column of whole.columnRanges) {
            const cut = matrix.slice(row.start, row.start + row.size);
            expect(densified(jacobian[row.name][column.name])).toEqual(
              cut.map((line) => line.slice(column.start, column.start + column.size)),
            );
          }
        }
      }
    }),
    { numRuns: 20 },
  );
});

test("sparse Hessians are the dense ones on random graphs", async () => {
  const service = start();
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(seeds, graphSizes, async (seed, size) => {
      const { graph, inputs, scalars } = task(seed, size);
      for (const of of scalars.slice(0, 1)) {
        seen++;
        const wanted = await columnsOf(service, "hvp", { graph, inputs, of: [of] }, floats);
        for (const format of ["coo", "csr", "dense"]) {
          const params = { graph, inputs, of: [of], format, layout: "matrix", verify: true };
          const { hessian, plan } = await service.ok("hessian", params);
          expectClose(format === "dense" ? hessian : densified(hessian), wanted);
          expect(plan.passes).toBeLessThanOrEqual(columnCount);
        }
      }
    }),
    { numRuns: 60 },
  );
  expect(seen).toBeGreaterThan(0);
});

// Neighbours three at a time: tridiagonal.
const chain = (n: number) => ({
  inputs: [{ name: "x", shape: [n] }],
  nodes: [
    { id: "l", op: "slice", args: ["x"], attrs: { start: [0], stop: [n - 2] } },
    { id: "m", op: "slice", args: ["x"], attrs: { start: [1], stop: [n - 1] } },
    { id: "r", op: "slice", args: ["x"], attrs: { start: [2], stop: [n] } },
    { id: "lm", op: "multiply", args: ["l", "m"] },
    { id: "sr", op: "sin", args: ["r"] },
    { id: "y", op: "add", args: ["lm", "sr"] },
    { id: "sq", op: "square", args: ["y"] },
    { id: "f", op: "sum", args: ["sq"] },
  ],
  outputs: ["y", "f"],
});
const ramp = (n: number) => Array.from({ length: n }, (_, i) => 1 + i / n);

describe("the plan counts colours", () => {
  test("three passes for a tridiagonal Jacobian, dense answers too", async () => {
    const { ok } = start();
    const params = { graph: chain(120), inputs: { x: ramp(120) }, of: ["y"] };
    const sparse = await ok("jacobian", { ...params, format: "csr" });
    expect(sparse.plan).toMatchObject({ passes: 3, colors: { columns: 3, rows: 3 }, nonzeros: 354 });
    expect(sparse.plan.density).toBeCloseTo(354 / (118 * 120));
    expect(sparse.plan.operations.compressed).toBeLessThan(sparse.plan.operations.forward);
    const dense = await ok("jacobian", params);
    expect(dense.plan).toEqual(sparse.plan);
    expectClose(densified(sparse.jacobian.y.x), dense.jacobian.y.x);
  });

  test("a star colouring of a pentadiagonal Hessian takes fewer passes than its columns", async () => {
    const { ok } = start();
    const { plan } = await ok("hessian", { graph: chain(50), inputs: { x: ramp(50) }, of: ["f"], format: "coo" });
    expect(plan.mode).toBe("forward-over-reverse");
    expect(plan.passes).toBe(plan.colors.star);
    expect(plan.passes).toBeLessThanOrEqual(5);
  });

  test("an arrow takes both modes at once", async () => {
    const { ok } = start();
    const n = 120;
    const graph = {
      inputs: [{ name: "x", shape: [n] }],
      nodes: [
        { id: "h", op: "slice", args: ["x"], attrs: { start: [0], stop: [1] } },
        { id: "t", op: "slice", args: ["x"], attrs: { start: [1], stop: [n] } },
        { id: "rows", op: "multiply", args: ["h", "t"] },
        { id: "first", op: "sum", args: ["x2"], attrs: { keepdims: true } },
        { id: "x2", op: "square", args: ["x"] },
        { id: "y", op: "concat", args: ["first", "rows"] },
      ],
      outputs: ["y"],
    };
    const inputs = { x: ramp(n) };
    const { plan, jacobian } = await ok("jacobian", { graph, inputs, layout: "matrix", verify: true });
    expect(plan).toMatchObject({ mode: "bidirectional", nonzeros: 3 * n - 2 });
    expect(plan.passes).toBeLessThanOrEqual(3);
    expectClose(jacobian, (await ok("jacobian", { graph, inputs, layout: "matrix", mode: "reverse" })).jacobian);
  });

  test("small matrices and those of one pass are planned as ever", async () => {
    const { ok } = start();
    const { plan } = await ok("jacobian", { graph: { expression: "x*y" }, inputs: { x: 1, y: 2 } });
    expect(Object.keys(plan)).toEqual(["mode", "passes", "inputs", "outputs", "operations"]);
    const gradient = await ok("jacobian", { graph: chain(50), inputs: { x: ramp(50) }, of: ["f"] });
    expect(gradient.plan.colors).toBeUndefined();
  });

  test("explain tells the same, and compiles it", async () => {
    const { ok } = start();
    const params = { graph: chain(50), of: ["y"], format: "csr" };
    const { plan, cached } = await ok("explain", params);
    expect(cached).toBe(false);
    expect((await ok("jacobian", { ...params, inputs: { x: ramp(50) } })).plan).toEqual(plan);
    expect((await ok("explain", params)).cached).toBe(true);
  });
});

test("in a batch only values have the points, and agree with each point alone", async () => {
  const { ok } = start();
  const points = [ramp(20), ramp(20).reverse(), ramp(20).map((x) => x * x)];
  for (const method of ["jacobian", "hessian"]) {
    const of = method === "jacobian" ? ["y"] : ["f"];
    const params = { graph: chain(20), of, format: "coo", layout: "matrix" };
    const all = (await ok(method, { ...params, inputs: { x: points }, batch: 3, verify: true }))[method];
    for (const [p, x] of points.entries()) {
      const one = (await ok(method, { ...params, inputs: { x } }))[method];
      expect({ ...all, values: 0 }).toEqual({ ...one, values: 0 });
      expectClose(densified(one, all.values[p]), densified(one));
    }
  }
});

test("a Jacobian without nonzeros takes no pass", async () => {
  const { ok } = start();
  const params = { graph: { expression: "floor(x)" }, inputs: { x: 1.5 }, format: "csr", verify: true };
  const { jacobian, plan, outputs } = await ok("jacobian", params);
  expect(outputs).toEqual({ y: 1 });
  expect(plan.passes).toBe(0);
  expect(jacobian.y.x).toEqual({ shape: [1, 1], rowPointers: [0, 0], columnIndices: [], values: [] });
});

test("indices and values take the encoding", async () => {
  const { ok } = start();
  const params = { graph: { expression: "x*x" }, inputs: { x: 3 }, format: "coo", encoding: "flat" };
  expect((await ok("jacobian", params)).jacobian.y.x).toEqual({
    shape: [1, 1],
    rowIndices: { shape: [1], dtype: "int32", data: [0] },
    columnIndices: { shape: [1], dtype: "int32", data: [0] },
    values: { shape: [1], dtype: "float64", data: [6] },
  });
});

test("a pattern past its limit is refused where it is asked for, and done without elsewhere", async () => {
  const { ok, fails } = start({ LIMIT_PATTERN_ENTRIES: "100" });
  const params = { graph: chain(50), inputs: { x: ramp(50) }, of: ["y"] };
  expect(await fails("jacobian", { ...params, format: "csr" })).toMatchObject({
    code: -32004,
    limit: "patternEntries",
    allowed: 100,
  });
  expect((await ok("jacobian", params)).plan.passes).toBe(50);
});

test("of tensors too large to have a set for each element, none is looked for, and no memory is taken", async () => {
  const { ok, fails } = start();
  const graph = { expression: "sum(tanh(a @ a) @ a)", inputs: [{ name: "a", shape: [10_000, 10_000] }] };
  const before = process.memoryUsage().rss;
  const { plan, memoryBytes } = await ok("explain", { graph, method: "hessian" });
  expect([plan.inputs, plan.outputs]).toEqual([1e8, 1]);
  expect(memoryBytes).toBeGreaterThan(1e9);
  const small = { name: "b", shape: [1] };
  const sparse = { graph: { ...graph, inputs: [...graph.inputs, small] }, wrt: ["a"], of: ["y"] };
  expect(await fails("hessian", { ...sparse, format: "csr", inputs: {} })).toMatchObject({ code: -32004 });
  expect(process.memoryUsage().rss - before).toBeLessThan(3e8);
});
