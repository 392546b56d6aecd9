import { afterEach, expect, test, vi } from "vitest";
import { compile } from "../../src/codegen/compile.ts";
import type { Graph } from "../../src/graph/graph.ts";
import type { Node } from "../../src/graph/operator.ts";
import { multiply, sign } from "../../src/operators/families/arithmetic.ts";
import { polygamma } from "../../src/operators/families/special.ts";
import { concat } from "../../src/operators/families/structure.ts";
import { sin } from "../../src/operators/families/trigonometric.ts";
import { add, passGreater } from "../../src/operators/linear.ts";
import { broadcast_to, permute_dims, reshape, sum } from "../../src/operators/views.ts";
import { Module } from "../../src/wasm/index.ts";
import { graphOf } from "../support/graphs.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** The sizes of what a graph compiles to. */
function sizes(graph: Graph) {
  const bodies: number[] = [];
  const { setBody } = Module.prototype;
  const spy = vi.spyOn(Module.prototype, "setBody").mockImplementation(function (this: Module, index, locals, code) {
    bodies.push(code.instructions);
    return setBody.call(this, index, locals, code);
  });
  const { bytes } = compile(graph);
  spy.mockRestore();
  return { bytes: bytes.length, largest: bodies.reduce((a, b) => Math.max(a, b), 0) };
}

function chain(x: Node, length: number, next: (y: Node, i: number) => Node): Node {
  let y = x;
  for (let i = 0; i < length; i++) y = next(y, i);
  return y;
}

const graphs: Readonly<Record<string, (nodes: number) => Graph>> = {
  "short operators": (n) => graphOf([[], []], (x, y) => chain(x!, n, (z, i) => (i % 2 ? add(z, y!) : multiply(z, x!)))),
  "long operators": (n) => graphOf([[], []], (x, y) => sign(chain(x!, n, (z) => passGreater(z, y!, x!)))),
  "long operators on odd rows": (n) =>
    graphOf(
      [
        [2, 3],
        [2, 3],
      ],
      (x, y) =>
        chain(permute_dims(broadcast_to(x!, { shape: [2, 3] }), { axes: [0, 1] }), n, (z) => passGreater(z, y!, x!)),
    ),
  "vector functions": (n) => graphOf([[]], (x) => chain(x!, n, (z) => sin(z))),
  "functions that are called back": (n) => graphOf([[]], (x) => chain(x!, n, (z) => polygamma(z, { n: 1 }))),
  "steps of two shapes in turns": (n) =>
    graphOf([[3]], (x) => chain(x!, n / 3, (z) => add(x!, broadcast_to(sum(z, { axis: [0] }), { shape: [3] })))),
  "joined scalars": (n) =>
    graphOf([[]], (x) => {
      const parts = Array.from({ length: n / 2 }, (_, i) => reshape(multiply(x!, i), { shape: [1] }));
      return x!.builder.build(concat.operator, parts, { axis: 0 });
    }),
};

test.each(Object.entries(graphs))("a program is linear in its nodes, in functions that stay small: %s", (_, graph) => {
  const [small, large] = [1000, 5000].map((nodes) => sizes(graph(nodes))) as [
    ReturnType<typeof sizes>,
    ReturnType<typeof sizes>,
  ];
  expect(large.bytes).toBeLessThan(5.5 * small.bytes);
  expect(large.bytes).toBeLessThan(150 * 5000);
  expect(large.largest).toBeLessThan(12_000);
});

test("100,000 scalars compile without recursion", () => {
  const { bytes, largest } = sizes(graphs["short operators"]!(100_000));
  expect(bytes).toBeLessThan(20 * 100_000);
  expect(largest).toBeLessThan(12_000);
});
