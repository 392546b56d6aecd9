import fc from "fast-check";
import { expect, test } from "vitest";
import { type Json, start } from "./service.ts";

const document = {
  version: 1,
  name: "label",
  inputs: [{ name: "x", shape: [2, 3], dtype: "float64" }, { name: "i", shape: [2], dtype: "int32" }, { name: "s" }],
  constants: [{ name: "c", value: { shape: [3], dtype: "float32", data: [1, 2, "NaN"] } }],
  nodes: [
    { id: "t", op: "take", args: ["x", "i"], attrs: { axis: 0 } },
    { id: "m", op: "multiply", args: ["t", "c"] },
    { id: "w", op: "where", args: [[true, false, true], "m", "s"] },
    { id: "e", op: "einsum", args: ["w", "x"], attrs: { equation: "ij,kj->ik" } },
    {
      id: "p",
      op: "pad",
      args: ["e"],
      attrs: {
        pad_width: [
          [1, 0],
          [0, 1],
        ],
        value: 2,
      },
    },
    { id: "l", op: "slice", args: ["p"], attrs: { start: [0, null], stop: [-1, null], step: [1, 2] } },
    { id: "y", op: "sum", args: ["l"], attrs: { axis: [0, 1], keepdims: false } },
  ],
  outputs: ["y", { name: "w", node: "w", dtype: "float32" }],
};
const inputs = {
  x: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  i: { shape: [2], dtype: "int32", data: "AQAAAAAAAAA=" },
  s: 0.5,
};
const common = { graph: document, inputs, timeoutMs: 5000, encoding: "json" };
const calls: { method: string; params: Json }[] = [
  { method: "evaluate", params: { ...common, batch: 2 } },
  { method: "jvp", params: { ...common, seeds: [{ x: inputs.x, s: 1 }, {}] } },
  { method: "vjp", params: { ...common, of: ["y"], wrt: ["s", "x"], seeds: { y: [1, 2] }, batch: 2 } },
  { method: "gradient", params: { ...common, of: ["y"] } },
  { method: "jacobian", params: { ...common, mode: "auto", layout: "matrix", format: "dense" } },
  { method: "hvp", params: { ...common, of: ["y"], seeds: [{ s: 1 }] } },
  { method: "hessian", params: { ...common, of: ["y"], layout: "blocks" } },
  { method: "explain", params: { graph: document, method: "jacobian", batch: 3 } },
  {
    method: "numerical",
    params: { ...common, of: ["y"], method: "jvp", seeds: [{ s: 1 }], scheme: "forward", step: 0.5 },
  },
  { method: "check", params: { ...common, of: ["y"], seed: 3 } },
  {
    method: "compare",
    params: {
      ...common,
      graph: { ...document, derivatives: [{ of: "y", wrt: "s", expression: "s" }] },
      render: "text",
    },
  },
  { method: "graph.put", params: { graph: { expression: "a = sin(x)^-2; b = a@a < 3", outputs: ["a", "b"] } } },
];

const junk = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    -0,
    1,
    -1,
    2,
    3,
    0.5,
    1e15,
    -1e15,
    1e300,
    2 ** 31,
    2 ** 53,
    "",
    "x",
    "y",
    "NaN",
    "-Infinity",
    "__proto__",
  ),
  fc.constantFrom<Json>(
    [],
    {},
    [[]],
    [0],
    [1, 2],
    [[1], [2, 3]],
    [null],
    [-1],
    [0, 0],
    { shape: [2, 0], data: [] },
    { shape: [0], data: "" },
  ),
  fc.constantFrom<Json>(
    "float32",
    "int32",
    "bool",
    "matmul",
    "max",
    "stack",
    "outer",
    "cumulative_prod",
    "argmin",
    "put_add",
    "reshape",
    "x:0",
  ),
  fc.jsonValue(),
);

/** Where there is something in a JSON value. */
function places(value: Json, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => places(item, [...path, key]))];
}

/** A copy of a JSON value with something else in one place, or with nothing there. */
function changed(value: Json, [key, ...rest]: (string | number)[], by: Json): Json {
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const item = changed(copy[key], rest, by);
  if (item !== undefined) copy[key] = item;
  else if (Array.isArray(copy)) copy.splice(Number(key), 1);
  else delete copy[key];
  return copy;
}

const mutations = fc.array(fc.tuple(fc.nat(), fc.option(junk, { nil: undefined })), { minLength: 1, maxLength: 3 });

test("no call, whatever is in it, is the service's fault", async () => {
  const { rpc } = start({ LIMIT_ELEMENTS: "10000", LIMIT_RESPONSE_BYTES: "1000000" });
  const limits = new Set<number>();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...calls), mutations, async ({ method, params }, changes) => {
      let mutated = params;
      for (const [at, by] of changes) {
        const all = places(mutated);
        mutated = changed(mutated, all[at % all.length]!, by);
      }
      const { error } = await rpc(method, mutated);
      if (!error) return;
      limits.add(error.code);
      expect(error.code).not.toBe(-32603);
      // Calls as small as these never need their time.
      expect(error.code).not.toBe(-32005);
      expect(Buffer.byteLength(error.message)).toBeLessThanOrEqual(1000);
    }),
    { numRuns: Number(process.env.MUTATIONS ?? 300) },
  );
  for (const code of [-32602, -32001, -32007]) expect(limits).toContain(code);
});
