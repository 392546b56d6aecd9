import { optional, required } from "../../../graph/attribute.ts";
import { OperandFault } from "../../../graph/fault.ts";
import { constantValue, type Doubt, type Node } from "../../../graph/operator.ts";
import { elementCount, range, showShape } from "../../../graph/shape.ts";
import { castNode, coerceFloat } from "../../cast.ts";
import { searchRows } from "../../kernels/order.ts";
import { composite, elements, type Op, primitive } from "../../kinds.ts";
import { add, subtract } from "../../linear.ts";
import { broadcastNode, lift, reshape } from "../../views.ts";
import { clip, divide, multiply } from "../arithmetic.ts";
import { equal, greater, greater_equal, less, less_equal, logical_not, where } from "../choice.ts";
import { gather } from "../indexing.ts";
import { solve_tridiagonal } from "../linalg/tridiagonal.ts";
import { min } from "../reductions.ts";
import { concat, sliceAxis } from "../structure.ts";

export const searchsorted: Op = composite({
  name: "searchsorted",
  operands: ["a", "v"],
  summary:
    "how many elements of the ascending vector a lie before each v: those less than it, or by side `right` those not greater; -1 where a does not ascend",
  formula: "0",
  attributes: { side: optional("text", "`left` or `right` of elements that are equal", "left") },
  costText: "40 per element",
  infer: ([a, v], attrs) => {
    expectSorted(a, 0);
    if (attrs.side !== "left" && attrs.side !== "right") {
      throw new OperandFault('attribute "side" must be "left" or "right"');
    }
    return { shape: v.shape, dtype: "int32", attrs };
  },
  compose: ([a, v], { attrs, shape }) => reshape(search_rows(a, flat(v), { right: attrs.side === "right" }), { shape }),
});

/** Where queries lie in sorted rows. */
export const search_rows: Op = primitive({
  name: "search_rows",
  operands: ["a", "v"],
  summary: "how many elements of sorted rows lie before each query",
  formula: "0",
  attributes: { right: required("boolean", "whether equal elements lie before") },
  costText: "40 per element",
  infer: ([, v], attrs) => ({ shape: v.shape, dtype: "int32", attrs }),
  coerce: coerceFloat,
  cost: (node) => 40 * elements(node),
  form: { kind: "opaque" },
  rowMajor: true,
  hidesNaN: [0, 1],
  evaluate: ([a, v], { attrs }, budget) => searchRows(a, v, attrs.right, budget),
  batch: (node, [a, v], batched, size) =>
    search_rows(batched[0] ? a : lift(a, size), batched[1] ? v : lift(v, size), node.attrs),
  zero: "all",
});

/** What is told where xp, computed or sent, does not ascend. */
function unsorted(strictly: boolean): Doubt {
  return {
    type: "nonfinite",
    told: `xp does not ascend${strictly ? " everywhere" : ""}, so that the values are NaN`,
    at: ([, xp]) => logical_not(isAscending(xp!, strictly)),
  };
}

export const interp: Op = composite({
  name: "interp",
  operands: ["x", "xp", "fp"],
  summary:
    "at each x the value of the polygon through the points (xp, fp), xp ascending; beyond its ends that of the end; NaN where xp does not ascend",
  formula: "the slope of the polygon times dx, and the tangents of the two points beside x by their shares",
  kink: {
    told: "the mean of both sides at a knot; 0 outside",
    at: ([x, xp]) => equal(reshape(x!, { shape: [...x!.shape, 1] }), xp!),
    by: [0, 1],
  },
  doubt: unsorted(false),
  costText: "129 per element",
  infer: ([x, xp, fp], attrs) => {
    expectKnots(xp, fp, 1);
    return { shape: x.shape, dtype: "float64", attrs };
  },
  compose: ([x, xp, fp], { shape }) => {
    const [at, knots, values] = coerceFloat([flat(x), xp, fp]) as [Node, Node, Node];
    const last = knots.shape[0]! - 1;
    const [low, high] = [ends(knots), ends(values)];
    const beside = (right: boolean): Node => {
      const [isBelow, isAbove] = right ? [less, greater_equal] : [less_equal, greater];
      const inside = last === 0 ? high.first : lineAt(at, knots, values, right);
      return where(isBelow(at, low.first), high.first, where(isAbove(at, low.last), high.last, inside));
    };
    const [before, after] = [beside(false), beside(true)];
    // At a knot both sides have one value, and the mean of their slopes.
    const mean = where(equal(before, after), multiply(0.5, add(before, after)), after);
    const known = where(equal(at, at), mean, Number.NaN);
    return reshape(where(isAscending(knots), known, Number.NaN), { shape });
  },
});

