import type { Operator } from "../graph/operator.ts";
import { findOperator } from "../operators/index.ts";
import { elsewhere } from "./elsewhere.ts";
import { prefixes, symbolOf } from "./formula/grammar.ts";

/** What the names in examples stand for: numbers x and y, vectors v and w, a matrix A, a symmetric S, a vector b beside them. */
export const exampleInputs: Readonly<Record<string, unknown>> = {
  x: 0.5,
  y: 1.5,
  v: [3, 1, 2],
  w: [0.5, -1, 2],
  A: [
    [1, 2],
    [3, 5],
  ],
  S: [
    [2, 1],
    [1, 3],
  ],
  b: [1, 2],
};

/** A formula that has an operator, over {@link exampleInputs}. */
export function exampleOf({ name, operands, form }: Operator): string {
  const own = examples[name];
  if (own !== undefined) return own;
  const symbol = symbolOf.get(name)?.symbol;
  if (symbol !== undefined) return `x ${symbol} y`;
  const before = [...prefixes].find(([, { op }]) => op === name)?.[0];
  if (before !== undefined) return before.length > 1 ? `${before} x` : `${before}x`;
  if (form.kind === "elementwise") return `${name}(${["x", "y", "x"].slice(0, operands.length).join(", ")})`;
  const given = operands.map((operand) => typical[operand] ?? "v");
  return `${name}(${given.join(", ")})`;
}

/** What an operator is called elsewhere, in NumPy, SciPy, PyTorch, Julia, R or MATLAB. */
export function namesElsewhere(name: string): readonly string[] {
  return synonyms.get(name) ?? [];
}

const synonyms: ReadonlyMap<string, readonly string[]> = new Map(
  Map.groupBy(
    Object.entries(elsewhere).flatMap(([word, meant]) => namesIn(meant).map((name) => [name, word] as const)),
    ([name]) => name,
  )
    .entries()
    .map(([name, pairs]) => [name, pairs.map(([, word]) => word).sort()]),
);

/** The operators that are called in what is meant by a name. */
function namesIn(meant: string): readonly string[] {
  const called = /^\w+$/.test(meant) ? [meant] : [...meant.matchAll(/(\w+)\(/g)].map(([, word]) => word!);
  return [...new Set(called.flatMap((word) => findOperator(word)?.name ?? []))];
}

/** What stands for operands of names that say what they are. */
const typical: Readonly<Record<string, string>> = { "...xs": "v, w", a: "A", b: "b" };

const f = "f(t) = t^2";
const examples: Readonly<Record<string, string>> = {
  acosh: "acosh(y)",
  zeta: "zeta(y, 1)",
  clip: "clip(v, min=1, max=2)",
  polygamma: "polygamma(x, n=1)",
  cast: 'cast(y, dtype="int32")',
  where: "x if x > 1 else y",
  norm: "norm(v - w)",
  matmul: "A @ b",
  tensordot: "tensordot(A, S, axes=1)",
  einsum: 'einsum("ij,j->i", A, b)',
  cross: "cross(v, w)",
  outer: "outer(v, w)",
  vecdot: "vecdot(v, w)",
  block_diag: "block_diag(A, S)",
  cholesky: "cholesky(S)",
  det: "det(A)",
  eigh: "values, vectors = eigh(S); vectors",
  eigvalsh: "eigvalsh(S)",
  expm: "expm(A)",
  inv: "inv(A)",
  kron: "kron(A, S)",
  lstsq: "lstsq(A, b)",
  lu: "p, l, u = lu(A); l @ u",
  matrix_norm: 'matrix_norm(A, ord="nuc")',
  matrix_power: "matrix_power(A, n=3)",
  matrix_rank: "matrix_rank(A)",
  pinv: "pinv(A)",
  qr: "q, r = qr(A); r",
  slogdet: "sign, logarithm = slogdet(S); logarithm",
  solve: "solve(A, b)",
  svd: "u, s, vt = svd(A); s",
  svdvals: "svdvals(A)",
  triangular_solve: "triangular_solve(cholesky(S), b, lower=true)",
  vector_norm: "vector_norm(v, ord=1)",
  broadcast_to: "broadcast_to(b, shape=[3, 2])",
  concat: "concat(v, w)",
  pad: "pad(v, pad_width=[[1, 1]])",
  permute_dims: "permute_dims(A, axes=[1, 0])",
  reshape: "reshape(A, shape=[-1])",
  slice: "v[1:]",
  diagonal: "diagonal(A)",
  expand_dims: "v[:, None]",
  flip: "v[::-1] + flip(v)",
  matrix_transpose: "A'",
  roll: "roll(v, shift=1)",
  squeeze: "squeeze([[x]], axis=0)",
  stack: "[x, y]",
  tile: "tile(v, repetitions=[2])",
  trace: "trace(A)",
  tril: "tril(A)",
  triu: "triu(A)",
  arange: "arange(start=0, stop=5)",
  eye: "eye(n=2)",
  full: "full(shape=[2, 2], value=1)",
  put_add: "put_add(v, [0, 2], b)",
  take: "v[[2, 0]]",
  quantile: "quantile(v, q=0.9)",
  top_k: "largest, places = top_k(v, k=2); largest",
  bincount_weighted: "bincount_weighted([0, 1, 1], v, length=2)",
  cubic_spline: "cubic_spline(x, [0, 1, 2], v)",
  histogram: "histogram(v, bins=2, range=[0, 4])",
  interp: "interp(x, [0, 1, 2], v)",
  one_hot: "one_hot([0, 2], n=3)",
  put_along_axis: "put_along_axis(v, [0], [x])",
  searchsorted: "searchsorted([0, 1, 2], x)",
  take_along_axis: "take_along_axis(v, [2, 0])",
  unfold: "unfold(v, size=2)",
  avg_pool: "avg_pool([[v]], window=[2], strides=[1])",
  max_pool: "max_pool([[v]], window=[2], strides=[1])",
  conv: "conv([[v]], [[b]])",
  gru_cell: "gru_cell([b], [b], concat(A, A, A), concat(S, S, S), concat(b, b, b), concat(b, b, b))",
  lstm_cell:
    "h, s = lstm_cell([b], [b], [b], concat(A, A, A, A), concat(S, S, S, S), concat(b, b, b, b), concat(b, b, b, b)); h",
  layer_norm: "layer_norm(A, b, b)",
  call: `${f}; f(x)`,
  map: `${f}; map(f, v)`,
  scan: "f(c, r) = (0.9 * c + r, c); last, rows = scan(f, 0, v); last",
  while: "less(t) = t < 100; twice(t) = 2 * t; while(less, twice, x)",
  cond: `${f}; g(t) = -t; cond(x > 1, f, g, x)`,
  switch: `${f}; g(t) = -t; switch(1, [f, g], x)`,
  grad: `${f}; grad(f)(x)`,
  jvp: `${f}; value, slope = jvp(f)(x, 1); slope`,
  vjp: `${f}; value, slope = vjp(f)(x, 1); slope`,
  jacobian: `${f}; jacobian(f)(v)`,
  hessian: "f(t) = sum(t^3); hessian(f)(v)",
  root: "r(p, t) = t^2 - p; root(r, y, 1)",
  fixed_point: "g(p, t) = cos(t) * p; fixed_point(g, x, 1)",
  odeint: "f(t, q) = -q; odeint(f, x, [0, 1, 2], steps=10)",
};
