import type { Budget } from "../graph/budget.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { evaluateNode } from "../graph/evaluate.ts";
import { runnableForm } from "../graph/form.ts";
import { scalar } from "../graph/ndarray.ts";
import { type Builder, constantValue, type Node, type Operator, type TensorLimits } from "../graph/operator.ts";
import { elementCount } from "../graph/shape.ts";
import { uniformValue } from "../graph/uniform-value.ts";
import { broadcastNode } from "../operators/views.ts";
import { type Rule, rules } from "./rules.ts";

const foldedElementsMax = 1024;

/**
 * A builder that simplifies each node as it is made, so that whatever is built with it, or copied into it, is simplified
 * already: constants folded, equal nodes shared, identities applied. Values stay the same, bit for bit, NaN payloads
 * aside, and operations never become more. `more` rules are tried last, and may keep less.
 */
export function simplifyingBuilder(
  limits?: TensorLimits,
  budget?: Budget,
  more?: ReadonlyMap<Operator, readonly Rule[]>,
): Builder {
  if (!more) return new GraphBuilder(limits, budget, improve);
  return new GraphBuilder(limits, budget, (node) => {
    const better = improve(node);
    return better === node ? (apply(more.get(node.op), node) ?? node) : better;
  });
}

/**
 * The simplest node of equal value that one step of folding or one rule finds. What a rule makes has been through here
 * itself, and every rule gives an operand or fewer or cheaper nodes, so this ends.
 */
function improve(node: Node): Node {
  const folded = fold(node);
  if (folded) return folded;
  return apply(rules.get(node.op), node) ?? node;
}

function apply(list: readonly Rule[] = [], node: Node): Node | undefined {
  for (const rule of list) {
    const better = rule(node);
    if (better) return better;
  }
  return undefined;
}

function fold(node: Node): Node | undefined {
  const { op, args, builder } = node;
  const form = runnableForm(op);
  // A bundle stays one: as a constant it would not say what its results are.
  if (args.length === 0 || !form || op.results) return undefined;
  if (form.kind === "elementwise") {
    const uniform = uniformValues(args);
    if (!uniform) return undefined;
    const value = form.scalar(node.attrs)(...uniform);
    return broadcastNode(builder.constant(scalar(node.dtype, value)), node.shape);
  }
  if (!args.every(constantValue)) return undefined;
  const values = args.map((arg) => constantValue(arg)!);
  // A view of one number stays a view: it costs nothing, and rules can see the number.
  if (form.kind === "view" && values[0]!.data.length === 1 && node.shape.length > 0) return undefined;
  if (elementCount(node.shape) > foldedElementsMax || op.cost(node) > foldedElementsMax) return undefined;
  return builder.constant(evaluateNode(node, values, false, builder.budget));
}

function uniformValues(args: readonly Node[]): number[] | undefined {
  // Almost always the first or the second is none: ask before anything is made.
  for (const arg of args) if (uniformValue(arg) === undefined) return undefined;
  return args.map((arg) => uniformValue(arg)!);
}
