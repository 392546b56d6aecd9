import { expect, test } from "vitest";
import { type Service, start } from "./service.ts";

// The first call of a kind prepares those that follow; whatever they ask, they are answered as if each were the first.

const graphs = [
  { expression: "log(x1) + x1*x2 - sin(x2)" },
  { expression: "y = x*s; b = x > s; c = argmax(stack(x, s))", outputs: ["y", "b", "c"] },
  { expression: "y = stack(sin(x), x)" },
  { expression: "u = x*exp(y); v = x / y; w = u", outputs: ["u", "v", "w"] },
  {
    expression: "y = x @ x + sqrt(s) + c",
    inputs: [{ name: "x", shape: [3] }, { name: "s" }, { name: "c", dtype: "int32" }],
  },
  {
    expression: "y = x * s; z = s",
    inputs: [{ name: "x", shape: [2], dtype: "float32" }, { name: "s" }],
    outputs: ["y", "z"],
  },
];
const hessians = [{ expression: "x^2 * exp(y) + sqrt(x)" }];
const numbers = [1, 2.5, 0, -0, -1, 3, "NaN", "Infinity", 0.1];
const wrong = [null, "x", [1], true, { shape: [], data: [2] }, { shape: [1], data: [2] }];
const settings = [
  {},
  { layout: "matrix" },
  { mode: "forward" },
  { mode: "reverse", encoding: "flat" },
  { encoding: "base64" },
  { batch: 1 },
];

test("calls that differ in numbers only answer as each does alone", async () => {
  const service = start({ PROGRAMS: "compiled" });
  let timeoutMs = 10_000;
  for (const [g, [method, graph]] of [...graphs, ...hessians]
    .map((graph, g) => [g < graphs.length ? "jacobian" : "hessian", graph] as const)
    .entries()) {
    const { graph: id, inputs } = await service.ok("graph.put", { graph });
    for (const [s, setting] of settings.entries()) {
      for (let k = 0; k < 14; k++) {
        const given = inputs.map(
          ({ name, shape, dtype }: { name: string; shape: number[]; dtype: string }, i: number) => {
            const at = (step: number) => numbers[(5 * g + 3 * s + k + step) % numbers.length]!;
            if (k % 5 === 4 && i === k % inputs.length) return [name, wrong[(k + s) % wrong.length]];
            if (dtype === "int32") return [name, k];
            return [name, shape.length > 0 ? Array.from({ length: shape[0]! }, (_, j) => at(i + j)) : at(i)];
          },
        );
        const names = k === 11 ? given.slice(1) : k === 12 ? [...given, ["other", 1]] : given;
        const params = { graph: id, inputs: Object.fromEntries(names), ...setting };
        // A call of another time is of another kind.
        const alone = await service.rpc(method, { ...params, timeoutMs: timeoutMs++ });
        expect([params, await service.rpc(method, params)]).toEqual([params, alone]);
      }
    }
  }
});

test("calls with weights that differ in numbers only answer as each does alone", async () => {
  const service = start({ PROGRAMS: "compiled" });
  const graph = { expression: "u = x^2 * z; v = [x * z, z^3]; c = argmax(v)", outputs: ["u", "v", "c"] };
  const { graph: id } = await service.ok("graph.put", { graph });
  const given = [
    { u: 2 },
    { u: -0.5 },
    { v: [1, 2] },
    { v: [0.5, "NaN"] },
    { u: 1, v: [1, 0] },
    { v: [1, 0], u: 1 },
    {},
    { u: [1] },
    { u: "x" },
    { v: 1 },
    { c: 1 },
    { q: 1 },
  ];
  let timeoutMs = 10_000;
  for (const method of ["hvp", "gradient", "hessian"]) {
    for (let k = 0; k < 3 * given.length; k++) {
      const weights = given[(5 * k) % given.length];
      const seeds = method === "hvp" ? { seeds: { x: k, z: 1 } } : {};
      const inputs = { x: numbers[k % numbers.length], ...(k % 7 === 6 ? {} : { z: 2 + k }) };
      const params = { graph: id, inputs, weights, ...seeds };
      const alone = await service.rpc(method, { ...params, timeoutMs: timeoutMs++ });
      for (let again = 0; again < 2; again++) {
        expect([params, await service.rpc(method, params)]).toEqual([params, alone]);
      }
    }
  }
});

test("a deleted graph is unknown, however often it was used", async () => {
  const service = start({ PROGRAMS: "compiled", GRAPH_ADMIN: "true" });
  const params = await used(service);
  await service.ok("graph.delete", { graph: params.graph });
  expect((await service.fails("jacobian", params)).type).toBe("graph_not_found");
});

test("more than a hundred calls in a row answer alike, and count as hits", async () => {
  const service = start({ PROGRAMS: "compiled" });
  const params = await used(service);
  const first = await service.ok("jacobian", params);
  const before = await service.metric("cotangent_cache_hits_total");
  for (let k = 0; k < 120; k++) expect(await service.ok("jacobian", params)).toEqual(first);
  expect(await service.metric("cotangent_cache_hits_total")).toBeGreaterThanOrEqual(before + 120);
});

async function used(service: Service) {
  const { graph } = await service.ok("graph.put", { graph: graphs[0] });
  const params = { graph, inputs: { x1: 2, x2: 5 } };
  for (let k = 0; k < 3; k++) await service.ok("jacobian", params);
  return params;
}
