import type { Node, Operator } from "../graph/operator.ts";
import { sameShape } from "../graph/shape.ts";
import { uniformValue } from "../graph/uniform-value.ts";
import { convert } from "../operators/cast.ts";
import { divide, multiply, reciprocal, square } from "../operators/families/arithmetic.ts";
import { where } from "../operators/families/choice.ts";
import { identity } from "../operators/families/creation.ts";
import { pow } from "../operators/families/exponential.ts";
import { contract } from "../operators/families/products.ts";
import { concat, slice } from "../operators/families/structure.ts";
import type { Op } from "../operators/kinds.ts";
import { add, negative, quotient, scale, subtract } from "../operators/linear.ts";
import { broadcast_to, permute_dims, reshape } from "../operators/views.ts";

/** An equal, cheaper node, or undefined where the rule does not apply. */
export type Rule = (node: Node) => Node | undefined;

// Every identity here holds bit for bit, NaN payloads aside. Absent on purpose: x + 0 and
// sum(x) of no axis (both wrong for -0), 0·x, x - x, x/x.
const identities: readonly (readonly [Op, ...Rule[]])[] = [
  [add, ({ args: [x, y] }) => (is(y!, -0) ? x : is(x!, -0) ? y : undefined), plusNegative],
  [subtract, ({ args: [x, y] }) => (is(y!, 0) ? x : undefined), minusNegative],
  [multiply, ({ args: [x, y] }) => (is(y!, 1) ? x : is(x!, 1) ? y : undefined)],
  [divide, ({ args: [x, y] }) => (is(y!, 1) ? x : undefined)],
  [negative, ({ args: [x] }) => (x!.op === negative.operator ? x!.args[0] : undefined)],
  // Both are how `pow` itself is evaluated at these exponents.
  [pow, ({ args: [x, y] }) => (is(y!, 1) ? x : is(y!, 2) ? square(x!) : is(y!, -1) ? reciprocal(x!) : undefined)],
  // Zero absorbs, so a product with a constant 0 is 0.
  [scale, ({ args: [t, p] }) => (is(p!, 1) ? t : is(t!, 1) ? p : isZero(t!) ? t : isZero(p!) ? p : undefined)],
  [quotient, ({ args: [t, y] }) => (is(y!, 1) || isZero(t!) ? t : undefined)],
  [where, chosenBranch],
  [convert, ({ args: [x], dtype }) => (x!.dtype === dtype ? x : undefined)],
  [
    reshape,
    sameAsOperand,
    ({ args: [x], shape }) => (x!.op === reshape.operator ? reshape(x!.args[0]!, { shape }) : undefined),
  ],
  [
    broadcast_to,
    sameAsOperand,
    ({ args: [x], shape }) => (x!.op === broadcast_to.operator ? broadcast_to(x!.args[0]!, { shape }) : undefined),
  ],
  [contract, timesIdentity],
  [permute_dims, permutedTwice],
  [slice, wholeSlice],
  [concat, ({ args }) => (args.length === 1 ? args[0] : undefined)],
];

/** The identities of each operator. */
export const rules: ReadonlyMap<Operator, readonly Rule[]> = new Map(
  identities.map(([op, ...list]) => [op.operator, list]),
);

function is(x: Node, value: number): boolean {
  return Object.is(uniformValue(x), value);
}

function isZero(x: Node): boolean {
  return uniformValue(x) === 0;
}

function plusNegative({ args: [x, y] }: Node): Node | undefined {
  if (y!.op === negative.operator) return subtract(x!, y!.args[0]!);
  return x!.op === negative.operator ? subtract(y!, x!.args[0]!) : undefined;
}

function minusNegative({ args: [x, y] }: Node): Node | undefined {
  return y!.op === negative.operator ? add(x!, y!.args[0]!) : undefined;
}

function chosenBranch({ args: [condition, x, y] }: Node): Node | undefined {
  if (x === y) return x;
  const value = uniformValue(condition!);
  return value === undefined ? undefined : value !== 0 ? x : y;
}

function sameAsOperand({ args: [x], shape }: Node): Node | undefined {
  return sameShape(x!.shape, shape) ? x : undefined;
}

function permutedTwice({ args: [x], attrs }: Node): Node | undefined {
  const axes = attrs.axes as readonly number[];
  if (axes.every((axis, i) => axis === i)) return x;
  if (x!.op !== permute_dims.operator) return undefined;
  const inner = x!.attrs.axes as readonly number[];
  return permute_dims(x!.args[0]!, { axes: axes.map((axis) => inner[axis]!) });
}

/**
 * A product with an identity matrix in which zero absorbs is the other operand with its axes in another order. 0 is added,
 * as to the terms of every sum, so that it is not −0.
 */
function timesIdentity({ args, op, attrs, shape }: Node): Node | undefined {
  const { form } = op;
  if (form.kind !== "contraction" || !form.absorbs(attrs)) return undefined;
  const { x, y, out } = form.letters(attrs);
  const names = [x, y];
  const which = args.findIndex((arg) => arg.op === identity.operator);
  if (which < 0) return undefined;
  const [own, other] = [names[which]!, names[1 - which]!];
  const summed = [...own].find((letter) => !out.includes(letter));
  const kept = [...own].find((letter) => letter !== summed);
  if (summed === undefined || !other.includes(summed) || kept === undefined || other.includes(kept)) return undefined;
  const renamed = other.replace(summed, kept);
  if (renamed.length !== shape.length) return undefined;
  return add(permute_dims(args[1 - which]!, { axes: [...out].map((letter) => renamed.indexOf(letter)) }), 0);
}

function wholeSlice({ args: [x], attrs, shape }: Node): Node | undefined {
  return sameShape(x!.shape, shape) && (attrs.step as number[]).every((step) => step > 0) ? x : undefined;
}
