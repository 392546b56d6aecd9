import fc from "fast-check";
import { expect, test } from "vitest";
import { type Params, start } from "../methods/service.ts";
import { pair } from "./random-scans.ts";
import { expectClose } from "./unrolled.ts";

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
