import { quote } from "../errors.ts";
import type { Operator } from "../graph/operator.ts";
import { findOperator, operators } from "../operators/index.ts";
import { nearest } from "../text/spelling.ts";

/** Says that there is no operator of a name, and what to write instead where that can be told. */
export function unknownOperator(name: string): string {
  const meant = [name, name.toLowerCase()].find((word) => Object.hasOwn(elsewhere, word));
  if (meant !== undefined) return `unknown operator ${quote(name)}: write ${written(elsewhere[meant]!)}`;
  const near = nearest(name, names());
  return `unknown operator ${quote(name)}${near === undefined ? "" : `: did you mean ${written(elsewhere[near] ?? near)}?`}`;
}

/** What to write in place of an operator applied to a number of operands that it does not take; empty where none is known. */
export function otherArity({ name, operands: own, attributes }: Operator, operands: number): string {
  const meant = byArity[name]?.[operands];
  const known = Object.keys(attributes);
  const hasMore = operands > own.length && known.length > 0 && !own.at(-1)?.startsWith("...");
  const write = meant === undefined ? "" : `; write ${written(meant)}`;
  return hasMore ? `${write}; its attributes are given by their names: ${known.join(", ")}` : write;
}

/** An operator's name becomes a call of it; anything else is what to write. */
function written(text: string): string {
  const op = findOperator(text);
  return op ? `${text}(${op.operands.join(", ")})` : text;
}

function names(): string[] {
  return [...operators.flatMap(({ name, aliases }) => [name, ...aliases]), ...Object.keys(elsewhere)];
}

/** What NumPy, JAX, PyTorch, C, Julia and MATLAB call what we have: our name, or what to write. */
export const elsewhere: Readonly<Record<string, string>> = {
  absolute: "abs",
  fabs: "abs",
  magnitude: "abs",
  modulus: "abs",
  sgn: "sign",
  signum: "sign",
  plus: "add",
  minus: "subtract",
  times: "multiply",
  rdivide: "divide",
  true_divide: "divide",
  truediv: "divide",
  floordiv: "floor(x / y)",
  idivide: "floor(x / y)",
  mod: "remainder",
  rem: "x - y * trunc(x / y)",
  power: "pow",
  float_power: "pow",
  sqr: "square",
  rcp: "reciprocal",
  fmax: "maximum",
  fmin: "minimum",
  clamp: "clip",
  exp10: "10 ^ x",
  lg: "log10",
  logb: "log2",
  loge: "log",
  arcsin: "asin",
  arccos: "acos",
  arctan: "atan",
  arctan2: "atan2",
  arcsinh: "asinh",
  arccosh: "acosh",
  arctanh: "atanh",
  arsinh: "asinh",
  arcosh: "acosh",
  artanh: "atanh",
  tg: "tan",
  sec: "1 / cos(x)",
  csc: "1 / sin(x)",
  cot: "1 / tan(x)",
  deg2rad: "x * pi / 180",
  radians: "x * pi / 180",
  rad2deg: "x * 180 / pi",
  degrees: "x * 180 / pi",
  gammaln: "lgamma",
  loggamma: "lgamma",
  gamma: "exp(lgamma(x))",
  tgamma: "exp(lgamma(x))",
  factorial: "exp(lgamma(x + 1))",
  psi: "digamma",
  expit: "sigmoid",
  logistic: "sigmoid",
  swish: "silu",
  ceiling: "ceil",
  rint: "round",
  nearbyint: "round",
  fix: "trunc",
  eq: "equal",
  ne: "not_equal",
  lt: "less",
  le: "less_equal",
  gt: "greater",
  ge: "greater_equal",
  isnan: "not_equal(x, x)",
  ifelse: "where",
  if: "where",
  iif: "where",
  select: "where",
  merge: "where",
  and: "logical_and",
  or: "logical_or",
  not: "logical_not",
  amax: "max",
  amin: "min",
  average: "mean",
  variance: "var",
  stddev: "std",
  std_dev: "std",
  product: "prod",
  cumsum: "cumulative_sum",
  cumprod: "cumulative_prod",
  log_sum_exp: "logsumexp",
  lse: "logsumexp",
  dot: "x @ y, or vecdot(x, y)",
  inner: "vecdot",
  vdot: "vecdot",
  mm: "matmul",
  mtimes: "matmul",
  bmm: "matmul",
  transpose: "matrix_transpose",
  permute: "permute_dims",
  permutedims: "permute_dims",
  concatenate: "concat",
  cat: "concat",
  repmat: "tile",
  fliplr: "flip",
  circshift: "roll",
  gather: "take",
  index_add: "put_add",
  scatter_add: "put_add",
  inverse: "inv",
  mldivide: "solve",
  linsolve: "solve",
  solve_triangular: "triangular_solve",
  trsm: "triangular_solve",
  chol: "cholesky",
  potrf: "cholesky",
  determinant: "det",
  logdet: "slogdet",
  slogabsdet: "slogdet",
  eigvals: "eigvalsh",
  eigenvalues: "eigvalsh",
  eig: "eigh",
  syevd: "eigh",
  singular_values: "svdvals",
  pseudo_inverse: "pinv",
  least_squares: "lstsq",
  mpower: "matrix_power",
  blkdiag: "block_diag",
  kronecker: "kron",
  rank: "matrix_rank",
  identity: "eye",
  ones: "full",
  zeros: "full",
  detach: "stop_gradient",
};

/** What is meant by an operator on as many operands as another takes. */
const byArity: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  max: { 2: "maximum" },
  min: { 2: "minimum" },
  maximum: { 1: "max", 3: "maximum(maximum(x, y), z)" },
  minimum: { 1: "min", 3: "minimum(minimum(x, y), z)" },
  sum: { 2: "x + y" },
  prod: { 2: "x * y" },
  log: { 2: "log(x) / log(base)" },
  atan: { 2: "atan2" },
  norm: { 2: "hypot" },
  logsumexp: { 2: "logaddexp" },
  sqrt: { 2: "x ^ (1 / n)" },
  clip: { 2: "maximum(x, low)", 3: "minimum(maximum(x, low), high)" },
  add: { 1: "sum" },
  subtract: { 1: "-x" },
};