export const cubic_spline: Op = composite({
  name: "cubic_spline",
  operands: ["x", "xp", "fp"],
  summary:
    "at each x the value of the twice differentiable curve of cubic pieces through the points (xp, fp), xp ascending; the pieces at the ends go on beyond them; NaN where xp does not ascend",
  formula: "the slope of the curve times dx, and the tangents of the points, to which it is linear in fp",
  doubt: unsorted(true),
  attributes: {
    bc: optional(
      "text",
      "`not-a-knot`: the first two pieces are one cubic, and the last two; `natural`: the second derivative is 0 at the ends",
      "not-a-knot",
    ),
  },
  costText: "81 per element",
  infer: ([x, xp, fp], attrs) => {
    expectKnots(xp, fp, 2);
    if (attrs.bc !== "natural" && attrs.bc !== "not-a-knot") {
      throw new OperandFault('attribute "bc" must be "natural" or "not-a-knot"');
    }
    return { shape: x.shape, dtype: "float64", attrs };
  },
  compose: ([x, xp, fp], { attrs, shape }) => {
    const [at, knots, values] = coerceFloat([flat(x), xp, fp]) as [Node, Node, Node];
    const slopes = splineSlopes(knots, values, attrs.bc === "natural");
    const i = intervalOf(at, knots, true);
    const [x0, x1, y0, y1, s0, s1] = [knots, values, slopes].flatMap((list) => [
      taken(list, i),
      taken(list, add(i, 1)),
    ]) as Six;
    const width = subtract(x1, x0);
    const rise = divide(subtract(y1, y0), width);
    const t = subtract(at, x0);
    const bend = divide(subtract(add(s0, s1), multiply(2, rise)), width);
    const second = subtract(divide(subtract(rise, s0), width), bend);
    const cubic = add(second, multiply(divide(bend, width), t));
    const value = add(y0, multiply(t, add(s0, multiply(t, cubic))));
    return reshape(where(isAscending(knots, true), value, Number.NaN), { shape });
  },
});

type Six = [Node, Node, Node, Node, Node, Node];

/** The slopes at the knots: of a tridiagonal system, as SciPy's `CubicSpline` has it. */
function splineSlopes(x: Node, y: Node, natural: boolean): Node {
  const n = x.shape[0]!;
  const part = (v: Node, first: number, end: number) => sliceAxis(v, 0, first, end);
  const join = (...parts: Node[]) => concat(...parts, { axis: 0 });
  const dx = subtract(part(x, 1, n), part(x, 0, n - 1));
  const rise = divide(subtract(part(y, 1, n), part(y, 0, n - 1)), dx);
  const one = (v: Node, k: number) => part(v, k, k + 1);
  if (n === 2) return join(rise, rise);
  const [left, right] = [part(dx, 0, n - 2), part(dx, 1, n - 1)];
  const inner = multiply(3, add(multiply(right, part(rise, 0, n - 2)), multiply(left, part(rise, 1, n - 1))));
  const middle = multiply(2, add(left, right));
  const [d0, d1, e0, e1] = [one(dx, 0), one(dx, 1), one(dx, n - 2), one(dx, n - 3)];
  const [r0, r1, q0, q1] = [one(rise, 0), one(rise, 1), one(rise, n - 2), one(rise, n - 3)];
  const two = broadcastNode(x.builder.constant(2), [1]);
  const unit = broadcastNode(x.builder.constant(1), [1]);
  const none = broadcastNode(x.builder.constant(0), [1]);
  // Of each row: what is before the diagonal, on it and after it, and the right side.
  let [below, main, above, sides] = [
    join(none, right, unit),
    join(two, middle, two),
    join(unit, left, none),
    join(multiply(3, r0), inner, multiply(3, q0)),
  ];
  if (!natural && n === 3) {
    [main, sides] = [join(unit, middle, unit), join(multiply(2, r0), inner, multiply(2, q0))];
  } else if (!natural) {
    const [d, e] = [add(d0, d1), add(e0, e1)];
    const end = (near: Node, far: Node, both: Node, atNear: Node, atFar: Node) =>
      divide(
        add(multiply(multiply(add(near, multiply(2, both)), far), atNear), multiply(multiply(near, near), atFar)),
        both,
      );
    [below, main, above, sides] = [
      join(none, right, e),
      join(d1, middle, e1),
      join(d, left, none),
      join(end(d0, d1, d, r0, r1), inner, end(e0, e1, e, q0, q1)),
    ];
  }
  return solve_tridiagonal(below, main, above, sides, { absorb: false });
}

