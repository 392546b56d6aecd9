import { type AttributeSpec, optional } from "../../../graph/attribute.ts";
import { OperandFault } from "../../../graph/fault.ts";
import { functionAttribute, type GraphFunction } from "../../../graph/function.ts";
import type { Builder, Node, Passes, TensorType } from "../../../graph/operator.ts";
import { scalarShape, showShape } from "../../../graph/shape.ts";
import { castNode } from "../../cast.ts";
import { concat, slice } from "../../families/structure.ts";
import type { Op } from "../../kinds.ts";
import { resultsOf } from "../../results.ts";
import { functional } from "../../several.ts";
import { reshape } from "../../views.ts";
import { applyFunction } from "../apply.ts";
import { functionOf, iterationsIn, sameType, showType } from "../body.ts";
import { expanded } from "../call.ts";
import { loopNode } from "../loops/loop.ts";
import { adaptiveInterval } from "./adaptive.ts";
import { notConverged } from "./doubt.ts";
import { fixedInterval, type Method, methods } from "./steppers.ts";

type Ode = {
  readonly function: GraphFunction;
  readonly method: Method;
  readonly steps: number;
  readonly rtol: number;
  readonly atol: number;
  readonly limit: number;
};

const scalar: TensorType = { shape: scalarShape, dtype: "float64" };

export const odeint: Op = functional({
  name: "odeint",
  operands: ["...xs"],
  summary:
    "y at every time of ts for dy/dt = f(parameters, t, y) and y at the first; operands are parameters, y at the first time, and ts",
  formula: "the tangents of the steps",
  doubt: notConverged("the limit of steps was reached, or y is not finite"),
  costText: "the times but one, times the steps between two, times that of a step",
  attributes: {
    function: functionAttribute("a function of parameters, t and y that gives dy/dt"),
    method: methodAttribute(),
    steps: optional("natural", "steps from one time to the next, of rk4 and implicit_midpoint", 1),
    rtol: optional("number", "the error of a step of dopri5, beside y", 1e-6),
    atol: optional("number", "the error of a step of dopri5", 1e-9),
    limit: optional("natural", "the most steps of dopri5 from one time to the next", 1000),
  },
  infer: (args, attrs): { results: readonly TensorType[]; attrs: Ode } => {
    const { method, steps, rtol, atol, limit } = attrs;
    if (args.length < 2) throw new OperandFault(`takes parameters, y and ts, received ${args.length} operands`);
    const [y, ts] = args.slice(-2) as [Node, Node];
    if (ts.shape.length !== 1 || ts.shape[0]! < 1) {
      throw new OperandFault(`ts must be a vector of times, received shape ${showShape(ts.shape)}`, args.length - 1);
    }
    if (steps < 1) throw new OperandFault('"steps" must be at least 1');
    if (!(rtol >= 0 && atol >= 0 && rtol + atol > 0))
      throw new OperandFault('"rtol" and "atol" must not be negative, nor both 0');
    const state: TensorType = { shape: y.shape, dtype: "float64" };
    const held = attrs.function.instantiate([...args.slice(0, -2), scalar, state]);
    const [only, ...more] = held.outputs;
    if (more.length > 0 || !sameType(only!, state)) {
      const given = held.outputs.map(showType).join(", ");
      throw new OperandFault(`function "${held.name}" must give ${showType(state)}, like y, and gives ${given}`);
    }
    const results = [{ shape: [ts.shape[0]!, ...y.shape], dtype: "float64" as const }];
    return { results, attrs: { function: held, method, steps, rtol, atol, limit } };
  },
  iterations: ({ attrs, args }) => {
    const { function: held, method, steps, limit } = attrs as Ode;
    return Math.max(1, args.at(-1)!.shape[0]! - 1) * (method === "dopri5" ? limit : steps) * iterationsIn(held);
  },
  compose: (args, { attrs }, builder, passes) => [integrated(attrs, args, builder, passes)],
});

function integrated(attrs: Ode, args: readonly Node[], builder: Builder, passes: Passes): Node {
  const parameters = args.slice(0, -2);
  const [y, ts] = args.slice(-2).map((x) => castNode(x, "float64")) as [Node, Node];
  const first = reshape(y, { shape: [1, ...y.shape] });
  const intervals = ts.shape[0]! - 1;
  if (intervals === 0) return first;
  const slope = expanded(attrs.function, builder, passes, [...parameters, scalar, y]);
  const interval =
    attrs.method === "dopri5"
      ? adaptiveInterval(slope, attrs, builder)
      : fixedInterval(slope, attrs.method, attrs.steps, builder, passes);
  // Reverse mode keeps y at the times alone, and makes the steps between two again.
  const body = functionOf(slope.name, [...parameters, y, scalar, scalar], builder, (inputs, inner) => {
    const [next] = resultsOf(applyFunction(interval, inputs, inner));
    return [next!, next!];
  });
  const made = loopNode(
    {
      body,
      constants: parameters.length,
      carry: 1,
      length: intervals,
      reverse: false,
      counted: false,
      extension: undefined,
    },
    [...parameters, y, slice(ts, { start: [0], stop: [intervals] }), slice(ts, { start: [1], stop: [intervals + 1] })],
    builder,
  );
  return builder.build(concat.operator, [first, resultsOf(made)[1]!], { axis: 0 });
}

function methodAttribute(): AttributeSpec<Method> {
  return {
    doc: "rk4 (classical Runge-Kutta), dopri5 (Dormand-Prince, whose steps adapt) or implicit_midpoint",
    required: false,
    fallback: "rk4",
    schema: { enum: methods },
    parse: (value) => {
      const method = methods.find((name) => name === value);
      if (!method) throw new OperandFault(`must be one of ${methods.join(", ")}`);
      return method;
    },
  };
}
