import type { ElementwiseOperator } from "../graph/operator.ts";
import { elementwise } from "./elementwise.ts";
import { dividedElement, negatedElement, passedElement, scaledElement, subtractedElement } from "./factors.ts";
import type { Op } from "./kinds.ts";

// The products that derivative programs are made of, and what they are added up with. In the products zero absorbs: a
// tangent or a partial derivative that is exactly 0 makes the product 0, whatever the other factor is.

/** t·p, 0 when either factor is 0. */
export const scale: Op<ElementwiseOperator> = elementwise({
  name: "scale",
  operands: ["t", "p"],
  summary: "a tangent times a partial derivative; 0 when either is 0",
  formula: "p dt + t dp",
  scalar: (t, p) => {
    const product = t * p;
    return Number.isNaN(product) && (t === 0 || p === 0) ? 0 : product;
  },
  lower: (m, [t, p]) => {
    const product = m.mul(t, p);
    if (!m.absorbs) return product;
    const isAbsorbed = m.or(m.eq(t, m.constant(0)), m.eq(p, m.constant(0)));
    return m.andNot(product, m.and(isAbsorbed, m.ne(product, product)));
  },
  absorbs: () => true,
  commutative: true,
  jvp: [(dt, [, p]) => scale(dt, p), (dp, [t]) => scale(dp, t)],
  transpose: (ct, node, operand) => scale(ct, node.args[1 - operand]!),
  pattern: scaledElement,
});

/** t/y, 0 when t is 0 or 1/y is. */
export const quotient: Op<ElementwiseOperator> = elementwise({
  name: "quotient",
  operands: ["t", "y"],
  summary: "a tangent divided by y; 0 when the tangent or 1/y is 0",
  formula: "dt/y - (t/y)/y dy",
  operations: 4,
  scalar: (t, y) => {
    const ratio = t / y;
    return Number.isNaN(ratio) && (t === 0 || Math.abs(y) === Number.POSITIVE_INFINITY) ? 0 : ratio;
  },
  lower: (m, [t, y]) => {
    const ratio = m.div(t, y);
    if (!m.absorbs) return ratio;
    const isAbsorbed = m.or(m.eq(t, m.constant(0)), m.eq(m.abs(y), m.constant(Number.POSITIVE_INFINITY)));
    return m.andNot(ratio, m.and(isAbsorbed, m.ne(ratio, ratio)));
  },
  absorbs: () => true,
  jvp: [(dt, [, y]) => quotient(dt, y), (dy, [, y], out) => negative(scale(quotient(dy, y), out))],
  transpose: (ct, node) => quotient(ct, node.args[1]),
  isQuotient: true,
  pattern: dividedElement,
});

/** t where x > y, t/2 where x = y, 0 where x < y; NaN where neither holds, unless t is 0. */
export const passGreater: Op<ElementwiseOperator> = elementwise({
  name: "pass_greater",
  operands: ["t", "x", "y"],
  summary: "the share of a tangent that passes through the first operand of a maximum",
  formula: "dt passed by the same test",
  scalar: (t, x, y) => (x > y ? t : x < y || t === 0 ? 0 : x === y ? t / 2 : Number.NaN),
  lower: (m, [t, x, y]) => {
    const [zero, half] = [m.constant(0), m.mul(t, m.constant(0.5))];
    const atTie = m.select(m.eq(x, y), half, m.constant(Number.NaN));
    const otherwise = m.select(m.or(m.lt(x, y), m.eq(t, zero)), zero, atTie);
    return m.select(m.gt(x, y), t, otherwise);
  },
  hidesNaN: [1, 2],
  zero: [1, 2],
  jvp: [(dt, [, x, y]) => passGreater(dt, x, y)],
  transpose: (ct, node) => passGreater(ct, node.args[1], node.args[2]),
  pattern: passedElement,
});

export const add: Op<ElementwiseOperator> = elementwise({
  name: "add",
  operands: ["x", "y"],
  summary: "x + y",
  formula: "dx + dy",
  scalar: (x, y) => x + y,
  lower: (m, [x, y]) => m.add(x, y),
  integers: {},
  commutative: true,
  jvp: [(dx) => dx, (dy) => dy],
  transpose: (ct) => ct,
});

export const subtract: Op<ElementwiseOperator> = elementwise({
  name: "subtract",
  aliases: ["sub"],
  operands: ["x", "y"],
  summary: "x - y",
  formula: "dx - dy",
  scalar: (x, y) => x - y,
  lower: (m, [x, y]) => m.sub(x, y),
  integers: {},
  jvp: [(dx) => dx, (dy) => negative(dy)],
  transpose: (ct, _, operand) => (operand === 0 ? ct : negative(ct)),
  pattern: subtractedElement,
});

export const negative: Op<ElementwiseOperator> = elementwise({
  name: "negative",
  aliases: ["neg"],
  summary: "-x",
  formula: "-dx",
  scalar: (x) => -x,
  lower: (m, [x]) => m.neg(x),
  integers: {},
  multiple: ([of]) => ({ of, scaled: negative }),
  jvp: [(dx) => negative(dx)],
  transpose: (ct) => negative(ct),
  pattern: negatedElement,
});