/** The line between the knots on one side of each x. */
function lineAt(at: Node, knots: Node, values: Node, right: boolean): Node {
  const i = intervalOf(at, knots, right);
  const [x0, y0] = [taken(knots, i), taken(values, i)];
  const [x1, y1] = [taken(knots, add(i, 1)), taken(values, add(i, 1))];
  return add(y0, multiply(subtract(at, x0), divide(subtract(y1, y0), subtract(x1, x0))));
}

/** The interval that each x lies in; at a knot the one on that side. */
function intervalOf(at: Node, knots: Node, right: boolean): Node {
  const found = subtract(castNode(search_rows(knots, at, { right }), "float64"), 1);
  return clip(found, { min: 0, max: knots.shape[0]! - 2 });
}

function taken(list: Node, i: Node): Node {
  return gather(list, i, { axis: 0, batch: 0, missing: Number.NaN });
}

function ends(list: Node): { readonly first: Node; readonly last: Node } {
  const n = list.shape[0]!;
  const number = (k: number) => reshape(sliceAxis(list, 0, k, k + 1), { shape: [] });
  return { first: number(0), last: number(n - 1) };
}

function isAscending(list: Node, strictly = false): Node {
  const n = list.shape[0]!;
  if (n < 2) return equal(list.builder.constant(0), 0);
  const steps = subtract(sliceAxis(list, 0, 1, n), sliceAxis(list, 0, 0, n - 1));
  return (strictly ? greater : greater_equal)(min(steps), 0);
}

function flat(x: Node): Node {
  return reshape(x, { shape: [elementCount(x.shape)] });
}

/** Throws a fault unless an operand is a vector, and one that ascends where it is constant. */
function expectSorted(a: Node, operand: number, strictly = false): void {
  if (a.shape.length !== 1) throw new OperandFault(`must be a vector, received shape ${showShape(a.shape)}`, operand);
  const value = constantValue(a);
  const at = value && range(value.data.length - 1).find((k) => !isStep(value.data[k]!, value.data[k + 1]!, strictly));
  if (at !== undefined) {
    throw new OperandFault(`must ascend, but ${value!.data[at]} is followed by ${value!.data[at + 1]}`, operand);
  }
}

function isStep(a: number, b: number, strictly: boolean): boolean {
  return strictly ? a < b : a <= b;
}

function expectKnots(xp: Node, fp: Node, least: number): void {
  expectSorted(xp, 1, least > 1);
  if (xp.shape[0]! < least) throw new OperandFault(`needs at least ${least} knots, received ${xp.shape[0]}`, 1);
  if (fp.shape.join() !== xp.shape.join()) {
    throw new OperandFault(`shape ${showShape(fp.shape)} is not ${showShape(xp.shape)}, that of xp`, 2);
  }
}
