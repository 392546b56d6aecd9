import { describe, expect, test } from "vitest";
import { type Json, type Params, start } from "../methods/service.ts";
import { type Entry, expectClose } from "./unrolled.ts";

const names = (...list: string[]) => list.map((name) => ({ name }));
const function1 = (inputs: Json[], nodes: readonly Entry[], ...outputs: string[]) => ({ inputs, nodes, outputs });
const node = (id: string, op: string, args: readonly unknown[], attrs?: Params): Entry => ({
  id,
  op,
  args,
  ...(attrs && { attrs }),
});
const derivative = (of: string, attrs: Params = {}) => ({ function: of, ...attrs });

describe.each(["compiled", "interpreted"])("%s", (PROGRAMS) => {
  test("the third derivative of tanh is grad of grad of grad", async () => {
    const { ok } = start({ PROGRAMS });
    const graph = {
      functions: {
        f: function1(names("x"), [node("y", "tanh", ["x"])], "y"),
        d1: function1(names("x"), [node("y", "grad", ["x"], derivative("f"))], "y"),
        d2: function1(names("x"), [node("y", "grad", ["x"], derivative("d1"))], "y"),
      },
      inputs: names("x"),
      nodes: [node("y", "grad", ["x"], derivative("d2"))],
      outputs: ["y"],
    };
    const x = 0.7;
    const t = Math.tanh(x);
    const s = 1 - t * t;
    const { outputs, gradient } = await ok("gradient", { graph, inputs: { x } });
    expect(outputs.y).toBeCloseTo(-2 * s * (1 - 3 * t * t), 12);
    expect(gradient.x).toBeCloseTo(s * (16 * t - 24 * t ** 3), 11);
  });

  test("derivatives do not confuse each other's perturbations", async () => {
    const { ok } = start({ PROGRAMS });
    // d/dx x · (d/dy (x + y) at y = 1) = 1, and d/dx (x · d/dy (x y)) = 2x.
    const graph = {
      functions: {
        sum: function1(names("x", "y"), [node("s", "add", ["x", "y"])], "s"),
        product: function1(names("x", "y"), [node("s", "multiply", ["x", "y"])], "s"),
        outer: function1(
          names("x"),
          [node("d", "grad", ["x", 1], derivative("sum", { wrt: [1] })), node("p", "multiply", ["x", "d"])],
          "p",
        ),
        // The inner function's second argument depends on the outer variable.
        square: function1(
          names("x"),
          [
            node("xx", "multiply", ["x", "x"]),
            node("d", "grad", ["x", "xx"], derivative("product", { wrt: [1] })),
            node("p", "multiply", ["x", "d"]),
          ],
          "p",
        ),
      },
      inputs: names("x"),
      nodes: [
        node("a", "grad", ["x"], derivative("outer")),
        node("b", "grad", ["x"], derivative("square")),
        node("c", "jvp", ["x", 1], derivative("square")),
      ],
      outputs: ["a", "b", { name: "c", node: "c:1" }],
    };
    const { outputs } = await ok("evaluate", { graph, inputs: { x: 3 } });
    expect(outputs).toEqual({ a: 1, b: 6, c: 6 });
  });

  test("jvp, vjp, jacobian and hessian give what the methods give, and are differentiated", async () => {
    const { ok } = start({ PROGRAMS });
    const f = function1(
      [{ name: "a", shape: [2] }, { name: "b" }],
      [
        node("s", "sin", ["a"]),
        node("p", "multiply", ["s", "b"]),
        node("q", "vecdot", ["p", "a"]),
        node("e", "exp", ["b"]),
        node("z", "multiply", ["q", "e"]),
      ],
      "p",
      "z",
    );
    const inputs = [{ name: "a", shape: [2] }, { name: "b" }];
    const plain = { inputs, nodes: f.nodes, outputs: f.outputs };
    const given = { a: [0.3, -1.1], b: 0.8 };
    const expected = await ok("jacobian", { graph: plain, inputs: given });
    const second = await ok("hessian", { graph: plain, inputs: given, of: ["z"] });
    const graph = {
      functions: { f },
      inputs,
      nodes: [
        node("J", "jacobian", ["a", "b"], derivative("f")),
        node("H", "hessian", ["a", "b"], derivative("f", { of: [1] })),
        node("T", "jvp", ["a", "b", [1, 2]], derivative("f", { wrt: [0] })),
        node("C", "vjp", ["a", "b", [1, -1]], derivative("f", { of: [0] })),
      ],
      outputs: [
        ...["pa", "pb", "za", "zb"].map((name, i) => ({ name, node: `J:${i}` })),
        ...["aa", "ab", "ba", "bb"].map((name, i) => ({ name, node: `H:${i}` })),
        { name: "dp", node: "T:2" },
        { name: "ca", node: "C:2" },
        { name: "cb", node: "C:3" },
      ],
    };
    const { outputs } = await ok("evaluate", { graph, inputs: given });
    const { jacobian } = expected;
    expectClose(
      [outputs.pa, outputs.pb, outputs.za, outputs.zb],
      [jacobian.p.a, jacobian.p.b, jacobian.z.a, jacobian.z.b],
      "jacobian",
    );
    const { hessian } = second;
    expectClose(
      [outputs.aa, outputs.ab, outputs.ba, outputs.bb],
      [hessian.a.a, hessian.a.b, hessian.b.a, hessian.b.b],
      "hessian",
    );
    expectClose(
      outputs.dp,
      [0, 1].map((i) => jacobian.p.a[i][0] + 2 * jacobian.p.a[i][1]),
      "jvp",
    );
    expectClose(
      [outputs.ca, outputs.cb],
      [[0, 1].map((k) => jacobian.p.a[0][k] - jacobian.p.a[1][k]), jacobian.p.b[0] - jacobian.p.b[1]],
      "vjp",
    );
    const forward = await ok("jacobian", { graph, inputs: given, mode: "forward" });
    const reverse = await ok("jacobian", { graph, inputs: given, mode: "reverse" });
    expectClose(forward.jacobian, reverse.jacobian, "modes");
    expectClose(forward.jacobian.zb.a, hessian.b.a, "of the Jacobian");
  });

  test("derivatives go through loops, and are taken within loops", async () => {
    const { ok } = start({ PROGRAMS });
    const graph = {
      functions: {
        step: function1(names("k", "c"), [node("m", "multiply", ["k", "c"]), node("s", "sin", ["m"])], "s"),
        end: function1(
          names("k", "c"),
          [node("e", "scan", ["k", "c"], { function: "step", constants: 1, carry: 1, length: 3 })],
          "e",
        ),
        descend: function1(
          names("k", "c"),
          [
            node("g", "grad", ["k", "c"], derivative("end", { wrt: [1] })),
            node("h", "multiply", [0.1, "g"]),
            node("n", "subtract", ["c", "h"]),
          ],
          "n",
        ),
      },
      inputs: names("k", "c"),
      nodes: [node("z", "scan", ["k", "c"], { function: "descend", constants: 1, carry: 1, length: 4 })],
      outputs: ["z"],
    };
    const given = { k: 1.3, c: 0.4 };
    const end = (k: number, c: number) => Math.sin(k * Math.sin(k * Math.sin(k * c)));
    const { outputs, jacobian } = await ok("jacobian", { graph, inputs: given, mode: "forward" });
    const run = (k: number, c: number) => {
      for (let i = 0; i < 4; i++) {
        const h = 1e-5;
        c -= 0.1 * ((end(k, c + h) - end(k, c - h)) / (2 * h));
      }
      return c;
    };
    expect(outputs.z).toBeCloseTo(run(1.3, 0.4), 8);
    const reverse = await ok("jacobian", { graph, inputs: given, mode: "reverse" });
    expectClose(reverse.jacobian, jacobian, "modes");
    expect((await ok("check", { graph, inputs: given })).verdict).toBe("passed");
    const { hessian } = await ok("hessian", { graph, inputs: given });
    const slopeAt = async (c: number) => (await ok("gradient", { graph, inputs: { k: 1.3, c } })).gradient.k;
    const step = 1e-5;
    expect(hessian.k.c).toBeCloseTo(((await slopeAt(0.4 + step)) - (await slopeAt(0.4 - step))) / (2 * step), 6);
  });
});

