import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { differences, type Nested, numbersIn, shapeOf } from "../golden/cases.ts";
import { type Json, type Params, start } from "../methods/service.ts";

/** A call of a method, and what it has to answer by JAX in float64. */
interface Case {
  readonly name: string;
  readonly method: string;
  readonly params: Params & {
    readonly graph: { readonly inputs: readonly { readonly name: string; readonly dtype?: string }[] };
    readonly inputs: Readonly<Record<string, Nested>>;
  };
  readonly expect: Params;
}

const { cases }: { cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL("../data/loops.json", import.meta.url), "utf8"),
);
const refused = cases.filter((one) => "error" in one.expect);
const answered = cases.filter((one) => !("error" in one.expect));

/** What rounding leaves of 0 is let pass. */
const exactness = { tolerance: 1e-10, absolute: 1e-15 };

describe.each(["compiled", "interpreted"])("%s", (PROGRAMS) => {
  test.each(answered)("$name", async ({ method, params, expect: wanted }) => {
    const { ok } = start({ PROGRAMS });
    const answer = await ok(method, params);
    for (const [member, expected] of Object.entries(wanted)) expectTensors(answer[member], expected, member);
  });

  test.each(answered)("$name, as a formula", async ({ method, params, expect: wanted }) => {
    const { ok } = start({ PROGRAMS });
    const { graph } = await ok("graph.put", { graph: params.graph });
    const { document } = await ok("graph.get", { graph, form: "expression" });
    const answer = await ok(method, { ...params, graph: document });
    expect(answer.graph).toBe(graph);
    for (const [member, expected] of Object.entries(wanted)) expectTensors(answer[member], expected, member);
  });

  test.each(answered)("$name, at several points", async ({ method, params, expect: wanted }) => {
    const { ok } = start({ PROGRAMS });
    const moved = at(params, (x) => x * 1.015625);
    const points = [params.inputs, moved, params.inputs];
    const inputs = Object.fromEntries(
      Object.keys(params.inputs).map((name) => [name, points.map((point) => point[name])]),
    );
    const answer = await ok(method, { ...params, inputs, batch: points.length });
    const between = await ok(method, { ...params, inputs: moved });
    for (const [member, expected] of Object.entries(wanted)) {
      expectTensors(answer[member], joined([expected, between[member], expected]), member);
    }
  });

  test.each(answered)("$name, in both modes", async ({ params, expect: { outputs, jacobian, gradient } }) => {
    const { ok } = start({ PROGRAMS });
    const blocks = jacobian ?? { [Object.keys(outputs as Params)[0]!]: gradient };
    for (const mode of ["forward", "reverse"]) {
      const answer = await ok("jacobian", { ...params, mode });
      expectTensors(answer.outputs, outputs, "outputs");
      expectTensors(answer.jacobian, blocks, mode);
    }
  });

  test.each(refused)("$name", async ({ method, params, expect: { error } }) => {
    const { rpc } = start({ PROGRAMS });
    expect((await rpc(method, params)).error).toMatchObject(error as object);
  });
});

/** The inputs of a call, its floats changed. */
function at({ graph, inputs }: Case["params"], change: (x: number) => number): Record<string, Nested> {
  const walk = (value: Nested): Nested => (typeof value === "object" ? value.map(walk) : change(Number(value)));
  return Object.fromEntries(
    graph.inputs.map(({ name, dtype = "float64" }) => [
      name,
      dtype === "float64" ? walk(inputs[name]!) : inputs[name]!,
    ]),
  );
}

/** Records of records of tensors as one, with the tensors of each along a leading axis. */
function joined(records: readonly Json[]): Json {
  if (typeof records[0] !== "object" || Array.isArray(records[0])) return records;
  return Object.fromEntries(Object.keys(records[0]).map((key) => [key, joined(records.map((one) => one[key]))]));
}

/** Throws where tensors, by names, have another shape than those expected, or other numbers. */
function expectTensors(actual: Json, expected: Json, path: string): void {
  if (typeof expected === "object" && !Array.isArray(expected)) {
    expect(Object.keys(actual), path).toEqual(Object.keys(expected));
    for (const key of Object.keys(expected)) expectTensors(actual[key], expected[key], `${path}.${key}`);
    return;
  }
  expect(shapeOf(actual), path).toEqual(shapeOf(expected));
  expect(differences(numbersIn(actual), numbersIn(expected), exactness), path).toEqual([]);
}
