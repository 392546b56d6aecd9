import { expect, test } from "vitest";
import { type Json, start } from "../methods/service.ts";
import { branches, type Entry, expectClose } from "./unrolled.ts";

const node = (id: string, op: string, args: readonly unknown[], attrs?: Json): Entry => ({
  id,
  op,
  args,
  ...(attrs && { attrs }),
});
const body = (inputs: readonly string[], nodes: readonly Entry[], ...outputs: string[]) => ({
  inputs: inputs.map((name) => ({ name })),
  nodes,
  outputs,
});

const step = body(["k", "c"], [node("m", "multiply", ["k", "c"]), node("n", "sin", ["m"])], "n", "m");
const scanOf = (length: number, more: Json = {}) => ({
  functions: { step },
  inputs: [{ name: "k" }, { name: "x" }],
  nodes: [node("s", "scan", ["k", "x"], { function: "step", constants: 1, carry: 1, length, ...more })],
  outputs: [
    { name: "last", node: "s:0" },
    { name: "all", node: "s:1" },
  ],
});
const inputs = { k: 1.3, x: 0.4 };

test.each([0, 1, 2, 4])(
  "the derivative of a scan of %i steps is a formula, which agrees with the Jacobian",
  async (length) => {
    const { ok } = start();
    for (const more of [{}, { reverse: true }, { checkpoint: 2 }]) {
      const graph = scanOf(length, more);
      const { derivatives } = await ok("symbolic", { graph });
      const { jacobian } = await ok("jacobian", { graph, inputs });
      for (const [of, row] of Object.entries<Json>(derivatives)) {
        for (const [wrt, { text, document }] of Object.entries<Json>(row)) {
          const given = Object.fromEntries(document.inputs.map(({ name }: Json) => [name, inputs[name as "k"]]));
          const { outputs } = await ok("evaluate", { graph: document, inputs: given });
          expectClose(Object.values(outputs)[0], jacobian[of][wrt], `${of} ${wrt}`);
          const read = await ok("evaluate", { graph: { expression: text, inputs: document.inputs }, inputs: given });
          expectClose(read.outputs.y, jacobian[of][wrt], text);
        }
      }
    }
  },
);

test("two steps are written as the chain rule has them", async () => {
  const { ok } = start();
  const graph = { ...scanOf(2), outputs: [{ name: "last", node: "s:0" }] };
  const { derivatives } = await ok("symbolic", { graph, wrt: ["x"] });
  expect(derivatives.last.x.text).toMatchInlineSnapshot(`"k * (cos(k * x) * (k * cos(k * sin(k * x))))"`);
});

test("of branches the formula takes one", async () => {
  const { ok } = start();
  const graph = {
    functions: {
      up: body(["x"], [node("y", "square", ["x"])], "y"),
      down: body(["x"], [node("y", "exp", ["x"])], "y"),
    },
    inputs: [{ name: "x" }],
    nodes: [node("p", "greater", ["x", 0]), node("y", "cond", ["p", "x"], branches("up", "down"))],
    outputs: ["y"],
  };
  const { derivatives } = await ok("symbolic", { graph });
  for (const x of [3, -2]) {
    const { outputs } = await ok("evaluate", { graph: derivatives.y.x.document, inputs: { x } });
    expect(outputs.dy_dx).toBeCloseTo(x > 0 ? 2 * x : Math.exp(x), 12);
  }
});

test("loops that are too long to be written out are refused by name", async () => {
  const { fails } = start();
  const error = await fails("symbolic", { graph: scanOf(100_000) });
  expect(error).toMatchObject({
    code: -32008,
    message: expect.stringMatching(/^"scan" has several results, or steps that are too many/),
  });
  const endless = {
    functions: {
      on: body(["c"], [node("t", "less", ["c", 9])], "t"),
      twice: body(["c"], [node("n", "multiply", ["c", 2])], "n"),
    },
    inputs: [{ name: "x" }],
    nodes: [node("w", "while", ["x"], { condition: "on", body: "twice", limit: 5 })],
    outputs: [{ name: "y", node: "w:0" }],
  };
  expect(await fails("symbolic", { graph: endless })).toMatchObject({
    code: -32008,
    message: expect.stringMatching(/^"while"/),
  });
});

test("a loop is compared with the formula of its steps", async () => {
  const { ok } = start();
  const graph = { ...scanOf(3), outputs: [{ name: "last", node: "s:0" }] };
  const { verdict, rows } = await ok("compare", { graph, inputs });
  expect(verdict).toBe("agrees");
  expect(rows.map(({ method }: Json) => method)).toContain("symbolic");
});
