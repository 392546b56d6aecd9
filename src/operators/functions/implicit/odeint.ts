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
import { adaptiveInterval, type Tolerances } from "./adaptive.ts";
import { notConverged } from "./doubt.ts";
import { fixedInterval, type Method, methods } from "./steppers.ts";

/** The function, the method and what that method takes, no more: all else would be without effect. */
type Ode = { readonly function: GraphFunction } & Stepping;
type Stepping =
  | { readonly method: Exclude<Method, "dopri5">; readonly steps: number }
  | ({ readonly method: "dopri5" } & Tolerances);
type Given = { readonly method: Method | undefined } & Partial<Record<Control, number | undefined>>;
type Control = "steps" | keyof Tolerances;

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
    steps: optional("natural", "steps from one time to the next, of rk4 and implicit_midpoint; absent: 1"),
    rtol: optional("number", "the error of a step of dopri5, beside y; absent: 1e-6"),
    atol: optional("number", "the error of a step of dopri5; absent: 1e-9"),
    limit: optional("natural", "the most steps of dopri5 from one time to the next; absent: 1000"),
  },
  infer: (args, attrs): { results: readonly TensorType[]; attrs: Ode } => {
    if (args.length < 2) throw new OperandFault(`takes parameters, y and ts, received ${args.length} operands`);
    const [y, ts] = args.slice(-2) as [Node, Node];
    if (ts.shape.length !== 1 || ts.shape[0]! < 1) {
      throw new OperandFault(`ts must be a vector of times, received shape ${showShape(ts.shape)}`, args.length - 1);
    }
    const stepping = steppingOf(attrs);
    const state: TensorType = { shape: y.shape, dtype: "float64" };
    const held = attrs.function.instantiate([...args.slice(0, -2), scalar, state]);
    const [only, ...more] = held.outputs;
    if (more.length > 0 || !sameType(only!, state)) {
      const given = held.outputs.map(showType).join(", ");
      throw new OperandFault(`function "${held.name}" must give ${showType(state)}, like y, and gives ${given}`);
    }
    const results = [{ shape: [ts.shape[0]!, ...y.shape], dtype: "float64" as const }];
    return { results, attrs: { function: held, ...stepping } };
  },
  iterations: ({ attrs, args }) => {
    const ode = attrs as Ode;
    const steps = ode.method === "dopri5" ? ode.limit : ode.steps;
    return Math.max(1, args.at(-1)!.shape[0]! - 1) * steps * iterationsIn(ode.function);
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

/**
 * The method and how it steps. An attribute of steps that adapt chooses `dopri5` where no method is named; one that the
 * method does not have is a fault that says what to write.
 */
function steppingOf({ method, steps, ...adaptive }: Given): Stepping {
  const tolerance = (["rtol", "atol", "limit"] as const).find((name) => adaptive[name] !== undefined);
  const { rtol = 1e-6, atol = 1e-9, limit = 1000 } = adaptive;
  const chosen = method ?? (tolerance === undefined ? "rk4" : "dopri5");
  if (chosen === "dopri5") {
    if (steps !== undefined && method === undefined) {
      throw new OperandFault(`"steps" is of rk4 and implicit_midpoint, "${tolerance}" of dopri5: give one of them`);
    }
    if (steps !== undefined) {
      throw new OperandFault(
        'dopri5 chooses its steps by "rtol" and "atol" and takes no "steps": use method "rk4", or leave them out',
      );
    }
    if (rtol >= 0 && atol >= 0 && rtol + atol > 0) return { method: chosen, rtol, atol, limit };
    throw new OperandFault('"rtol" and "atol" must not be negative, nor both 0');
  }
  if (tolerance !== undefined) {
    throw new OperandFault(`${chosen} takes "steps" and no "${tolerance}": use method "dopri5", or leave it out`);
  }
  if (steps === undefined || steps >= 1) return { method: chosen, steps: steps ?? 1 };
  throw new OperandFault('"steps" must be at least 1');
}

function methodAttribute(): AttributeSpec<Method | undefined> {
  return {
    doc: "rk4 (classical Runge-Kutta), dopri5 (Dormand-Prince, whose steps adapt) or implicit_midpoint; absent: dopri5 where rtol, atol or limit is given, else rk4",
    required: false,
    fallback: undefined,
    schema: { enum: methods },
    parse: (value) => {
      const method = methods.find((name) => name === value);
      if (!method) throw new OperandFault(`must be one of ${methods.join(", ")}`);
      return method;
    },
  };
}
