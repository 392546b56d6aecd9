import { expect, test } from "vitest";
import { compileProgram } from "../../src/engine/programs/compiled.ts";
import { ndarray, rowMajorData } from "../../src/graph/ndarray.ts";
import type { Node } from "../../src/graph/operator.ts";
import { elementCount } from "../../src/graph/shape.ts";
import { hypot, multiply, square } from "../../src/operators/families/arithmetic.ts";
import { where } from "../../src/operators/families/choice.ts";
import { exp } from "../../src/operators/families/exponential.ts";
import { atan2, cos, sin } from "../../src/operators/families/trigonometric.ts";
import type { Op } from "../../src/operators/kinds.ts";
import { add, negative, quotient, scale } from "../../src/operators/linear.ts";
import { resultNode } from "../../src/operators/results.ts";
import { several, severalComposite } from "../../src/operators/several.ts";
import { liftAll, sum } from "../../src/operators/views.ts";
import { batch } from "../../src/transforms/batch.ts";
import { jvp, vjp } from "../../src/transforms/derive.ts";
import {
  finished,
  floats,
  forwardJacobian,
  graphOf,
  hessian,
  newBuilder,
  operations,
  primalOf,
  reverseJacobian,
  run,
} from "../support/graphs.ts";
import { outputsOf } from "../support/programs.ts";
import { flat, tensor } from "../support/tensors.ts";

/** Polar coordinates of points: the radius, the angle, and in which half-plane they are, as an integer. */
const polar: Op = several({
  name: "polar",
  operands: ["x", "y"],
  summary: "polar coordinates",
  formula: "",
  costText: "80 per point",
  infer: ([x], attrs) => ({
    results: [x, x, { shape: x.shape, dtype: "int32" }],
    attrs,
  }),
  cost: ({ args: [x] }) => 80 * elementCount(x.shape),
  evaluate: ([x, y], { args: [{ shape }] }) => {
    const [xs, ys] = [rowMajorData(x), rowMajorData(y)];
    return [
      ndarray(
        "float64",
        shape,
        Float64Array.from(xs, (a, i) => Math.hypot(a, ys[i]!)),
      ),
      ndarray(
        "float64",
        shape,
        Float64Array.from(xs, (a, i) => Math.atan2(ys[i]!, a)),
      ),
      ndarray(
        "int32",
        shape,
        Int32Array.from(xs, (a) => (a > 0 ? 1 : 0)),
      ),
    ];
  },
  batch: (_, args, batched, size) => polar(...liftAll(args, batched, size)),
  jvp: ([dx, dy], { args: [x, y] }, [r]) => {
    const plus = (a: Node | undefined, b: Node | undefined) => (a && b ? add(a, b) : (a ?? b));
    const over = (t: Node, by: Node) => quotient(t, by);
    const dr = plus(dx && over(scale(dx, x), r!), dy && over(scale(dy, y), r!));
    const r2 = square(r!);
    const dt = plus(dx && negative(over(scale(dx, y), r2)), dy && over(scale(dy, x), r2));
    return [dr, dt, undefined];
  },
});

/** The same as a formula of two results and a test. */
const polarFormula = severalComposite({
  name: "polar_formula",
  operands: ["x", "y"],
  summary: "polar coordinates",
  formula: "",
  costText: "",
  infer: ([x], attrs) => ({ results: [x, x], attrs }),
  compose: ([x, y]) => [hypot(x, y), atan2(y, x)],
});

const points = [tensor([0.3, -1.2, 2]), tensor([1, 0.5, -0.7])];

function graphWith(op: Op) {
  const builder = newBuilder();
  return graphOf(
    [[3], [3]],
    (x, y) => {
      const bundle = builder.apply(op.operator, [x!, y!], {});
      const [r, t] = [resultNode(bundle, 0), resultNode(bundle, 1)];
      return [builder.apply(sin.operator, [r], {}), t, builder.apply(exp.operator, [t], {})];
    },
    builder,
  );
}

test("several results are what their formulas give, by both programs", () => {
  const [bundled, composed] = [graphWith(polar), graphWith(polarFormula)].map(primalOf);
  expect(run(bundled!, points).map(flat)).toEqual(run(composed!, points).map(flat));
});

test("several results have the Jacobian of their formulas, in both modes", () => {
  const [bundled, composed] = [graphWith(polar), graphWith(polarFormula)].map(primalOf);
  const expected = forwardJacobian(composed!, points);
  for (const jacobian of [forwardJacobian, reverseJacobian]) {
    jacobian(bundled!, points).forEach((row, i) => {
      row.forEach((x, k) => {
        expect(x).toBeCloseTo(expected[i]![k]!, 12);
      });
    });
  }
});

test("several results are differentiated twice", () => {
  const scalar = (op: Op) =>
    primalOf(
      graphOf([[3], [3]], (x, y) => {
        const bundle = op(x!, y!);
        return sum(multiply(resultNode(bundle, 0), cos(resultNode(bundle, 1))));
      }),
    );
  const [bundled, composed] = [hessian(scalar(polar), points), hessian(scalar(polarFormula), points)];
  bundled.flat().forEach((x, i) => {
    expect(x).toBeCloseTo(composed.flat()[i]!, 11);
  });
});

test("a result that no output needs has no tangent, and an operand without a seed costs nothing", () => {
  const graph = graphOf([[3], [3]], (x, y) => resultNode(polar(x!, y!), 0));
  const both = finished(jvp(graph, floats(graph)));
  const one = finished(jvp(graph, { wrt: [0], of: [0] }));
  expect(operations(one)).toBeLessThan(operations(both));
});

test("points of a batch keep their results apart", () => {
  const graph = vjp(primalOf(graphWith(polar)), { wrt: [0, 1], of: [0, 2] });
  const batched = batch(
    graph,
    newBuilder(),
    2,
    () => true,
    () => true,
  );
  const given = [...points, tensor([1, 2, 3]), tensor([-1, 0.5, 2])];
  const twice = given.map(({ data }) =>
    ndarray("float64", [2, 3], Float64Array.of(...data, ...data.map((x) => x / 2))),
  );
  const single = (half: number) =>
    run(
      graph,
      given.map(({ data }) =>
        ndarray(
          "float64",
          [3],
          Float64Array.from(data, (x) => x / half),
        ),
      ),
    );
  run(batched, twice).forEach((array, i) => {
    expect(flat(array)).toEqual([...flat(single(1)[i]!), ...flat(single(2)[i]!)]);
  });
});

test("an integer among the results is one where it is used", () => {
  const graph = primalOf(
    graphOf([[3], [3]], (x, y) => {
      const half = resultNode(polar(x!, y!), 2, "int32");
      expect(half.dtype).toBe("int32");
      return half.builder.apply(where.operator, [half, x!, y!], {});
    }),
  );
  expect(flat(outputsOf(compileProgram(graph), points)[0]!)).toEqual([0.3, 0.5, 2]);
});
