import type { GraphFunction } from "../../../graph/function.ts";
import type { Builder, Node, Passes, TensorType } from "../../../graph/operator.ts";
import { scalarShape } from "../../../graph/shape.ts";
import { divide, multiply } from "../../families/arithmetic.ts";
import { add, subtract } from "../../linear.ts";
import { resultsOf } from "../../results.ts";
import { functionOf, inlined } from "../body.ts";
import { loopNode } from "../loops/loop.ts";
import { newton } from "./newton.ts";
import { solutionNode } from "./solution.ts";

/** How steps of an ordinary differential equation are made. */
export const methods = ["rk4", "dopri5", "implicit_midpoint"] as const;

/** The name of a way to make steps. */
export type Method = (typeof methods)[number];

const scalar: TensorType = { shape: scalarShape, dtype: "float64" };
const search = { tolerance: 1e-12, limit: 50 };

/** The function of parameters, y, t and the next t that makes some equal steps from one to the other. */
export function fixedInterval(
  slope: GraphFunction,
  method: Exclude<Method, "dopri5">,
  steps: number,
  like: Builder,
  passes: Passes,
): GraphFunction {
  const parameters = slope.inputs.slice(0, -2);
  const y = slope.inputs.at(-1)!;
  const step = method === "rk4" ? rk4(slope, like) : implicitMidpoint(slope, like, passes);
  // A step of constants parameters and h, and of carries y and t.
  const body = functionOf(slope.name, [...parameters, scalar, y, scalar], like, (inputs, builder) => {
    const [h, state, t] = inputs.slice(parameters.length) as [Node, Node, Node];
    const [next] = inlined(step, [...inputs.slice(0, parameters.length), t, h, state], builder);
    return [next!, add(t, h)];
  });
  return functionOf(slope.name, [...parameters, y, scalar, scalar], like, (inputs, builder) => {
    const given = inputs.slice(0, parameters.length);
    const [state, t, end] = inputs.slice(parameters.length) as [Node, Node, Node];
    const h = divide(subtract(end, t), steps);
    if (steps === 1) return inlined(body, [...given, h, state, t], builder).slice(0, 1);
    const attrs = {
      body,
      constants: parameters.length + 1,
      carry: 2,
      length: steps,
      reverse: false,
      counted: false,
      extension: undefined,
    };
    return resultsOf(loopNode(attrs, [...given, h, state, t], builder)).slice(0, 1);
  });
}

/** One classical Runge-Kutta step, a function of parameters, t, h and y. */
function rk4(slope: GraphFunction, like: Builder): GraphFunction {
  const count = slope.inputs.length - 2;
  const types = [...slope.inputs.slice(0, count), scalar, scalar, slope.inputs.at(-1)!];
  return functionOf(slope.name, types, like, (inputs, builder) => {
    const [t, h, y] = inputs.slice(count) as [Node, Node, Node];
    const f = (time: Node, state: Node) => inlined(slope, [...inputs.slice(0, count), time, state], builder)[0]!;
    const half = multiply(0.5, h);
    const middle = add(t, half);
    const a = f(t, y);
    const b = f(middle, add(y, multiply(half, a)));
    const c = f(middle, add(y, multiply(half, b)));
    const d = f(add(t, h), add(y, multiply(h, c)));
    const sum = add(add(a, d), multiply(2, add(b, c)));
    return [add(y, multiply(divide(h, 6), sum))];
  });
}

/** One step of the implicit midpoint rule, a function of parameters, t, h and y: it solves for the next y. */
function implicitMidpoint(slope: GraphFunction, like: Builder, passes: Passes): GraphFunction {
  const count = slope.inputs.length - 2;
  const y = slope.inputs.at(-1)!;
  const types = [...slope.inputs.slice(0, count), scalar, scalar, y];
  const residual = functionOf(slope.name, [...types, y], like, (inputs, builder) => {
    const [t, h, state, next] = inputs.slice(count) as [Node, Node, Node, Node];
    const middle = multiply(0.5, add(state, next));
    const time = add(t, multiply(0.5, h));
    const [f] = inlined(slope, [...inputs.slice(0, count), time, middle], builder);
    return [subtract(subtract(next, state), multiply(h, f!))];
  });
  const value = newton(residual, search, like, passes);
  return functionOf(slope.name, types, like, (inputs, builder) => {
    return [solutionNode(value, residual, search.limit, [...inputs, inputs.at(-1)!], builder)];
  });
}
