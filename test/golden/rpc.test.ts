import { describe, expect, test } from "vitest";
import { allocate, bytesPerElement } from "../../src/graph/dtype.ts";
import { elementCount } from "../../src/graph/shape.ts";
import {
  type Case,
  cases,
  type Declared,
  differences,
  type Nested,
  numbersIn,
  shapeOf,
  type Tensors,
  told,
} from "./cases.ts";
import { useService } from "./service.ts";

const call = useService();
const size = 3;

describe.each(cases)("$name", (golden) => {
  const { graph } = golden;
  const wanted = told(golden);
  const isFloat = ({ dtype = "float64" }: Declared) => dtype === "float64";
  const wrt = graph.inputs.filter(isFloat).map(({ name }) => name);
  const of = graph.outputs
    .map((output) => (typeof output === "string" ? output : output.name))
    .filter((name) => name in wanted.jacobian);
  const inputs = Object.fromEntries(
    graph.inputs.map((input) => [input.name, base64(golden.inputs[input.name]!, input)]),
  );

  test("is answered alone", async () => {
    const value = await call("evaluate", { graph, inputs });
    expectTensors(value.outputs, wanted.outputs, golden);
    const forward = await call("jvp", { graph, inputs, seeds: wanted.jvp.seeds });
    expectTensors(forward.outputs, wanted.outputs, golden);
    expectTensors(forward.tangents, wanted.jvp.tangents, golden);
    const reverse = await call("vjp", { graph, inputs, seeds: wanted.vjp.seeds });
    expectTensors(reverse.outputs, wanted.outputs, golden);
    expectTensors(reverse.cotangents, wanted.vjp.cotangents, golden);
  });

  test.each(["auto", "forward", "reverse"])("has its Jacobian, mode %s", async (mode) => {
    const { outputs, jacobian, plan } = await call("jacobian", { graph, inputs, mode });
    expectTensors(outputs, wanted.outputs, golden);
    expect(Object.keys(jacobian)).toEqual(of);
    for (const name of of) expectTensors(jacobian[name]!, wanted.jacobian[name]!, golden);
    expect(["forward", "reverse"]).toContain(plan.mode);
    if (mode !== "auto") expect(plan.mode).toBe(mode);
  });

  test("has its Jacobian as a matrix of the same blocks", async () => {
    const { jacobian, rowRanges, columnRanges } = await call("jacobian", { graph, inputs, layout: "matrix" });
    expect(rowRanges.map(({ name }) => name)).toEqual(of);
    expect(columnRanges.map(({ name }) => name)).toEqual(wrt);
    for (const rows of rowRanges) {
      for (const columns of columnRanges) {
        const block = numbersIn(cut(jacobian, rows, columns));
        const expected = numbersIn(wanted.jacobian[rows.name]![columns.name]!);
        expect(differences(block, expected, golden)).toEqual([]);
      }
    }
  });

  test("has the same tangents with several seeds, and cotangents in either array form", async () => {
    const { tangents } = await call("jvp", { graph, inputs, seeds: [{}, wanted.jvp.seeds] });
    const [still, moving] = tangents as unknown as [Tensors, Tensors];
    for (const name of of) expect(numbersIn(still[name]!).every((x) => x === 0)).toBe(true);
    expectTensors(moving, wanted.jvp.tangents, golden);
    for (const encoding of ["flat", "base64"]) {
      const { cotangents } = await call("vjp", { graph, inputs, seeds: [wanted.vjp.seeds], encoding });
      const [only] = cotangents as unknown as [Readonly<Record<string, ArrayForm>>];
      for (const { name, shape = [] } of graph.inputs.filter(isFloat)) {
        expect(only[name]).toMatchObject({ shape, dtype: "float64" });
        expect(differences(decoded(only[name]!), numbersIn(wanted.vjp.cotangents[name]!), golden)).toEqual([]);
      }
    }
  });

  const secondOrder = wanted.hessian ? test : undefined;
  secondOrder?.("has its gradient, its Hessian and that times a vector", async () => {
    const whole = await call("hessian", { graph, inputs });
    expectTensors(whole.gradient, wanted.jacobian[of[0]!]!, golden);
    expect(Object.keys(whole.hessian)).toEqual(wrt);
    for (const name of wrt) expectTensors(whole.hessian[name]!, wanted.hessian![name]!, golden);
    const { hessian, rowRanges, columnRanges } = await call("hessian", { graph, inputs, layout: "matrix" });
    const times = await call("hvp", { graph, inputs, seeds: wanted.jvp.seeds });
    expectTensors(times.gradient, wanted.jacobian[of[0]!]!, golden);
    for (const rows of rowRanges) {
      const products = new Array<number>(rows.size).fill(0);
      const magnitudes = new Array<number>(rows.size).fill(0);
      for (const columns of columnRanges) {
        const block = numbersIn(cut(hessian, rows, columns));
        expect(differences(block, numbersIn(wanted.hessian![rows.name]![columns.name]!), golden)).toEqual([]);
        const seed = numbersIn(wanted.jvp.seeds[columns.name]!);
        block.forEach((entry, at) => {
          const product = entry === 0 ? 0 : entry * seed[at % columns.size]!;
          products[Math.floor(at / columns.size)]! += product;
          magnitudes[Math.floor(at / columns.size)]! += Math.abs(product);
        });
      }
      const absolute = 1e-12 * Math.max(0, ...magnitudes.filter(Number.isFinite));
      const received = numbersIn(times.hvp[rows.name]!);
      expect(differences(received, products, { tolerance: golden.tolerance, absolute })).toEqual([]);
    }
  });

  test("is answered for three points as for each alone", async () => {
    const points = Array.from({ length: size }, (_, point) =>
      Object.fromEntries(graph.inputs.map((input) => [input.name, moved(golden.inputs[input.name]!, input, point)])),
    );
    const batched = batchOf(
      points,
      graph.inputs.map(({ name }) => name),
    );
    const seedsAt = (seeds: Tensors) => points.map((_, k) => mapTensors(seeds, (x) => (1 + k) * x));
    const [tangents, cotangents] = [seedsAt(wanted.jvp.seeds), seedsAt(wanted.vjp.seeds)];
    const common = { graph, inputs: batched, batch: size };
    const forward = await call("jvp", { ...common, seeds: batchOf(tangents, wrt) });
    const reverse = await call("vjp", { ...common, seeds: batchOf(cotangents, of) });
    const blocks = await call("jacobian", common);
    const flat = await call("jacobian", { ...common, layout: "matrix" });
    const whole = wanted.hessian && (await call("hessian", common));
    for (const [k, point] of points.entries()) {
      const alone = { graph, inputs: point };
      const jvp = await call("jvp", { ...alone, seeds: tangents[k]! });
      expectTensors(at(forward.outputs, k), jvp.outputs, golden);
      expectTensors(at(forward.tangents, k), jvp.tangents, golden);
      const vjp = await call("vjp", { ...alone, seeds: cotangents[k]! });
      expectTensors(at(reverse.cotangents, k), vjp.cotangents, golden);
      const jacobian = await call("jacobian", alone);
      for (const name of of) expectTensors(at(blocks.jacobian[name]!, k), jacobian.jacobian[name]!, golden);
      const matrix = await call("jacobian", { ...alone, layout: "matrix" });
      expectTensors(at({ matrix: flat.jacobian }, k), { matrix: matrix.jacobian }, golden);
      if (!whole) continue;
      const hessian = await call("hessian", alone);
      expectTensors(at(whole.gradient, k), hessian.gradient, golden);
      for (const name of wrt) expectTensors(at(whole.hessian[name]!, k), hessian.hessian[name]!, golden);
    }
  });
});

