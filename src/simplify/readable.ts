import type { Budget } from "../graph/budget.ts";
import type { Builder, Node, Operator, TensorLimits } from "../graph/operator.ts";
import { sameShape } from "../graph/shape.ts";
import { uniformValue } from "../graph/uniform-value.ts";
import { divide, multiply, reciprocal, square } from "../operators/families/arithmetic.ts";
import { logical_and, where } from "../operators/families/choice.ts";
import { pow } from "../operators/families/exponential.ts";
import type { Op } from "../operators/kinds.ts";
import { add, negative, subtract } from "../operators/linear.ts";
import { broadcastNode, zeroLike } from "../operators/views.ts";
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
    ({ args: [x, y] }) => likeTerms(x!, y!),
    (node) => merged(node, add),
  ],
  [
    subtract,
    ({ args: [x, y] }) => (isZero(x!) ? negative(y!) : undefined),
    ({ args: [x, y] }) => (hasMinus(y!) ? add(x!, negative(y!)) : undefined),
    (node) => merged(node, subtract),
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
    ({ args: [x, y] }) => timesPower(x!, y!),
    (node) => merged(node, multiply),
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
    ({ args: [x, y] }) => reduced(x!, y!),
  ],
  [reciprocal, ({ args: [x] }) => (x!.op === reciprocal.operator ? x!.args[0]! : undefined)],
  [
    square,
    ({ args: [x] }) => (x!.op === negative.operator ? square(x!.args[0]!) : undefined),
    ({ args: [x] }) => powerOfPower(x!, 2),
  ],
  [
    pow,
    ({ args: [x, y] }) => {
      const exponent = uniformValue(y!);
      return exponent === undefined ? undefined : powerOfPower(x!, exponent);
    },
  ],
  [
    logical_and,
    ({ args: [x, y], builder, shape }) =>
      isZero(x!) || isZero(y!) ? broadcastNode(builder.constant(false), shape) : undefined,
  ],
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

interface Factor {
  readonly value: number;
  readonly rest: Node;
}

/** A product's constant factor and the rest. */
function factorOf({ op, args: [x, y] }: Node): Factor | undefined {
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

/** a x + b x as one term; numbers are added elsewhere. */
function likeTerms(x: Node, y: Node): Node | undefined {
  if (isNumber(x) || isNumber(y)) return undefined;
  const [a, b] = [x, y].map((term) => factorOf(term) ?? { value: 1, rest: term }) as [Factor, Factor];
  return a.rest === b.rest ? multiply(a.value + b.value, a.rest) : undefined;
}

/** Two choices by one condition as one choice. */
function merged({ args: [x, y] }: Node, f: Op): Node | undefined {
  if (x!.op !== where.operator || y!.op !== where.operator || x!.args[0] !== y!.args[0]) return undefined;
  if (![...x!.args.slice(1), ...y!.args.slice(1)].every((arg) => isLike(arg, x!))) return undefined;
  return where(x!.args[0]!, f(x!.args[1]!, y!.args[1]!), f(x!.args[2]!, y!.args[2]!));
}

/** A power of something by a constant; anything else is the first power of itself. */
function powerOf(x: Node): { base: Node; exponent: number } {
  if (x.op === square.operator) return { base: x.args[0]!, exponent: 2 };
  const exponent = x.op === pow.operator && isLike(x.args[0]!, x) ? uniformValue(x.args[1]!) : undefined;
  return exponent === undefined ? { base: x, exponent: 1 } : { base: x.args[0]!, exponent };
}

/** (x^a)^n as x^(a n), which holds wherever the left side is defined if n is an integer. */
function powerOfPower(x: Node, exponent: number): Node | undefined {
  const inner = powerOf(x);
  if (inner.exponent === 1 || !Number.isInteger(exponent)) return undefined;
  return pow(inner.base, inner.exponent * exponent);
}

/** x^a x^b as x^(a + b), which holds wherever the left side is defined. */
function timesPower(x: Node, y: Node): Node | undefined {
  const [a, b] = [powerOf(x), powerOf(y)];
  const exponent = a.exponent + b.exponent;
  const isPower = a.exponent !== 1 || b.exponent !== 1;
  return a.base === b.base && isPower && exponent !== 0 && !isNumber(a.base) ? pow(a.base, exponent) : undefined;
}

/** A fraction without what stands over and under it as a factor. */
function reduced(over: Node, under: Node): Node | undefined {
  if (isNumber(over) || isNumber(under)) return undefined;
  const factors = (x: Node): Node[] =>
    x.op === multiply.operator && x.args.every((arg) => isLike(arg, x)) ? [...x.args] : [x];
  const [above, below] = [factors(over), factors(under)];
  for (const [i, x] of above.entries()) {
    for (const [k, y] of below.entries()) {
      const [a, b] = [powerOf(x), powerOf(y)];
      if (a.base !== b.base || isNumber(a.base)) continue;
      const left = a.exponent - b.exponent;
      if (!Number.isInteger(left)) continue;
      const [restAbove, restBelow] = [above.filter((_, j) => j !== i), below.filter((_, j) => j !== k)];
      const kept = left === 0 ? [] : [power(a.base, Math.abs(left))];
      return fraction([...restAbove, ...(left > 0 ? kept : [])], [...restBelow, ...(left < 0 ? kept : [])], over);
    }
  }
  return undefined;
}

function power(base: Node, exponent: number): Node {
  return exponent === 1 ? base : pow(base, exponent);
}

function fraction(above: readonly Node[], below: readonly Node[], like: Node): Node {
  const product = (factors: readonly Node[]) =>
    factors.reduce<Node | undefined>((x, y) => (x ? multiply(x, y) : y), undefined);
  const [over, under] = [product(above), product(below)];
  if (!under) return over ?? broadcastNode(like.builder.constant(1), like.shape);
  return over ? divide(over, under) : reciprocal(under);
}
