import { copyNode } from "../../graph/copy.ts";
import { runnableForm } from "../../graph/form.ts";
import type { GraphFunction } from "../../graph/function.ts";
import { reachable } from "../../graph/graph.ts";
import { constantValue, type Elementwise, type Node, type Rows } from "../../graph/operator.ts";
import { resultIndex, resultTypes } from "../results.ts";
import type { Until } from "./loops/loop-types.ts";

/** How a value depends on what a function is asked to be linear in; `zero` is a constant 0, `other` anything else. */
type Dependence = "zero" | "fixed" | "linear" | "other";

/**
 * Whether the outputs of a function in primitives are linear in the inputs from `first` on, and so 0 where these are, as
 * far as its operators tell. What derivatives hold constant is not.
 */
export function isLinearIn(held: GraphFunction, first: number): boolean {
  const given = held.inputs.map((_, i): Dependence => (i < first ? "fixed" : "linear"));
  return dependencesOf(held, given).every((one) => one === "linear" || one === "zero");
}

/** The dependences of the outputs of a body, of those of its inputs. */
function dependences(
  inputs: readonly Node[],
  outputs: readonly Node[],
  given: readonly Dependence[],
): readonly Dependence[] {
  const known = new Map<Node, Dependence | readonly Dependence[]>(inputs.map((input, i) => [input, given[i]!]));
  outputs[0]?.builder.budget.check();
  for (const node of reachable(outputs)) {
    const of = () =>
      dependence(
        node,
        node.args.map((arg) => known.get(arg)!),
      );
    if (!known.has(node)) known.set(node, of());
  }
  return outputs.map((output) => known.get(output) as Dependence);
}

function dependencesOf({ graph }: GraphFunction, given: readonly Dependence[]): readonly Dependence[] {
  return dependences(
    graph.inputs.map(({ node }) => node),
    graph.outputs.map(({ node }) => node),
    given,
  );
}

function dependence(
  node: Node,
  operands: readonly (Dependence | readonly Dependence[])[],
): Dependence | readonly Dependence[] {
  const value = constantValue(node);
  if (value) return value.data.every((x) => x === 0) ? "zero" : "fixed";
  const index = resultIndex(node);
  if (index !== undefined) return (operands[0] as readonly Dependence[])[index]!;
  const args = operands as readonly Dependence[];
  const results = resultTypes(node);
  if (results)
    return args.some(moves) ? (ofResults(node, args) ?? results.map(() => "other")) : results.map(() => "fixed");
  if (args.includes("other")) return "other";
  const { linear, zero, accumulate } = node.op.rules;
  // What adds to a cotangent on its own is linear but where its value is not known, at indices outside.
  const adds = (i: number) => accumulate !== undefined && zero !== "all" && zero?.includes(i) !== true;
  const isLinear = (i: number) => linear === "all" || linear?.includes(i) === true || adds(i);
  const parts = args.filter((_, i) => isLinear(i));
  if (parts.length > 0 && args.every((one, i) => isLinear(i) || !moves(one))) return joined(parts);
  const form = runnableForm(node.op);
  if (!args.some(moves)) return args.includes("zero") && vanishes(node, form, args) ? "zero" : "fixed";
  if (form?.kind === "contraction") return args.filter(moves).length === 1 ? "linear" : "other";
  return form?.kind === "elementwise" && hasFixedSlopes(node, args) && scales(node, form, args) ? "linear" : "other";
}

/** Whether it changes with what a function is to be linear in. */
function moves(one: Dependence): boolean {
  return one === "linear" || one === "other";
}

/** What a sum, or either of two values, is. */
function joined(parts: readonly Dependence[]): Dependence {
  const kinds = new Set(parts);
  kinds.delete("zero");
  if (kinds.size > 1 || kinds.has("other")) return "other";
  return [...kinds][0] ?? "zero";
}

/** Whether an operator of operands that do not move, zeros among them, gives 0 whatever the others are. */
function vanishes({ attrs, dtype }: Node, form: ReturnType<typeof runnableForm>, args: readonly Dependence[]): boolean {
  if (form?.kind === "contraction") return true;
  if (form?.kind !== "elementwise" || dtype === "bool") return false;
  const f = form.scalar(attrs);
  const isZero = (trial: readonly number[], sign: number) =>
    f(...args.map((one, i) => (one === "zero" ? 0 : trial[i % trial.length]! * sign))) === 0;
  return trials.every((trial) => isZero(trial, 1) && isZero(trial, -1));
}

