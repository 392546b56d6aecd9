import { functionAttribute, type GraphFunction } from "../../graph/function.ts";
import { nodesOf } from "../../graph/graph.ts";
import type { Builder, Node, Passes, TensorType } from "../../graph/operator.ts";
import type { Op } from "../kinds.ts";
import { resultsOf } from "../results.ts";
import { functional } from "../several.ts";
import { applyFunction } from "./apply.ts";
import { expandedIn, functionOf, iterationsIn } from "./body.ts";
import { customCall } from "./custom.ts";
import { remembered } from "./derived.ts";

type Called = { readonly function: GraphFunction };

export const call: Op = functional({
  name: "call",
  operands: ["...xs"],
  summary: "the outputs of a function of x…",
  formula: "the tangents of the function's outputs",
  costText: "that of the function",
  attributes: { function: functionAttribute("the function") },
  infer: (args, attrs): { results: readonly TensorType[]; attrs: Called } => {
    const held = attrs.function.instantiate(args);
    return { results: held.outputs, attrs: { function: held } };
  },
  iterations: ({ attrs }) => iterationsIn((attrs as Called).function),
  compose: (args, { attrs }, builder, passes) => called(attrs.function, args, builder, passes),
});

/** The outputs of a document's function in primitives: in place, as a node of its own where that is too long, or by its rule. */
export function called(held: GraphFunction, args: readonly Node[], builder: Builder, passes: Passes): Node[] {
  if (held.rule) return customCall(held, args, builder, passes);
  const size = sizeOf(held);
  if (size <= shortSize || size + builder.size <= wholeSize) return expandedIn(held, args, builder, passes);
  return resultsOf(applyFunction(expanded(held, builder, passes), args, builder));
}

/** A document's function in primitives, of arguments of some types; one with a rule of its own as a call of it. */
export function expanded(
  held: GraphFunction,
  like: Builder,
  passes: Passes,
  types: readonly TensorType[] = held.inputs,
): GraphFunction {
  const key = JSON.stringify(types.map(({ shape, dtype }) => [shape, dtype]));
  return remembered(like, `expand ${held.id} ${key}`, () =>
    functionOf(held.name, types, like, (inputs, builder) =>
      held.rule ? customCall(held, inputs, builder, passes) : expandedIn(held, inputs, builder, passes),
    ),
  );
}

/** Functions of so few nodes stand where they are called, and so do longer ones while the graph has room. */
const shortSize = 64;
const wholeSize = 50_000;

/** Nodes of a function where all that it calls stands in place. */
function sizeOf(held: GraphFunction): number {
  const known = sizes.get(held);
  if (known !== undefined) return known;
  let size = 0;
  for (const node of nodesOf(held.graph))
    size += node.op === call.operator ? sizeOf((node.attrs as Called).function) : 1;
  sizes.set(held, size);
  return size;
}

const sizes = new WeakMap<GraphFunction, number>();
