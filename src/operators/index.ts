import type { Operator } from "../graph/operator.ts";
import {
  abs,
  clip,
  divide,
  floor_divide,
  fmod,
  hypot,
  maximum,
  minimum,
  multiply,
  reciprocal,
  remainder,
  sign,
  sqrt,
  square,
} from "./families/arithmetic.ts";
import {
  diagonal,
  expand_dims,
  flip,
  matrix_transpose,
  roll,
  squeeze,
  stack,
  tile,
  trace,
  tril,
  triu,
} from "./families/arrangement.ts";
import {
  equal,
  greater,
  greater_equal,
  less,
  less_equal,
  logical_and,
  logical_not,
  logical_or,
  not_equal,
  where,
} from "./families/choice.ts";
import { arange, eye, full } from "./families/creation.ts";
import { cumulative_prod, cumulative_sum } from "./families/cumulative.ts";
import { stop_gradient } from "./families/differentiation.ts";
import { exp, exp2, expm1, log, log1p, log2, log10, pow } from "./families/exponential.ts";
import { put_add, take } from "./families/indexing.ts";
import { cholesky } from "./families/linalg/cholesky.ts";
import { det, slogdet } from "./families/linalg/determinant.ts";
import { eigh, eigvalsh } from "./families/linalg/eigen.ts";
import { expm, matrix_power } from "./families/linalg/exponential.ts";
import { lu } from "./families/linalg/lu.ts";
import { matrix_norm, vector_norm } from "./families/linalg/norms.ts";
import { lstsq, qr } from "./families/linalg/orthogonal.ts";
import { matrix_rank, pinv, svd, svdvals } from "./families/linalg/singular.ts";
import { block_diag, diag, kron } from "./families/linalg/structure.ts";
import { inv, solve } from "./families/linalg/systems.ts";
import { triangular_solve } from "./families/linalg/triangular.ts";
import { log_softmax, softmax } from "./families/neural.ts";
import { norm } from "./families/norm.ts";
import { argmax, argmin } from "./families/positions.ts";
import { cross, einsum, matmul, outer, tensordot, vecdot } from "./families/products.ts";
import { logsumexp, max, mean, min, prod, std, variance } from "./families/reductions.ts";
import { ceil, floor, round, trunc } from "./families/rounding.ts";
import { i0e, i1e, j0, j1 } from "./families/special/bessel.ts";
import { lbeta, zeta } from "./families/special/beta.ts";
import { betainc, gammainc, gammaincc } from "./families/special/incomplete.ts";
import { exprel, log_sigmoid, log1mexp, logcosh, sinc, xlog1py, xlogy } from "./families/special/logarithms.ts";
import { erfcinv, erfinv, log_ndtr, ndtr, ndtri } from "./families/special/normal.ts";
import { cbrt, rsqrt } from "./families/special/roots.ts";
import {
  digamma,
  erf,
  erfc,
  gelu,
  lgamma,
  logaddexp,
  polygamma,
  relu,
  sigmoid,
  silu,
  softplus,
} from "./families/special.ts";
import { concat, pad, slice } from "./families/structure.ts";
import { bincount_weighted, histogram, one_hot, put_along_axis, take_along_axis } from "./families/tables/along.ts";
import { gru_cell, layer_norm, lstm_cell } from "./families/tables/cells.ts";
import { argsort, median, quantile, sort, top_k } from "./families/tables/order.ts";
import { cumulative_logsumexp, cumulative_max, cumulative_min } from "./families/tables/running.ts";
import { cubic_spline, interp, searchsorted } from "./families/tables/search.ts";
import { avg_pool, conv, max_pool, unfold } from "./families/tables/windows.ts";
import {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  cos,
  cosh,
  sin,
  sinh,
  tan,
  tanh,
} from "./families/trigonometric.ts";
import { cast } from "./families/types.ts";
import { call } from "./functions/call.ts";
import { cond, switchOf } from "./functions/cond.ts";
import { grad, hessianOf, jacobianOf, jvpOf, vjpOf } from "./functions/derivatives.ts";
import { odeint } from "./functions/implicit/odeint.ts";
import { fixed_point, root } from "./functions/implicit/root.ts";
import { map } from "./functions/map.ts";
import { scan } from "./functions/scan.ts";
import { whileLoop } from "./functions/while.ts";
import type { Op } from "./kinds.ts";
import { add, negative, subtract } from "./linear.ts";
import { broadcast_to, permute_dims, reshape, sum } from "./views.ts";

