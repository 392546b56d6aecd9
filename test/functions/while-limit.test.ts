import { expect, test } from "vitest";
import { start } from "../methods/service.ts";
import { expectClose } from "./unrolled.ts";

const graph = (limit: number) => ({
  expression: `
    turned(k, x) = sin(k * x) + 0.1 * x
    is_large(k, x) = max(x) > 0.2
    x, n = while(is_large, turned, k, x0, constants=1, limit=${limit}); sum(x^2) + n`,
});
const x0 = Array.from({ length: 100 }, (_, i) => 0.9 + i / 1000);

test.each(["compiled", "interpreted"])(
  "the derivatives of a while are the same with a limit that is far away, whose steps take no room: %s",
  async (PROGRAMS) => {
    const { ok } = start({ PROGRAMS });
    for (const params of [{ inputs: { k: 0.8, x0 } }, { inputs: { k: [0.8, 0.75, 0.3], x0 }, batch: 3 }]) {
      for (const method of ["gradient", "hessian"]) {
        const wrt = method === "hessian" ? ["k"] : ["k", "x0"];
        const [near, far] = [
          await ok(method, { graph: graph(30), wrt, ...params }),
          await ok(method, { graph: graph(1_000_000), wrt, ...params }),
        ];
        for (const key of ["outputs", "gradient", "hessian"]) {
          if (near[key]) expectClose(far[key], near[key], `${method} ${key}`);
        }
      }
    }
  },
);

test("a while stops at its limit, also where that is in the middle of a segment", async () => {
  const { ok } = start();
  for (const limit of [1, 3, 400_001]) {
    const endless = {
      expression: `
        more(x) = x + 1
        always(x) = x[0] < 1e9
        x, n = while(always, more, x0, limit=${limit}); x[0] + 2 * n`,
      inputs: [{ name: "x0", shape: [100] }],
    };
    const { outputs } = await ok("evaluate", { graph: endless, inputs: { x0: Array(100).fill(0) } });
    expect(outputs.y).toBe(3 * limit);
  }
});

test("reverse mode makes room for the steps of a segment and not for as many as the limit", async () => {
  const { ok } = start();
  const declared = { ...graph(1_000_000), inputs: [{ name: "k" }, { name: "x0", shape: [100] }] };
  const { memoryBytes, loops } = await ok("explain", { graph: declared, method: "gradient" });
  // All rows of x alone were 800 MB.
  expect(memoryBytes).toBeLessThan(5e6);
  expect(loops[0]).toMatchObject({ kind: "segments", steps: 1000 });
});
