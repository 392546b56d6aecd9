import type { GraphFunction } from "../../../graph/function.ts";
import type { Absentable, Builder, Node, Own, Passes } from "../../../graph/operator.ts";
import type { None, Op } from "../../kinds.ts";
import { everything } from "../../patterns.ts";
import { resultNode } from "../../results.ts";
import { several } from "../../several.ts";
import {
  convertedFor,
  functionOf,
  inlined,
  iterationsIn,
  onceOf,
  operationsIn,
  programOf,
  runFunction,
} from "../body.ts";
import { batchOf, tangentsOf } from "../derived.ts";
import { emptySets, setsOf } from "../pattern.ts";
import { newtonStep } from "./newton.ts";

type Solution = {
  /** Of parameters and a first guess: where the residual is 0. */
  readonly value: GraphFunction;
  /** Of parameters and x, at one point. */
  readonly residual: GraphFunction;
  /** The most steps of the search, of which few are taken. */
  readonly limit: number;
  /** How often it was made one of many points: of which operands, and of how many. */
  readonly batches: readonly { readonly which: readonly boolean[]; readonly size: number }[];
};

/**
 * Where a residual is 0, which a function finds. However it does: the tangent of x follows from r(θ, x) = 0, by one linear
 * solve, and so does everything that passes make of that.
 */
const solution: Op = several<None, Solution, readonly ["...xs"]>({
  name: "solution",
  operands: ["...xs"],
  summary: "where a residual is 0",
  formula: "-(dr/dx)^-1 dr",
  costText: "that of finding it",
  infer: (_, attrs) => {
    const kept = attrs as Solution;
    return { results: kept.value.outputs, attrs: kept };
  },
  cost: ({ attrs: { value, limit } }) => Math.ceil(operationsIn(value) * Math.min(1, stepsCounted / limit)),
  iterations: ({ attrs }) => iterationsIn((attrs as Solution).value),
  workBytes: ({ attrs }) => programOf(attrs.value).liveBytes,
  hidesNaN: "all",
  form: { kind: "loop", rows: ({ value }) => onceOf(value) },
  evaluate: (args, { attrs }, budget) => runFunction(attrs.value, args, budget),
  batch: ({ attrs }, args, batched, size, passes) => {
    const { builder } = args[0]!;
    const value = batchOf(attrs.value, batched, size, builder, passes).held;
    return builder.build(solution.operator, args, {
      ...attrs,
      value,
      batches: [...attrs.batches, { which: batched, size }],
    });
  },
  pattern: (sets, args, node) => {
    const given = args.slice(0, -1);
    if (!given.some((operand) => operand.sets)) return [emptySets(sets, node)];
    return setsOf(sets, [{ sets: everything(sets, given, node), value: undefined, isOwned: false }], [node]);
  },
  jvp: tangents,
});

/** Newton's method seldom takes more. */
const stepsCounted = 10;

/** Where a residual of parameters and x is 0, as `value` finds it from a first guess, which comes last. */
export function solutionNode(
  value: GraphFunction,
  residual: GraphFunction,
  limit: number,
  args: readonly Node[],
  builder: Builder,
): Node {
  return resultNode(
    builder.build(solution.operator, convertedFor(value, args), {
      value,
      residual,
      limit: Math.max(1, limit),
      batches: [],
    }),
    0,
  );
}

function tangents(
  given: Absentable,
  { attrs, args, builder }: Own<Solution, readonly ["...xs"]>,
  [x]: readonly Node[],
  passes: Passes,
): Absentable {
  const { residual, batches } = attrs;
  const count = residual.inputs.length - 1;
  const moving = [...given.slice(0, count).map(Boolean), false];
  const { held, present } = tangentsOf(residual, moving, builder, passes);
  if (!present[0]) return [undefined];
  const types = held.inputs;
  const one = functionOf(residual.name, types, builder, (inputs, inner) => {
    const [dr] = inlined(held, inputs, inner) as [Node];
    return [newtonStep(residual, inputs.slice(0, count + 1), dr, passes)];
  });
  // At many points each has a system of its own.
  const all = batches.reduce((each, { which, size }) => {
    const fixed = which.slice(0, count);
    return batchOf(each, [...fixed, true, ...fixed.filter((_, i) => moving[i])], size, builder, passes).held;
  }, one);
  const seeds = given.slice(0, count).filter((tangent) => tangent !== undefined);
  return inlined(all, [...args.slice(0, count), x!, ...seeds], builder);
}
