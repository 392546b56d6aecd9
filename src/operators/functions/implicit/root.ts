import { optional } from "../../../graph/attribute.ts";
import { OperandFault } from "../../../graph/fault.ts";
import { type Callable, functionAttribute, type GraphFunction } from "../../../graph/function.ts";
import type { Builder, Node, Passes, TensorType } from "../../../graph/operator.ts";
import type { Op } from "../../kinds.ts";
import { subtract } from "../../linear.ts";
import { functional } from "../../several.ts";
import { functionOf, inlined, iterationsIn, sameType, showType } from "../body.ts";
import { expanded } from "../call.ts";
import { notConverged } from "./doubt.ts";
import { newton, type Search } from "./newton.ts";
import { solutionNode } from "./solution.ts";

const search = {
  tolerance: optional("number", "how small the residual, or the next step beside x, has to be", 1e-12),
  limit: optional("natural", "the most steps", 100),
};

const doubt = notConverged("no solution was found, and NaN is given");

type Root = Search & { readonly residual: GraphFunction };
type FixedPoint = Search & { readonly function: GraphFunction };

export const root: Op = functional({
  name: "root",
  operands: ["...xs"],
  summary: "x where a residual of parameters and x is 0, by Newton's method from a first guess, which comes last",
  formula: "-(dr/dx)^-1 of the tangent of r by the parameters",
  costText: "ten times that of the residual, its Jacobian and a solve",
  doubt,
  attributes: {
    residual: functionAttribute("a function of parameters and x that gives one tensor of the shape of x"),
    ...search,
  },
  infer: (args, { residual, tolerance, limit }): { results: readonly TensorType[]; attrs: Root } => {
    const held = solvable(residual, args, "residual");
    return { results: held.outputs, attrs: { residual: held, tolerance, limit } };
  },
  iterations: ({ attrs }) => (attrs as Root).limit * iterationsIn((attrs as Root).residual),
  compose: (args, { attrs }, builder, passes) => [
    solved(expanded(attrs.residual, builder, passes), attrs, args, builder, passes),
  ],
});

export const fixed_point: Op = functional({
  name: "fixed_point",
  operands: ["...xs"],
  summary: "x with x = g(parameters, x), by Newton's method from a first guess, which comes last",
  formula: "(1 - dg/dx)^-1 of the tangent of g by the parameters",
  costText: "ten times that of the function, its Jacobian and a solve",
  doubt,
  attributes: {
    function: functionAttribute("a function of parameters and x that gives one tensor of the shape of x"),
    ...search,
  },
  infer: (args, attrs): { results: readonly TensorType[]; attrs: FixedPoint } => {
    const { tolerance, limit } = attrs;
    const held = solvable(attrs.function, args, "function");
    return { results: held.outputs, attrs: { function: held, tolerance, limit } };
  },
  iterations: ({ attrs }) => (attrs as FixedPoint).limit * iterationsIn((attrs as FixedPoint).function),
  compose: (args, { attrs }, builder, passes) => {
    const map = expanded(attrs.function, builder, passes);
    const residual = functionOf(map.name, map.inputs, builder, (inputs, inner) => [
      subtract(inputs.at(-1)!, inlined(map, inputs, inner)[0]!),
    ]);
    return [solved(residual, attrs, args, builder, passes)];
  },
});

/** A function whose last input is the unknown, checked to give as many numbers as that has. */
function solvable(callable: Callable, args: readonly Node[], what: string): GraphFunction {
  if (args.length === 0) throw new OperandFault("takes parameters and a first guess, received no operands");
  const held = callable.instantiate(args.with(-1, { ...args.at(-1)!, dtype: "float64" }));
  const unknown = held.inputs.at(-1)!;
  const [only, ...more] = held.outputs;
  if (more.length === 0 && sameType(only!, unknown)) return held;
  const given = held.outputs.map(showType).join(", ");
  throw new OperandFault(`the ${what} "${held.name}" must give ${showType(unknown)}, like x, and gives ${given}`);
}

function solved(residual: GraphFunction, given: Search, args: readonly Node[], builder: Builder, passes: Passes): Node {
  return solutionNode(newton(residual, given, builder, passes), residual, given.limit, args, builder);
}
