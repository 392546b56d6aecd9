import { add, multiply, negative, subtract } from "./arithmetic.ts";
import { elementwise, smooth } from "./kinds.ts";
import { quotient, scale } from "./linear.ts";
import { exp2 as exp2Scalar, logaddexp as logaddexpScalar } from "./scalar/index.ts";
import { sigmoid } from "./special.ts";

const family = "exponential";

export const exp = smooth({
  name: "exp",
  family,
  summary: "e^x",
  formula: "exp(x) dx",
  scalar: Math.exp,
  lower: "exp",
  partial: (_, out) => out,
});

export const expm1 = smooth({
  name: "expm1",
  family,
  summary: "e^x - 1, exact near 0",
  formula: "exp(x) dx",
  scalar: Math.expm1,
  lower: "expm1",
  partial: (x) => exp(x),
});

export const exp2 = smooth({
  name: "exp2",
  family,
  summary: "2^x",
  formula: "ln(2) 2^x dx",
  scalar: exp2Scalar,
  lower: "exp2",
  partial: (_, out) => multiply(Math.LN2, out),
});

export const log = elementwise({
  name: "log",
  aliases: ["ln"],
  family,
  summary: "the natural logarithm of x",
  formula: "dx / x",
  domain: "x > 0",
  operations: 20,
  scalar: Math.log,
  lower: "log",
  jvp: [(dx, [x]) => quotient(dx, x!)],
});

export const log1p = elementwise({
  name: "log1p",
  family,
  summary: "log(1 + x), exact near 0",
  formula: "dx / (1 + x)",
  domain: "x > -1",
  operations: 20,
  scalar: Math.log1p,
  lower: "log1p",
  jvp: [(dx, [x]) => quotient(dx, add(1, x!))],
});

export const log2 = elementwise({
  name: "log2",
  family,
  summary: "the logarithm of x to base 2",
  formula: "dx / (x ln(2))",
  domain: "x > 0",
  operations: 20,
  scalar: Math.log2,
  lower: "log2",
  jvp: [(dx, [x]) => quotient(scale(dx, Math.LOG2E), x!)],
});

export const log10 = elementwise({
  name: "log10",
  family,
  summary: "the logarithm of x to base 10",
  formula: "dx / (x ln(10))",
  domain: "x > 0",
  operations: 20,
  scalar: Math.log10,
  lower: "log10",
  jvp: [(dx, [x]) => quotient(scale(dx, Math.LOG10E), x!)],
});

export const logaddexp = elementwise({
  name: "logaddexp",
  family,
  operands: ["x", "y"],
  summary: "log(e^x + e^y) without overflow",
  formula: "sigmoid(x - y) dx + sigmoid(y - x) dy",
  kink: "1/2 to each where both are the same infinity",
  operations: 20,
  scalar: logaddexpScalar,
  lower: "logaddexp",
  commutative: true,
  jvp: [(dx, [x, y]) => scale(dx, sigmoid(difference(x!, y!))), (dy, [x, y]) => scale(dy, sigmoid(difference(y!, x!)))],
});

/** x − y, and 0 where both are the same infinity. */
const difference = elementwise({
  name: "difference",
  family: "internal",
  operands: ["x", "y"],
  summary: "x - y; 0 where x = y, infinities too",
  formula: "dx - dy",
  scalar: (x, y) => (x === y ? 0 : x! - y!),
  lower: (m, [x, y]) => m.andNot(m.sub(x!, y!), m.eq(x!, y!)),
  publicForm: ([x, y]) => subtract(x!, y!),
  jvp: [(dx) => dx, (dy) => negative(dy)],
});