test("what cannot be differentiated is refused, by the function and the input", async () => {
  const { fails } = start();
  const f = function1(
    [
      { name: "i", dtype: "int32" },
      { name: "x", shape: [2] },
    ],
    [node("y", "sin", ["x"])],
    "y",
  );
  const graph = (op: string, attrs: Params) => ({
    functions: { f },
    inputs: [
      { name: "i", dtype: "int32" },
      { name: "x", shape: [2] },
    ],
    nodes: [node("d", op, ["i", "x"], derivative("f", attrs))],
    outputs: [{ name: "y", node: "d" }],
  });
  const message = async (op: string, attrs: Params) => (await fails("graph.put", { graph: graph(op, attrs) })).message;
  expect(await message("grad", {})).toMatch(
    /grad takes a function with one scalar float output, and "f" gives 1 of shapes \[2\]/,
  );
  expect(await message("jacobian", { wrt: [0] })).toMatch(/input 0 of function "f" is int32 and has no derivative/);
  expect(await message("jacobian", { wrt: [2] })).toMatch(/function "f" has no input 2/);
  expect(await message("jvp", { wrt: [1] })).toMatch(/takes 2 inputs and 1 seeds, received 2 operands/);
});

test.each([
  // h by y at y = x, so that both places of x move: k = 2 x^3.
  ["h(x, y) = x * y^2\nk(x) = D(h, 1)(x, x) * x\ny = grad(k)(x)", 24, 24],
  // A derivative in each step of a loop, of a function that the outer variable is an operand of: (2 x)^3.
  ["g(x, c) = x * c^2\nstep(x, c) = D(g, 1)(x, c)\ny = scan(step, x, 1, constants=1, carry=1, length=3)", 64, 96],
])("perturbations are kept apart: %j", async (expression, value, slope) => {
  const { ok } = start();
  for (const mode of ["forward", "reverse"]) {
    const { outputs, jacobian } = await ok("jacobian", { graph: { expression }, inputs: { x: 2 }, mode });
    expect([outputs.y, jacobian.y.x], mode).toEqual([value, slope]);
  }
});
