import { describe, expect, test } from "vitest";
import { type Json, start } from "../methods/service.ts";

/** sqrt(x^2) of x within functions of all kinds, each a graph with the output z. */
const size = "size(c) = sqrt(c * c)\n";
const bodies = {
  call: `${size}z = size(x)`,
  map: `${size}z = sum(map(size, stack(x, 1)))`,
  scan: `${size}z = scan(size, x, carry=1, length=3)`,
  "a long scan": `${size}z = scan(size, x, carry=1, length=5000)`,
  while: `${size}on(c) = c < 1\nnext(c) = sqrt(c * c) + 1\nz, n = while(on, next, x, limit=5)`,
  cond: `${size}other(c) = c\nz = cond(x < 1, size, other, x)`,
  switch: `${size}other(c) = c\nz = switch(0, size, other, x)`,
  odeint: `f(k, t, y) = sqrt(k * k) * y\nz = odeint(f, x, 1, [0, 1])[1]`,
  "a derivative": `f(c) = c * sqrt(x0(c))\nx0(c) = c * c\nz = grad(f)(x)`,
  root: `r(k, c) = c - sqrt(k * k) * 2\nz = root(r, x, 1)`,
  "the slope of a root": `r(k, c) = c - sqrt(k * k) * 2\nf(k) = root(r, k, 1) * 3\nz = f(x)`,
  "a while that takes derivatives": `half(c) = c * c / 2\non(c, k) = abs(grad(half)(c)) > 1\nnext(c, k) = (c - grad(half)(c) * 0.5, sqrt(k * k))\nc, z, n = while(on, next, 4, x, limit=9)`,
  "a solve in a scan": `f(c) = solve([[1, 0.5], [0.5, 2]], stack(sqrt(c * c), 1))[0]\nz = scan(f, x, carry=1, length=2)`,
};

describe.each(["compiled", "interpreted"])("%s", (PROGRAMS) => {
  test.each(Object.entries(bodies))("a zero that absorbs within %s is told", async (_, expression) => {
    const { ok } = start({ PROGRAMS });
    for (const mode of ["forward", "reverse"]) {
      const graph = { expression, outputs: ["z"] };
      const told = async (x: Json) => {
        const { warnings = [] } = await ok("jacobian", { graph, inputs: { x }, mode });
        return warnings.filter(({ type }: Json) => type === "indeterminate").length;
      };
      expect([await told(0), await told(0.5)], mode).toEqual([1, 0]);
    }
  });
});
