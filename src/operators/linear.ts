import { elementCount } from "../graph/shape.ts";
import { divide, multiply, negative } from "./arithmetic.ts";
import { equal, less, where } from "./choice.ts";
import { elementwise } from "./kinds.ts";
import { scaledElement } from "./patterns.ts";

// The products that derivative programs are made of. In all of them zero absorbs: a tangent or a partial derivative that
// is exactly 0 makes the product 0, whatever the other factor is.

/** t·p, 0 when either factor is 0. */
export const scale = elementwise({
  name: "scale",
  family: "internal",
  operands: ["t", "p"],
  summary: "a tangent times a partial derivative; 0 when either is 0",
  formula: "p dt + t dp",
  scalar: (t, p) => {
    const product = t * p;
    return Number.isNaN(product) && (t === 0 || p === 0) ? 0 : product;
  },
  lower: (m, [t, p]) => {
    const product = m.mul(t!, p!);
    if (!m.absorbs) return product;
    const isAbsorbed = m.or(m.eq(t!, m.constant(0)), m.eq(p!, m.constant(0)));
    return m.andNot(product, m.and(isAbsorbed, m.ne(product, product)));
  },
  absorbs: () => true,
  commutative: true,
  jvp: [(dt, [, p]) => scale(dt, p!), (dp, [t]) => scale(dp, t!)],
  transpose: (ct, node, operand) => scale(ct, node.args[1 - operand]!),
  pattern: scaledElement,
  publicForm: ([t, p]) => multiply(t!, p!),
});

/** t/y, 0 when t is 0 or 1/y is. */
export const quotient = elementwise({
  name: "quotient",
  family: "internal",
  operands: ["t", "y"],
  summary: "a tangent divided by y; 0 when the tangent or 1/y is 0",
  formula: "dt/y - (t/y)/y dy",
  operations: 4,
  scalar: (t, y) => {
    const ratio = t / y;
    return Number.isNaN(ratio) && (t === 0 || Math.abs(y) === Number.POSITIVE_INFINITY) ? 0 : ratio;
  },
  lower: (m, [t, y]) => {
    const ratio = m.div(t!, y!);
    if (!m.absorbs) return ratio;
    const isAbsorbed = m.or(m.eq(t!, m.constant(0)), m.eq(m.abs(y!), m.constant(Number.POSITIVE_INFINITY)));
    return m.andNot(ratio, m.and(isAbsorbed, m.ne(ratio, ratio)));
  },
  absorbs: () => true,
  jvp: [(dt, [, y]) => quotient(dt, y!), (dy, [, y], out) => negative(scale(quotient(dy, y!), out))],
  transpose: (ct, node) => quotient(ct, node.args[1]!),
  publicForm: ([t, y]) => divide(t!, y!),
});

/** t where x > y, t/2 where x = y, 0 where x < y; NaN where neither holds, unless t is 0. */
export const passGreater = elementwise({
  name: "pass_greater",
  family: "internal",
  operands: ["t", "x", "y"],
  summary: "the share of a tangent that passes through the first operand of a maximum",
  formula: "dt passed by the same test",
  scalar: (t, x, y) => (x! > y! ? t : x! < y! || t === 0 ? 0 : x === y ? t / 2 : Number.NaN),
  lower: (m, [t, x, y]) => {
    const [zero, half] = [m.constant(0), m.mul(t!, m.constant(0.5))];
    const atTie = m.select(m.eq(x!, y!), half, m.constant(Number.NaN));
    const otherwise = m.select(m.or(m.lt(x!, y!), m.eq(t!, zero)), zero, atTie);
    return m.select(m.gt(x!, y!), t!, otherwise);
  },
  hidesNaN: [1, 2],
  jvp: [(dt, [, x, y]) => passGreater(dt, x!, y!)],
  transpose: (ct, node) => passGreater(ct, node.args[1]!, node.args[2]!),
  publicForm: ([t, x, y]) => where(less(x!, y!), 0, where(equal(x!, y!), multiply(0.5, t!), t!)),
});

/** The number of elements in a node's value. */
export function elements(node: { readonly shape: readonly number[] }): number {
  return elementCount(node.shape);
}
