import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Graph } from "../../src/graph/graph.ts";
import type { NdArray } from "../../src/graph/ndarray.ts";
import type { Node } from "../../src/graph/operator.ts";
import { multiply, sqrt, square } from "../../src/operators/families/arithmetic.ts";
import { stop_gradient } from "../../src/operators/families/differentiation.ts";
import { exp, log, pow } from "../../src/operators/families/exponential.ts";
import { sigmoid } from "../../src/operators/families/special.ts";
import { cos, sin, tanh } from "../../src/operators/families/trigonometric.ts";
import { add, subtract } from "../../src/operators/linear.ts";
import { sum } from "../../src/operators/views.ts";
import { gradient, jvp, vjp } from "../../src/transforms/derive.ts";
import { linearize } from "../../src/transforms/linearize.ts";
import { finished, graphOf, operations, primalOf, run } from "../support/graphs.ts";
import { expectClose } from "../support/laws.ts";
import { flat, tensor } from "../support/tensors.ts";

/** The derivative of `of` in `by`, as a node of the same graph. */
function d(of: Node, by: Node): Node {
  return linearize([of], new Map([[by, by.builder.constant(1)]]))[0] ?? by.builder.constant(0);
}

function at(graph: Graph, ...values: number[]): number {
  return flat(
    run(
      finished(graph),
      values.map((x) => tensor(x)),
    )[0]!,
  )[0]!;
}

describe("nested derivatives do not confuse their perturbations", () => {
  test("d/dx (x d/dy (x + y)) is 1", () => {
    const graph = graphOf([[], []], (x, y) => d(multiply(x!, d(add(x!, y!), y!)), x!));
    expect(at(graph, 3, 5)).toBe(1);
  });
  test("d/dx (x d/dy (x y)) is 2x", () => {
    const graph = graphOf([[], []], (x, y) => d(multiply(x!, d(multiply(x!, y!), y!)), x!));
    expect(at(graph, 3, 5)).toBe(6);
  });
  test("d/dx (x d/dy (x y + y^2) at y = x) is 6x", () => {
    const graph = graphOf([[]], (x) => {
      const y = x!.builder.input("y", [], "float64");
      const inner = d(add(multiply(x!, y), square(y)), y);
      return d(multiply(x!, substituted(inner, y, x!)), x!);
    });
    expect(at(graph, 3)).toBe(18);
  });
  test("d/dx (x d/dx (x d/dx x^3)) is 27x^2", () => {
    const graph = graphOf([[]], (x) => {
      const cube = pow(x!, 3);
      return d(multiply(x!, d(multiply(x!, d(cube, x!)), x!)), x!);
    });
    expect(at(graph, 2)).toBe(108);
  });
  test("mixed derivatives commute", () => {
    const f = (x: Node, y: Node) => multiply(sin(multiply(x, y)), exp(subtract(x, y)));
    const xy = graphOf([[], []], (x, y) => d(d(f(x!, y!), x!), y!));
    const yx = graphOf([[], []], (x, y) => d(d(f(x!, y!), y!), x!));
    expect(at(xy, 0.3, 0.7)).toBeCloseTo(at(yx, 0.3, 0.7), 13);
  });
});

