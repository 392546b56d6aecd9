import type { GraphFunction } from "../../graph/function.ts";
import type { Absentable, Builder, Node } from "../../graph/operator.ts";
import type { None, Op } from "../kinds.ts";
import { resultsOf } from "../results.ts";
import { several } from "../several.ts";
import { convertedFor, iterationsIn, onceOf, operationsIn, programOf, runFunction } from "./body.ts";
import { batchOf, cotangentsOf, placed, tangentsOf } from "./derived.ts";
import { followFunction, setsOf } from "./pattern.ts";

type Applied = { readonly function: GraphFunction };

/** A function applied as one node: where it is too long to stand in the graph, or where its values are to be computed again. */
export const apply: Op = several<None, Applied, readonly ["...xs"]>({
  name: "apply",
  operands: ["...xs"],
  summary: "the results of a function",
  formula: "the tangents of the function",
  costText: "those of the function",
  infer: (_, attrs) => {
    const kept = attrs as Applied;
    return { results: kept.function.outputs, attrs: kept };
  },
  cost: ({ attrs }) => operationsIn(attrs.function),
  iterations: ({ attrs }) => iterationsIn((attrs as Applied).function),
  workBytes: ({ attrs }) => programOf(attrs.function).liveBytes,
  form: { kind: "loop", rows: (attrs) => onceOf(attrs.function) },
  evaluate: (args, { attrs }, budget) => runFunction(attrs.function, args, budget),
  batch: ({ attrs }, args, batched, size, passes) => {
    const { builder } = args[0]!;
    return applyFunction(batchOf(attrs.function, batched, size, builder, passes, []).held, args, builder);
  },
  pattern: (sets, args, { attrs }) => setsOf(sets, followFunction(sets, attrs.function, args), attrs.function.outputs),
  jvp: (tangents, { attrs, args, builder }, _, passes) => {
    const { held, present } = tangentsOf(attrs.function, tangents.map(Boolean), builder, passes);
    return appliedTo(held, present, [...args, ...there(tangents)], builder);
  },
  transpose: (cotangents, { attrs, args, builder }, isLinear, passes) => {
    const given = cotangents.map(Boolean);
    const { held, present } = cotangentsOf(attrs.function, isLinear, given, builder, passes);
    const fixed = args.filter((_, i) => !isLinear[i]);
    return placed(isLinear, appliedTo(held, present, [...fixed, ...there(cotangents)], builder));
  },
});

/** A function applied to arguments, which are converted to what it takes: a bundle. */
export function applyFunction(held: GraphFunction, args: readonly Node[], builder: Builder): Node {
  return builder.build(apply.operator, convertedFor(held, args), { function: held });
}

/** The results of a function at the places that it has them for. */
function appliedTo(
  held: GraphFunction,
  present: readonly boolean[],
  args: readonly Node[],
  builder: Builder,
): Absentable {
  return held.outputs.length === 0
    ? present.map(() => undefined)
    : placed(present, resultsOf(applyFunction(held, args, builder)));
}

/** Those of a list that are there. */
export function there(list: Absentable): Node[] {
  return list.filter((node) => node !== undefined);
}