/** The same names, shapes and numbers. */
function expectTensors(received: Tensors, expected: Tensors, golden: Case): void {
  expect(Object.keys(received)).toEqual(Object.keys(expected));
  for (const [name, tensor] of Object.entries(expected)) {
    expect(shapeOf(received[name]!)).toEqual(shapeOf(tensor));
    expect({ name, differences: differences(numbersIn(received[name]!), numbersIn(tensor), golden) }).toEqual({
      name,
      differences: [],
    });
  }
}

/** Every bit of a tensor, the sign of zero too, which JSON text may lose. */
function base64(nested: Nested, { shape = [], dtype = "float64" }: Declared) {
  const data = allocate(dtype, elementCount(shape));
  data.set(numbersIn(nested));
  expect(data.byteLength).toBe(bytesPerElement[dtype] * data.length);
  return { shape, dtype, data: Buffer.from(data.buffer as ArrayBuffer).toString("base64") };
}

interface ArrayForm {
  readonly data: string | readonly Nested[];
}

function decoded({ data }: ArrayForm): number[] {
  if (typeof data !== "string") return numbersIn(data);
  return Array.from(new Float64Array(new Uint8Array(Buffer.from(data, "base64")).buffer));
}

/** A tensor a little away; integers and booleans stay. */
function moved(nested: Nested, { dtype = "float64" }: Declared, point: number): Nested {
  return dtype === "float64" ? mapNumbers(nested, (x) => x * (1 - point / 1024)) : nested;
}

function mapNumbers(nested: Nested, f: (x: number) => number): Nested {
  if (typeof nested === "object") return nested.map((x) => mapNumbers(x, f));
  const x = f(Number(nested));
  return Number.isFinite(x) ? x : String(x);
}

function mapTensors(tensors: Tensors, f: (x: number) => number): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, mapNumbers(tensor, f)]));
}

/** The tensors of all points together; every other one that is the same for all is sent once. */
function batchOf(points: readonly Tensors[], names: readonly string[]): Tensors {
  return Object.fromEntries(
    names.map((name, i) => {
      const tensors = points.map((point) => point[name]!);
      const isShared = i % 2 === 1 && tensors.every((x) => JSON.stringify(x) === JSON.stringify(tensors[0]));
      return [name, isShared ? tensors[0]! : tensors];
    }),
  );
}

function at(tensors: Tensors, point: number): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      expect(tensor).toHaveLength(size);
      return [name, (tensor as readonly Nested[])[point]!];
    }),
  );
}

function cut(matrix: Nested, rows: { start: number; size: number }, columns: { start: number; size: number }): Nested {
  return (matrix as readonly (readonly Nested[])[])
    .slice(rows.start, rows.start + rows.size)
    .map((row) => row.slice(columns.start, columns.start + columns.size));
}
