import { expect, test } from "vitest";
import { start } from "../methods/service.ts";

const loop = (attributes: string) => ({
  expression: `on(k, x) = x < 100\nnext(k, x) = k * x\nx, n = while(on, next, k, 1, constants=1${attributes})\nx`,
});
const within = {
  expression: "on(x) = x < 9\nnext(x) = 2 * x\nf(x) = (y, n = while(on, next, x); y)\nmap(f, xs)",
  inputs: [{ name: "xs", shape: [3] }],
};

test("a plan says where the operations of a loop cannot be told beforehand", async () => {
  const { ok } = start();
  for (const method of ["evaluate", "jvp", "jacobian"]) {
    expect((await ok("explain", { graph: loop(""), method })).plan.bounded, method).toBe(false);
    expect((await ok("explain", { graph: within, method })).plan.bounded, `${method} in a map`).toBe(false);
    expect((await ok("explain", { graph: loop(", limit=50"), method })).plan, method).not.toHaveProperty("bounded");
  }
  const { plan, jacobian } = await ok("jacobian", { graph: loop(""), inputs: { k: 2 } });
  expect(plan).toMatchObject({ mode: "forward", bounded: false });
  expect(jacobian.y).toEqual({ k: 448 });
});