const trials: readonly (readonly number[])[] = [
  [0.7, 1.3, 0.4, 2.1],
  [-1.9, 0.6, -0.8, 0.3],
  [1.1, -2.3, 1.7, -0.9],
];
// Far from the trials, too: what is linear near 0 alone, as a bound that is far away leaves it, is not.
const factors = [-1, 3, 0.25, -1e150, 1e-150];

/** Whether the slopes of an operator by the operands that move are told by its record, and depend on none of these. */
function hasFixedSlopes(node: Node, args: readonly Dependence[]): boolean {
  const builder = node.builder.another();
  const inputs = node.args.map(({ shape, dtype }, i) => builder.input(`i${i}`, shape, dtype));
  const out = copyNode(node, inputs, builder);
  const moving = inputs.filter((_, i) => moves(args[i]!));
  return moving.every((input) => {
    const i = inputs.indexOf(input);
    const rule = node.op.rules.jvp?.[i];
    const slope = rule?.(builder.input(`d${i}`, input.shape, "float64"), inputs, out);
    return slope !== undefined && !reachable([slope]).some((needed) => moving.includes(needed));
  });
}

/** Whether an elementwise function of moving and fixed operands is linear in the moving ones, at some numbers. */
function scales({ attrs, args: nodes }: Node, { scalar }: Elementwise, args: readonly Dependence[]): boolean {
  const f = scalar(attrs);
  const constants = nodes.map((arg) => constantValue(arg));
  const at = (trial: readonly number[], factor: number) =>
    f(
      ...args.map((one, i) => {
        const value = constants[i];
        // Of a factor that is NaN, which says that a derivative is not known, the factor is what matters.
        if (one === "fixed" && value?.data.length === 1 && Number.isFinite(value.data[0])) return value.data[0]!;
        return one === "zero" ? 0 : moves(one) ? trial[i % trial.length]! * factor : Math.abs(trial[i % trial.length]!);
      }),
    );
  const isClose = (a: number, b: number) =>
    !Number.isFinite(a - b) || Math.abs(a - b) <= 1e-12 * (Math.abs(a) + Math.abs(b));
  return trials.every((trial) => at(trial, 0) === 0 && factors.every((k) => isClose(at(trial, k), k * at(trial, 1))));
}

/** The dependences of the results of an operator that holds functions; undefined for others. */
function ofResults({ op, attrs }: Node, args: readonly Dependence[]): readonly Dependence[] | undefined {
  const form = runnableForm(op);
  if (form?.kind === "loop") return ofLoop(form.rows(attrs), args);
  const { branches, condition, body, constants, function: called } = attrs as Partial<Held>;
  if (branches) {
    const found = branches.map((branch) => dependencesOf(branch, args.slice(1)));
    return moves(args[0]!) ? undefined : found[0]!.map((_, k) => joined(found.map((one) => one[k]!)));
  }
  if (condition && body) {
    const fixed = args.slice(0, constants);
    const carries = steady(args.slice(constants), (now) => dependencesOf(body, [...fixed, ...now]));
    const [isOn] = dependencesOf(condition, [...fixed, ...carries]);
    return moves(isOn!) ? undefined : ["fixed", ...carries];
  }
  return called && called.inputs.length === args.length ? dependencesOf(called, args) : undefined;
}

/** What operators with functions hold: a choice, a loop with a condition, a function with a rule of its own. */
interface Held extends Pick<Until, "condition" | "body" | "constants"> {
  readonly branches: readonly GraphFunction[];
  readonly function: GraphFunction;
}

function ofLoop(
  { inputs, outputs, constants, carry, counted }: Rows,
  operands: readonly Dependence[],
): readonly Dependence[] | undefined {
  if (counted && moves(operands[0]!)) return undefined;
  const args = counted ? operands.slice(1) : operands;
  const [fixed, xs] = [args.slice(0, constants), args.slice(constants + carry)];
  const step = (carries: readonly Dependence[]) => dependences(inputs, outputs, [...fixed, ...carries, ...xs]);
  const carries = steady(args.slice(constants, constants + carry), step);
  return [...carries, ...step(carries).slice(carry)];
}

/** What carries are before and after any step: a fixed point. */
function steady(
  first: readonly Dependence[],
  step: (carries: readonly Dependence[]) => readonly Dependence[],
): readonly Dependence[] {
  for (let now = first; ; ) {
    const after = step(now);
    const next = now.map((one, i) => joined([one, after[i]!]));
    if (next.every((one, i) => one === now[i])) return now;
    now = next;
  }
}
