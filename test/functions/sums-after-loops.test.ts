import { expect, test } from "vitest";
import { start } from "../methods/service.ts";
import { expectClose } from "./unrolled.ts";

const [width, steps] = [4, 50];
const cell = {
  inputs: ["w", "u", "h", "x"].map((name) => ({ name })),
  nodes: [
    { id: "fed", op: "matmul", args: ["w", "x"] },
    { id: "back", op: "matmul", args: ["u", "h"] },
    { id: "sum", op: "add", args: ["fed", "back"] },
    { id: "next", op: "tanh", args: ["sum"] },
  ],
  outputs: ["next"],
};

/** The last state of a recurrent network, as one number. */
const network = (length = steps, checkpoint: unknown = "none") => ({
  functions: { cell },
  inputs: [
    { name: "w", shape: [width, width] },
    { name: "u", shape: [width, width] },
    { name: "x", shape: [length, width] },
  ],
  nodes: [
    { id: "h0", op: "broadcast_to", args: [0.1], attrs: { shape: [width] } },
    {
      id: "last",
      op: "scan",
      args: ["w", "u", "h0", "x"],
      attrs: { function: "cell", constants: 2, carry: 1, checkpoint },
    },
    { id: "y", op: "sum", args: ["last"] },
  ],
  outputs: ["y"],
});

const numbers = (shape: readonly number[], at = 0): unknown =>
  shape.length === 0
    ? Math.sin(3 * at + 1) / 2
    : Array.from({ length: shape[0]! }, (_, i) => numbers(shape.slice(1), at * 7 + i));
const inputsOf = (graph: ReturnType<typeof network>) =>
  Object.fromEntries(graph.inputs.map(({ name, shape }, i) => [name, numbers(shape, i)]));

test("products that every step adds to a sum are taken of all steps at once, and what they read is kept", async () => {
  const { ok } = start();
  const row = steps * width * 8;
  const { loops, keptBytes } = await ok("explain", { graph: network(), method: "gradient", wrt: ["w", "u"] });
  // Forward: the state and the slope of each step. Backward: the cotangent of each, and no product of two vectors.
  expect(loops).toMatchObject([
    { steps, reverse: false, keptBytes: 2 * row },
    { steps, reverse: true, keptBytes: row, operations: width + 2 * width * width },
  ]);
  expect(keptBytes).toBe(3 * row);
  const tangents = await ok("explain", { graph: network(), method: "jvp" });
  expect(tangents.keptBytes).toBe(0);
});

test("sums are divided within segments too, and over steps that go back", async () => {
  const { ok } = start();
  const graph = network(17);
  const { gradient } = await ok("gradient", { graph, inputs: inputsOf(graph) });
  for (const checkpoint of [1, 4, 17]) {
    const other = network(17, checkpoint);
    expectClose(
      (await ok("gradient", { graph: other, inputs: inputsOf(graph) })).gradient,
      gradient,
      `${checkpoint} segments`,
    );
  }
  const { jacobian } = await ok("numerical", { graph, inputs: inputsOf(graph), wrt: ["w"] });
  expect(gradient.w[1][2]).toBeCloseTo(jacobian.y.w[1][2], 8);
});

test.each(["compiled", "interpreted"])(
  "second derivatives and many points go through divided sums: %s",
  async (PROGRAMS) => {
    const { ok } = start({ PROGRAMS });
    const graph = network(5);
    const inputs = inputsOf(graph);
    const { hessian } = await ok("hessian", { graph, inputs, wrt: ["u"], layout: "matrix" });
    const seeds = hessian.map((_: unknown, i: number) => ({
      u: unit(i),
    }));
    const { hvp, gradient } = await ok("hvp", { graph, inputs, wrt: ["u"], seeds });
    hvp.forEach((product: { u: number[][] }, i: number) => {
      expectClose(product.u.flat(), hessian[i], `row ${i}`);
    });
    const many = await ok("gradient", { graph, inputs: { ...inputs, u: [inputs.u, inputs.u] }, batch: 2, wrt: ["u"] });
    for (const point of many.gradient.u) expectClose(point, gradient.u, "a point among others");
  },
);

function unit(i: number): number[][] {
  return Array.from({ length: width }, (_, r) => Array.from({ length: width }, (_, c) => Number(r * width + c === i)));
}
