import type { Budget } from "../graph/budget.ts";
import type { Builder, Node, Operator, TensorLimits } from "../graph/operator.ts";
import { sameShape } from "../graph/shape.ts";
import { divide, multiply, reciprocal, square } from "../operators/families/arithmetic.ts";
import { where } from "../operators/families/choice.ts";
import { type Op, uniformValue } from "../operators/kinds.ts";
import { add, negative, subtract } from "../operators/linear.ts";
import { zeroLike } from "../operators/views.ts";
import type { Rule } from "./rules.ts";
import { simplifyingBuilder } from "./simplify.ts";

/**
 * A builder for formulas that people read: beside the identities that keep every bit, those of the real numbers. They may
 * round otherwise, and take 0 times anything for 0.
 */
export function readableBuilder(limits?: TensorLimits, budget?: Budget): Builder {
  return simplifyingBuilder(limits, budget, rules);
}

const identities: readonly (readonly [Op, ...Rule[]])[] = [
  [
    add,
    ({ args: [x, y] }) => (isZero(y!) ? x : isZero(x!) ? y : undefined),
    ({ args: [x, y] }) => addNegated(x!, y!) ?? addNegated(y!, x!),
  ],
  [
    subtract,
    ({ args: [x, y] }) => (isZero(x!) ? negative(y!) : undefined),
    ({ args: [x, y] }) => (hasMinus(y!) ? add(x!, negative(y!)) : undefined),
  ],
  [
    negative,
    ({ args: [x] }) => (x!.op === subtract.operator ? subtract(x!.args[1]!, x!.args[0]!) : undefined),
    ({ args: [x] }) => {
      const factor = x!.op === multiply.operator ? factorOf(x!) : undefined;
      return factor && multiply(-factor.value, factor.rest);
    },
    ({ args: [x] }) => masked(x!, (part) => negative(part)),
  ],
  [
    multiply,
    ({ args: [x, y] }) => (isZero(x!) ? x : isZero(y!) ? y : undefined),
    ({ args: [x, y] }) => (x === y ? square(x!) : undefined),
    ({ args: [x, y] }) => (is(x!, -1) ? negative(y!) : is(y!, -1) ? negative(x!) : undefined),
    (node) => {
      const outer = factorOf(node);
      const inner = outer && factorOf(outer.rest);
      return inner && multiply(outer.value * inner.value, inner.rest);
    },
    (node) => {
      const factor = factorOf(node);
      if (!factor || factor.rest.op !== divide.operator) return undefined;
      const [over, under] = factor.rest.args as [Node, Node];
      return isNumber(over) ? divide(multiply(factor.value, over), under) : undefined;
    },
    ({ args: [x, y] }) => (isNumber(x!) || isNumber(y!) ? undefined : (hoisted(x!, y!) ?? hoisted(y!, x!))),
    ({ args: [x, y] }) => timesNegated(x!, y!) ?? timesNegated(y!, x!),
    ({ args: [x, y] }) => timesInverse(x!, y!) ?? timesInverse(y!, x!),
    ({ args: [x, y] }) => masked(x!, (part) => multiply(part, y!)) ?? masked(y!, (part) => multiply(part, x!)),
  ],
  [
    divide,
    ({ args: [x] }) => (isZero(x!) ? x : undefined),
    ({ args: [x, y] }) => (hasMinus(x!) ? negative(divide(negative(x!), y!)) : undefined),
    ({ args: [x, y] }) => (y!.op === negative.operator ? negative(divide(x!, y!.args[0]!)) : undefined),
    ({ args: [x, y] }) => (y!.op === reciprocal.operator ? multiply(x!, y!.args[0]!) : undefined),
    ({ args: [x, y] }) => masked(x!, (part) => divide(part, y!)),
  ],
  [square, ({ args: [x] }) => (x!.op === negative.operator ? square(x!.args[0]!) : undefined)],
];

// Only between tensors of one shape and dtype are these identities: elsewhere operands are converted or broadcast.
const rules: ReadonlyMap<Operator, readonly Rule[]> = new Map(
  identities.map(([op, ...list]) => [
    op.operator,
    list.map(
      (rule): Rule =>
        (node) =>
          node.args.every((arg) => isLike(arg, node)) ? rule(node) : undefined,
    ),
  ]),
);

function isLike(x: Node, y: Node): boolean {
  return x.dtype === y.dtype && sameShape(x.shape, y.shape);
}

function is(x: Node, value: number): boolean {
  return Object.is(uniformValue(x), value);
}

function isZero(x: Node): boolean {
  return uniformValue(x) === 0;
}

function isNumber(x: Node): boolean {
  return uniformValue(x) !== undefined;
}

/** A product's constant factor and the rest. */
function factorOf({ op, args: [x, y] }: Node): { value: number; rest: Node } | undefined {
  if (op === negative.operator) return { value: -1, rest: x! };
  if (op !== multiply.operator || !isLike(x!, y!)) return undefined;
  const [left, right] = [uniformValue(x!), uniformValue(y!)];
  if (left !== undefined) return { value: left, rest: y! };
  return right === undefined ? undefined : { value: right, rest: x! };
}

/** Whether a node is a negative number or a product with one. */
function hasMinus(x: Node): boolean {
  const value = uniformValue(x) ?? (x.op === multiply.operator ? factorOf(x)?.value : undefined);
  if (value !== undefined) return value < 0;
  return x.op === negative.operator;
}

function addNegated(x: Node, y: Node): Node | undefined {
  return hasMinus(y) && !hasMinus(x) ? subtract(x, negative(y)) : undefined;
}

/** x y with a constant factor of x, or of what x divides, moved to the front. */
function hoisted(x: Node, y: Node): Node | undefined {
  const factor = x.op === multiply.operator ? factorOf(x) : undefined;
  if (factor) return multiply(factor.value, multiply(factor.rest, y));
  const over = x.op === divide.operator ? uniformValue(x.args[0]!) : undefined;
  return over === undefined || over === 1 ? undefined : multiply(over, divide(y, x.args[1]!));
}

function timesNegated(x: Node, y: Node): Node | undefined {
  return y.op === negative.operator ? negative(multiply(x, y.args[0]!)) : undefined;
}

function timesInverse(x: Node, y: Node): Node | undefined {
  if (y.op === reciprocal.operator) return divide(x, y.args[0]!);
  return y.op === divide.operator && is(y.args[0]!, 1) ? divide(x, y.args[1]!) : undefined;
}

/** What `f` makes of a choice between something and 0: a choice again, so that the branch not taken stays 0. */
function masked(node: Node, f: (part: Node) => Node): Node | undefined {
  if (node.op !== where.operator || !node.args.slice(1).every((arg) => isLike(arg, node))) return undefined;
  const [condition, x, y] = node.args as [Node, Node, Node];
  if (isZero(y)) return where(condition, f(x), zeroLike(node));
  return isZero(x) ? where(condition, zeroLike(node), f(y)) : undefined;
}
