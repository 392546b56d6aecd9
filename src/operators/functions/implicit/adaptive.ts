import type { GraphFunction } from "../../../graph/function.ts";
import type { Builder, Node, TensorType } from "../../../graph/operator.ts";
import { elementCount, range, scalarShape } from "../../../graph/shape.ts";
import { abs, divide, maximum, minimum, multiply, square } from "../../families/arithmetic.ts";
import { greater, less, less_equal, where } from "../../families/choice.ts";
import { stop_gradient } from "../../families/differentiation.ts";
import { pow } from "../../families/exponential.ts";
import { mean } from "../../families/reductions.ts";
import { add, subtract } from "../../linear.ts";
import { resultsOf } from "../../results.ts";
import { functionOf, inlined } from "../body.ts";
import { loopOver } from "../loops/until.ts";

/** What a step may be wrong by, and how many there may be from one time to the next. */
export interface Tolerances {
  readonly rtol: number;
  readonly atol: number;
  readonly limit: number;
}

// Dormand and Prince, A family of embedded Runge-Kutta formulae, 1980.
const nodes = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1];
const weights = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
];
const fifth = [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84];
const errors = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

const [safety, shrinkMax, growMax] = [0.9, 0.2, 5];
const scalar: TensorType = { shape: scalarShape, dtype: "float64" };

/**
 * The function of parameters, y, t and the next t that goes from one to the other in steps of Dormand and Prince, as long
 * as their errors allow. How long they are is held constant by derivatives, but for the last one, which ends at the next t:
 * NaN where the limit ends the steps before.
 */
export function adaptiveInterval(
  slope: GraphFunction,
  { rtol, atol, limit }: Tolerances,
  like: Builder,
): GraphFunction {
  const count = slope.inputs.length - 2;
  const parameters = slope.inputs.slice(0, count);
  const y = slope.inputs.at(-1)!;
  // Constants: parameters and the end. Carries: y, t, the next step's length.
  const types = [...parameters, scalar, y, scalar, scalar];
  const condition = functionOf("go on", types, like, (inputs) => {
    const [end, , t, h] = inputs.slice(count) as [Node, Node, Node, Node];
    return [greater(multiply(subtract(end, t), h), 0)];
  });
  const body = functionOf(slope.name, types, like, (inputs, builder) => {
    const [end, state, t, planned] = inputs.slice(count) as [Node, Node, Node, Node];
    const left = subtract(end, t);
    const isLast = less_equal(abs(left), abs(planned));
    const h = where(isLast, left, planned);
    const f = (time: Node, at: Node) => inlined(slope, [...inputs.slice(0, count), time, at], builder)[0]!;
    const slopes: Node[] = [];
    weights.forEach((row, i) => {
      slopes.push(f(add(t, multiply(nodes[i]!, h)), moved(state, h, row, slopes)));
    });
    const next = moved(state, h, fifth, slopes);
    const time = where(isLast, end, add(t, h));
    slopes.push(f(time, next));
    const error = sizeOf(moved(multiply(0, state), h, errors, slopes), state, next);
    // A NaN makes no step good, and steps shorter.
    const isGood = less_equal(error, 1);
    const factor = where(
      less(error, Number.POSITIVE_INFINITY),
      multiply(safety, pow(maximum(error, 1e-10), -0.2)),
      shrinkMax,
    );
    const longer = stop_gradient(multiply(where(isGood, h, planned), minimum(growMax, maximum(shrinkMax, factor))));
    const kept = where(isLast, where(isGood, planned, longer), longer);
    return [where(isGood, next, state), where(isGood, time, t), stop_gradient(kept)];
  });
  return functionOf(slope.name, [...parameters, y, scalar, scalar], like, (inputs, builder) => {
    const given = inputs.slice(0, count);
    const [state, t, end] = inputs.slice(count) as [Node, Node, Node];
    const first = stop_gradient(multiply(firstPart, subtract(end, t)));
    const made = resultsOf(loopOver({ condition, body }, [...given, end], [state, t, first], limit, builder));
    const [, last, reached] = made as [Node, Node, Node];
    return [where(less_equal(abs(subtract(end, reached)), 0), last, Number.NaN)];
  });

  /** The mean of what an error is beside what it may be, as a root of squares. */
  function sizeOf(error: Node, before: Node, after: Node): Node {
    if (elementCount(error.shape) === 0) return error.builder.constant(0);
    const allowed = add(atol, multiply(rtol, maximum(abs(before), abs(after))));
    const squares = square(divide(error, allowed));
    const total = squares.shape.length === 0 ? squares : mean(squares, { axis: range(squares.shape.length) });
    return pow(stop_gradient(total), 0.5);
  }
}

/** The part of the interval that is tried first. */
const firstPart = 0.05;

/** y + h times the weighted slopes. */
function moved(y: Node, h: Node, row: readonly number[], slopes: readonly Node[]): Node {
  let sum: Node | undefined;
  row.forEach((weight, i) => {
    if (weight === 0) return;
    const term = multiply(weight, slopes[i]!);
    sum = sum ? add(sum, term) : term;
  });
  return sum ? add(y, multiply(h, sum)) : y;
}