describe("modes compose in any order", () => {
  const wrt = { wrt: [0], of: [0] };
  // f(x) = Σ tanh(x)·sin(x²) + sigmoid(x)·x
  const f = primalOf(graphOf([[3]], (x) => sum(add(multiply(tanh(x!), sin(square(x!))), multiply(sigmoid(x!), x!)))));
  const grad = (graph: Graph): Graph => only(gradient(graph, wrt), graph.outputs.length);
  const vector = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 });

  test("jvp of jvp, jvp of vjp, vjp of jvp and vjp of vjp give one Hessian product", () => {
    const forwardForward = jvp(only(jvp(f, wrt), 1), { wrt: [0], of: [0] });
    const forwardReverse = jvp(grad(f), { wrt: [0], of: [0] });
    const reverseForward = vjp(only(jvp(f, wrt), 1), { wrt: [0], of: [0] });
    const reverseReverse = vjp(grad(f), { wrt: [0], of: [0] });
    fc.assert(
      fc.property(vector, vector, vector, (x, u, v) => {
        const [X, U, V] = [x, u, v].map((list) => tensor(list)) as [NdArray, NdArray, NdArray];
        const results = (graph: Graph, ...inputs: NdArray[]) => run(finished(graph), inputs).slice(1).flatMap(flat);
        const hv = results(forwardReverse, X, V);
        expectClose(
          results(reverseReverse, X, V),
          hv,
          hv.map(() => 10),
        );
        expectClose(
          results(reverseForward, X, V, tensor(1)),
          hv,
          hv.map(() => 10),
        );
        const uhv = hv.reduce((s, h, i) => s + h * u[i]!, 0);
        expectClose(results(forwardForward, X, V, U), [uhv], [10]);
      }),
      { numRuns: 30 },
    );
  });

  test("third derivatives, by every order of the modes", () => {
    // f''' of sin(x) e^x is 2 e^x (cos x - sin x).
    const g = primalOf(graphOf([[]], (x) => multiply(sin(x!), exp(x!))));
    const forward = (graph: Graph): Graph => {
      const lifted = jvp(graph, { wrt: [0], of: [0] });
      const one = lifted.outputs[1]!.node.builder.constant(1);
      const tangent = linearize([graph.outputs[0]!.node], new Map([[graph.inputs[0]!.node, one]]))[0]!;
      return { inputs: graph.inputs, outputs: [{ name: "d", dtype: "float64", node: tangent }] };
    };
    const x = 0.4;
    const expected = 2 * Math.exp(x) * (Math.cos(x) - Math.sin(x));
    for (const first of [forward, grad]) {
      for (const second of [forward, grad]) {
        for (const third of [forward, grad]) expect(at(third(second(first(g))), x)).toBeCloseTo(expected, 12);
      }
    }
  });

  test("derivatives of powers stay exact to the end", () => {
    let graph = primalOf(graphOf([[]], (x) => pow(x!, 4)));
    const values = [0, 1, 2, 3, 4].map(() => {
      graph = grad(graph);
      return [at(graph, 2), at(graph, 0), at(graph, -1)];
    });
    expect(values.map((row) => row.map((v) => v + 0))).toEqual([
      [32, 0, -4],
      [48, 0, 12],
      [48, 0, -24],
      [24, 24, 24],
      [0, 0, 0],
    ]);
  });

  test("a power's mixed derivative is right at exponent 0", () => {
    // d²/dx dy x^y = x^(y-1) (1 + y log x), which is 1/x there.
    const xy = graphOf([[], []], (x, y) => d(d(pow(x!, y!), x!), y!));
    const yx = graphOf([[], []], (x, y) => d(d(pow(x!, y!), y!), x!));
    expect([at(xy, 2, 0), at(yx, 2, 0)]).toEqual([0.5, 0.5]);
  });

  test("the second derivative of sqrt at 0 is -Infinity, not 0", () => {
    expect(at(grad(grad(primalOf(graphOf([[]], (x) => sqrt(x!))))), 0)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("stop_gradient", () => {
  const wrt = { wrt: [0], of: [0] };
  const grad = (graph: Graph): Graph => only(gradient(graph, wrt), graph.outputs.length);

  test("holds its operand constant in every order", () => {
    // x² s(x) has derivatives 2x s(x), 2 s(x) and 0, s being held.
    let graph = primalOf(graphOf([[]], (x) => multiply(square(x!), stop_gradient(x!))));
    const values = [0, 1, 2].map(() => {
      graph = grad(graph);
      return at(graph, 3);
    });
    expect(values).toEqual([18, 6, 0]);
  });
  test("of a derivative holds that derivative", () => {
    // x · held(d/dx x³) has the derivative 3x², and a second one of 0.
    const graph = primalOf(graphOf([[]], (x) => multiply(x!, stop_gradient(d(pow(x!, 3), x!)))));
    expect(at(grad(graph), 2)).toBe(12);
    expect(at(grad(grad(graph)), 2)).toBe(0);
  });
  test("inside logsumexp-like shifts changes neither derivative", () => {
    const plain = primalOf(graphOf([[2]], (x) => log(sum(exp(x!)))));
    const shifted = primalOf(
      graphOf([[2]], (x) => {
        const top = stop_gradient(sum(x!));
        return add(log(sum(exp(subtract(x!, top)))), top);
      }),
    );
    const x = tensor([0.3, -0.8]);
    const all = (graph: Graph) =>
      run(finished(jvp(grad(graph), { wrt: [0], of: [0] })), [x, tensor([1, 2])]).flatMap(flat);
    expectClose(all(shifted), all(plain));
  });
  test("costs nothing", () => {
    const plain = primalOf(graphOf([[3]], (x) => cos(x!)));
    expect(operations(primalOf(graphOf([[3]], (x) => cos(stop_gradient(x!)))))).toBe(operations(plain));
  });
});

function only(graph: Graph, from: number): Graph {
  return { inputs: graph.inputs, outputs: graph.outputs.slice(from) };
}

/** `node` with `to` in place of `from`, rebuilt from the bottom. */
function substituted(node: Node, from: Node, to: Node): Node {
  if (node === from) return to;
  if (node.args.length === 0) return node;
  const args = node.args.map((arg) => substituted(arg, from, to));
  return node.builder.intern(node.op, args, node.attrs, node.shape, node.dtype);
}
