import fc from "fast-check";
import { expect, test } from "vitest";
import { methods } from "../../src/methods/index.ts";
import { paramsReader, readParams } from "../../src/rpc/params.ts";

const values = fc.constantFrom<unknown>(
  ...[undefined, null, 0, -0, 1, 2, 1.5, -1, 1e300, Number.POSITIVE_INFINITY, true, false, "", "auto", "blocks", "2"],
  ...["matrix", "dense", "csr", "json", "base64", "hex", "jacobian", "central", "text", `sha256:${"0".repeat(64)}`],
  ...[[], ["x"], ["x", "x"], ["x", "y"], ["x,y"], [1], [{}], [[{}]], {}, { x: 1 }, { expression: "x" }],
  ...["1;4:wrt=", "x".repeat(2000)],
);
const foreign = ["colour", "constructor", "__proto__", "", "inputs;", "4:mode=4:auto"];

/** What became of reading: the params, or the error as the wire tells it. */
function outcome(read: () => unknown): unknown {
  try {
    return { params: read() };
  } catch (error) {
    const { code, message, data } = error as { code: number; message: string; data: unknown };
    return { code, message, data };
  }
}

test("params that were remembered are accepted, refused and read as their schema does", () => {
  for (const { name, params: schema } of methods) {
    const reader = paramsReader(schema);
    const known = fc.constantFrom(...Object.keys(schema.shape), "graph", "inputs");
    const names = fc.oneof({ weight: 20, arbitrary: known }, fc.constantFrom(...foreign));
    const anyParams = fc
      .array(fc.tuple(names, values), { maxLength: 5 })
      .map((members) => Object.fromEntries(members.filter(([, value]) => value !== undefined)));
    const likely = anyParams.map((params) => ({ graph: { expression: "x" }, ...params }));
    fc.assert(
      fc.property(fc.array(fc.oneof(anyParams, likely), { minLength: 1, maxLength: 4 }), (list) => {
        for (const params of [...list, ...list]) {
          expect([name, outcome(() => reader(params))]).toEqual([name, outcome(() => readParams(schema, params))]);
        }
      }),
      { numRuns: 80 },
    );
  }
});

test("what is remembered of params is neither shared nor kept from one call for another", () => {
  const reader = paramsReader(methods.find(({ name }) => name === "evaluate")!.params);
  const first = reader({ graph: {}, inputs: { x: 1 }, batch: 2 });
  Object.assign(first, { batch: 3 });
  expect(reader({ graph: {}, batch: 2 })).toEqual({ graph: {}, batch: 2, encoding: "json" });
});
