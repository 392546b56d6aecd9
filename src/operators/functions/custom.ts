import { badRule, type GraphFunction } from "../../graph/function.ts";
import type { Absentable, Builder, Node, Passes } from "../../graph/operator.ts";
import { range } from "../../graph/shape.ts";
import type { None, Op } from "../kinds.ts";
import { resultsOf } from "../results.ts";
import { several } from "../several.ts";
import { broadcastNode, sum, zeroLike } from "../views.ts";
import { applyFunction } from "./apply.ts";
import {
  convertedFor,
  expandedIn,
  functionOf,
  inlined,
  iterationsIn,
  operationsIn,
  programOf,
  runFunction,
} from "./body.ts";
import { batchOf, tangentsOf } from "./derived.ts";
import { isLinearIn } from "./linearity.ts";
import { followFunction, setsOf } from "./pattern.ts";

type Custom = {
  readonly function: GraphFunction;
  readonly mode: "jvp" | "vjp";
  readonly derivative: GraphFunction;
};

/** A function whose derivative another function is. */
const custom: Op = several<None, Custom, readonly ["...xs"]>({
  name: "custom",
  operands: ["...xs"],
  summary: "the results of a function with a derivative of its own",
  formula: "what its own derivative gives",
  costText: "those of the function",
  infer: (_, attrs) => {
    const kept = attrs as Custom;
    return { results: kept.function.outputs, attrs: kept };
  },
  cost: ({ attrs }) => operationsIn(attrs.function),
  iterations: ({ attrs }) => iterationsIn((attrs as Custom).function),
  workBytes: ({ attrs }) => programOf(attrs.function).liveBytes,
  evaluate: (args, { attrs }, budget) => runFunction(attrs.function, args, budget),
  batch: ({ attrs }, args, batched, size, passes) => {
    const { builder } = args[0]!;
    const { held } = batchOf(attrs.function, batched, size, builder, passes);
    const derivative = batchedRule(attrs, batched, size, builder, passes);
    return builder.build(custom.operator, args, { ...attrs, function: held, derivative });
  },
  pattern: (sets, args, { attrs }) => setsOf(sets, followFunction(sets, attrs.function, args), attrs.function.outputs),
  jvp: (tangents, { attrs, args, builder }, results, passes) => {
    if (attrs.mode === "jvp") return byTangents(attrs, tangents, args, builder, passes);
    const moving = args.map((arg, i) => tangents[i] ?? zeroLike(arg));
    return resultsOf(builder.build(customTangent.operator, [...args, ...moving], attrs)).slice(0, results.length);
  },
  settled: ({ attrs }, args) =>
    attrs.mode === "vjp"
      ? applyFunction(attrs.function, args, args[0]!.builder)
      : args[0]!.builder.build(custom.operator, args, attrs),
});

/** The tangents of a function whose derivative is given for cotangents only: nothing can run it, but it has a transpose. */
const customTangent: Op = several<None, Custom, readonly ["...xs"]>({
  name: "custom_tangent",
  operands: ["...xs"],
  summary: "the tangents of a function whose own derivative takes cotangents",
  formula: "linear",
  costText: "those of the function",
  infer: (_, attrs) => {
    const kept = attrs as Custom;
    return { results: kept.function.outputs.map(({ shape }) => ({ shape, dtype: "float64" })), attrs: kept };
  },
  cost: ({ attrs }) => operationsIn(attrs.function),
  evaluate: (_, { attrs }) => {
    throw new Error(refusalOf(attrs));
  },
  batch: ({ attrs }, args, batched, size, passes) => {
    const { builder } = args[0]!;
    const primal = batched.slice(0, attrs.function.inputs.length);
    const { held } = batchOf(attrs.function, primal, size, builder, passes);
    const derivative = batchedRule(attrs, primal, size, builder, passes);
    return builder.build(customTangent.operator, args, { ...attrs, function: held, derivative });
  },
  refusal: ({ attrs }) => refusalOf(attrs),
  jvp: (_, { attrs }) => {
    throw new Error(refusalOf(attrs));
  },
  transpose: (cotangents, { attrs, args, builder }) => {
    const count = attrs.function.inputs.length;
    const given = attrs.function.outputs.map(({ shape }, i) => cotangents[i] ?? zerosOf(shape, builder));
    const made = inlined(
      attrs.derivative,
      convertedFor(attrs.derivative, [...args.slice(0, count), ...given]),
      builder,
    );
    return [...range(count).map(() => undefined), ...made];
  },
});

function refusalOf({ function: { name } }: Custom): string {
  return `function "${name}" has a "vjp" of its own and no "jvp", so there is no forward mode through it`;
}

function zerosOf(shape: readonly number[], builder: Builder): Node {
  return broadcastNode(builder.constant(0), shape);
}

/** The results of a function with a rule, in primitives, as a node that knows the rule. */
export function customCall(held: GraphFunction, args: readonly Node[], builder: Builder, passes: Passes): Node[] {
  const { mode, function: rule } = held.rule!;
  const primitive = (of: GraphFunction) =>
    functionOf(of.name, of.inputs, builder, (inputs, inner) => expandedIn(of, inputs, inner, passes));
  const attrs: Custom = { function: primitive(held), mode, derivative: primitive(rule) };
  if (!isLinearIn(attrs.derivative, held.inputs.length)) {
    throw badRule(held.name, rule.name, `is not linear in the ${mode === "jvp" ? "tangents" : "cotangents"}`);
  }
  return resultsOf(builder.build(custom.operator, convertedFor(held, args), attrs));
}

/** The tangents of outputs by a rule, which is linear in tangents: its derivative by these, wherever they are. */
function byTangents(
  { derivative }: Custom,
  tangents: Absentable,
  args: readonly Node[],
  builder: Builder,
  passes: Passes,
): Absentable {
  const given = [...args.map(() => false), ...tangents.map(Boolean)];
  const { held: linear, present } = tangentsOf(derivative, given, builder, passes);
  if (linear.outputs.length === 0) return present.map(() => undefined);
  const zeros = args.map((arg) => zeroLike(arg));
  const moving = tangents.filter((tangent) => tangent !== undefined);
  const made = inlined(linear, convertedFor(linear, [...args, ...zeros, ...moving]), builder);
  let next = 0;
  return present.map((is) => (is ? made[next++] : undefined));
}

/** The rule for many points; what it gives for an input that all of them share is added up. */
function batchedRule(
  { mode, function: held, derivative }: Custom,
  batched: readonly boolean[],
  size: number,
  like: Builder,
  passes: Passes,
): GraphFunction {
  // Tangents of inputs that all points share are shared too.
  const moving = mode === "jvp" ? batched : held.outputs.map(() => true);
  const made = batchOf(derivative, [...batched, ...moving], size, like, passes).held;
  if (mode === "jvp") return made;
  return functionOf(made.name, made.inputs, like, (inputs, builder) =>
    inlined(made, inputs, builder).map((node, i) => (batched[i] ? node : sum(node, { axis: [0] }))),
  );
}
