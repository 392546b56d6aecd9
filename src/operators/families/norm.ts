import { optional } from "../../graph/attribute.ts";
import { OperandFault } from "../../graph/fault.ts";
import type { Kink, Node } from "../../graph/operator.ts";
import type { Shape } from "../../graph/shape.ts";
import { composite, elements, type Op } from "../kinds.ts";
import { inferReduction, type ReductionAttrs, reductionAttributes } from "../reduction.ts";
import { reshape, sum } from "../views.ts";
import { abs, divide, multiply } from "./arithmetic.ts";
import { equal, less, logical_and, logical_or, not_equal, where } from "./choice.ts";
import { stop_gradient } from "./differentiation.ts";
import { pow } from "./exponential.ts";
import { euclideanNorm, hasTies, max, min } from "./reductions.ts";

const normAttributes = {
  ...reductionAttributes,
  ord: optional("number", 'the order: 2 where absent, 1, "Infinity", or any other p of (sum(|x|^p))^(1/p); 0 counts'),
};

/** An order of 2 is said by saying nothing, as documents did when there was no other. */
type NormAttrs = ReductionAttrs & { readonly ord?: number };

/** Where the norm is 0, an element of it is, or more than one is the largest or the smallest. */
export const kinkOfNorm: Kink = {
  told: "0 where the norm is 0; by ord 1 or less 0 where an element is 0; by ord Infinity shared by ties",
  isSmoothSquared: ({ ord = 2 }) => ord === 2,
  at: ([x], out, attrs) => {
    const { axis, ord = 2 } = attrs as NormAttrs;
    if (elements(x!) === 0) return undefined;
    if (ord > 1 && ord < Number.POSITIVE_INFINITY) return equal(out, 0);
    const extreme = { [Number.POSITIVE_INFINITY]: max, [Number.NEGATIVE_INFINITY]: min }[ord];
    if (!extreme) return equal(x!, 0);
    const kept = { axis, keepdims: true };
    const size = abs(x!);
    return logical_or(hasTies(size, kept, extreme), equal(extreme(size, kept), 0));
  },
};

export const norm: Op = composite<typeof normAttributes, NormAttrs>({
  name: "norm",
  summary: "the norm of vectors, by default the square root of the sum of squares, without overflow; 0 of none",
  formula: "sum(x * dx) / norm(x)",
  kink: kinkOfNorm,
  attributes: normAttributes,
  costText: "2 per element of x, 4 per element",
  infer: (args, { ord, ...attrs }) => {
    if (Number.isNaN(ord)) throw new OperandFault('attribute "ord" must not be NaN');
    const inferred = inferReduction(false)(args, attrs);
    return ord === undefined || ord === 2 ? inferred : { ...inferred, attrs: { ...inferred.attrs, ord } };
  },
  compose: ([x], { shape, attrs: { ord = 2, ...attrs } }) => normOf(x, ord, attrs, shape),
});

/** The norm of an order along axes, in the shape of the result. */
export function normOf(x: Node, ord: number, attrs: ReductionAttrs, shape: Shape): Node {
  if (ord === 2 || elements(x) === 0) return euclideanNorm(x, attrs);
  if (ord === 0) return sum(where(equal(x, 0), 0, 1), attrs);
  if (ord === 1) return sum(abs(x), attrs);
  if (ord === Number.POSITIVE_INFINITY) return max(abs(x), attrs);
  return ord === Number.NEGATIVE_INFINITY ? min(abs(x), attrs) : powerNorm(x, ord, attrs, shape);
}

/** (Σ|x|^p)^(1/p), scaled by the largest or, for p < 0, by the smallest element, which is a constant for derivatives. */
function powerNorm(x: Node, p: number, attrs: ReductionAttrs, shape: Shape): Node {
  const kept = { ...attrs, keepdims: true };
  const size = abs(x);
  const extreme = stop_gradient(p > 0 ? max(size, kept) : min(size, kept));
  const isUsable = logical_and(not_equal(extreme, 0), less(extreme, Number.POSITIVE_INFINITY));
  const top = where(isUsable, extreme, 1);
  const total = sum(pow(divide(size, top), p), kept);
  return reshape(multiply(top, pow(total, 1 / p)), { shape });
}