/** The operators of the wire contract by family, in the published order. */
const families = {
  arithmetic: [
    abs,
    add,
    clip,
    divide,
    hypot,
    maximum,
    minimum,
    multiply,
    negative,
    pow,
    reciprocal,
    remainder,
    sign,
    sqrt,
    square,
    subtract,
    cbrt,
    rsqrt,
    floor_divide,
    fmod,
  ],
  exponential: [exp, exp2, expm1, log, log10, log1p, log2, logaddexp, exprel, log1mexp, logcosh, xlog1py, xlogy],
  trigonometric: [acos, acosh, asin, asinh, atan, atan2, atanh, cos, cosh, sin, sinh, tan, tanh, sinc],
  special: [
    digamma,
    erf,
    erfc,
    gelu,
    lgamma,
    polygamma,
    relu,
    sigmoid,
    silu,
    softplus,
    betainc,
    erfcinv,
    erfinv,
    gammainc,
    gammaincc,
    i0e,
    i1e,
    j0,
    j1,
    lbeta,
    log_ndtr,
    log_sigmoid,
    ndtr,
    ndtri,
    zeta,
  ],
  rounding: [cast, ceil, floor, round, trunc],
  choice: [equal, greater, greater_equal, less, less_equal, logical_and, logical_not, logical_or, not_equal, where],
  reductions: [
    argmax,
    argmin,
    logsumexp,
    max,
    mean,
    min,
    norm,
    prod,
    std,
    sum,
    variance,
    cumulative_prod,
    cumulative_sum,
  ],
  products: [cross, einsum, matmul, outer, tensordot, vecdot],
  "linear algebra": [
    block_diag,
    cholesky,
    det,
    diag,
    eigh,
    eigvalsh,
    expm,
    inv,
    kron,
    lstsq,
    lu,
    matrix_norm,
    matrix_power,
    matrix_rank,
    pinv,
    qr,
    slogdet,
    solve,
    svd,
    svdvals,
    triangular_solve,
    vector_norm,
  ],
  structure: [
    broadcast_to,
    concat,
    pad,
    permute_dims,
    reshape,
    slice,
    diagonal,
    expand_dims,
    flip,
    matrix_transpose,
    roll,
    squeeze,
    stack,
    tile,
    trace,
    tril,
    triu,
    arange,
    eye,
    full,
    put_add,
    take,
  ],
  order: [argsort, cumulative_logsumexp, cumulative_max, cumulative_min, median, quantile, sort, top_k],
  tables: [
    bincount_weighted,
    cubic_spline,
    histogram,
    interp,
    one_hot,
    put_along_axis,
    searchsorted,
    take_along_axis,
    unfold,
  ],
  neural: [log_softmax, softmax, avg_pool, conv, gru_cell, layer_norm, lstm_cell, max_pool],
  differentiation: [stop_gradient],
  functions: [
    call,
    map,
    scan,
    whileLoop,
    cond,
    switchOf,
    grad,
    jvpOf,
    vjpOf,
    jacobianOf,
    hessianOf,
    root,
    fixed_point,
    odeint,
  ],
} satisfies Readonly<Record<string, readonly Op[]>>;

/** The families of the operator table. */
export type Family = keyof typeof families;

const familyByOperator = new Map<Operator, Family>(
  Object.entries(families).flatMap(([family, ops]) => ops.map(({ operator }) => [operator, family as Family] as const)),
);

/** All operators that documents may name. */
export const operators: readonly Operator[] = [...familyByOperator.keys()];

const byName = new Map<string, Operator>(
  operators.flatMap((operator) => [operator.name, ...operator.aliases].map((name) => [name, operator] as const)),
);

/** The operator of a name or alias, or undefined. */
export function findOperator(name: string): Operator | undefined {
  return byName.get(name);
}

/** The family that an operator is published in; undefined for those that documents cannot name. */
export function familyOf(operator: Operator): Family | undefined {
  return familyByOperator.get(operator);
}
