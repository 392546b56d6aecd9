// Written by `npm run generate` from the table of operators, of which `var`, `while` and `switch` have a line at
// their end. Builds graphs for Cotangent:
//
//   const g = graph();
//   const x = g.input("x", [3]);
//   const document = g.output("y", sum(square(x))).document();
//
// and functions that operators apply:
//
//   const step = fn((c, x) => add(multiply(0.9, c), x));
//   const last = scan([0, x], { function: step, carry: 1 });

/** Nested lists of numbers, which become constants. */
export type Constant = number | boolean | readonly Constant[];

/** What an operator is applied to. */
export type Operand = Node | Constant;

/** The type of an input's or output's elements. */
export type DType = "float64" | "float32" | "float16" | "int64" | "int32" | "int16" | "int8" | "uint8" | "bool";

/** A value of a graph: an input, or an operator applied to operands. */
export class Node {
  readonly op: string;
  readonly args: readonly Operand[];
  readonly attrs: object | undefined;
  /** Which result it is, of an operator with several. */
  readonly index: number | undefined;

  constructor(op: string, args: readonly Operand[] = [], attrs?: object, index?: number) {
    this.op = op;
    this.args = args;
    this.attrs = attrs;
    this.index = index;
  }

  /** One result of an operator that has several: of `eigh` the values are 0 and the vectors 1. */
  result(index: number): Node {
    return new Node(this.op, [this], undefined, index);
  }
}

/** An input of a function; without a shape it has that of the argument. */
export interface Parameter {
  readonly shape?: readonly number[];
  readonly dtype?: DType;
}

/** A function that operators of a graph apply; it sees its inputs only. */
export class Func {
  readonly inputs: readonly (Parameter & { readonly name: string; readonly node: Node })[];
  readonly outputs: readonly Node[];
  /** Functions that are its derivative: of inputs and tangents, or of inputs and cotangents. */
  readonly rules: { readonly jvp?: Func; readonly vjp?: Func };

  constructor(make: Make, parameters: readonly Parameter[], rules: { readonly jvp?: Func; readonly vjp?: Func } = {}) {
    this.inputs = parameters.map((parameter, i) => ({ name: `a${i}`, ...parameter, node: new Node("input") }));
    const made = make(...this.inputs.map(({ node }) => node));
    this.outputs = made instanceof Node ? [made] : made;
    this.rules = rules;
  }
}

/** What makes the outputs of a function of its inputs. */
export type Make = (...inputs: Node[]) => Node | readonly Node[];

/** A function, made by one of nodes. Its inputs are as many as that takes, unless they are told. */
export function fn(
  make: Make,
  parameters: readonly Parameter[] = Array.from({ length: make.length }, () => ({})),
  rules?: { readonly jvp?: Func; readonly vjp?: Func },
): Func {
  return new Func(make, parameters, rules);
}

/** A graph while it is built: its inputs in order, and its outputs by name. */
export class Graph {
  private readonly inputs: { name: string; shape: readonly number[]; dtype: DType; node: Node }[] = [];
  private readonly outputs: { name: string; node: Node; dtype?: DType }[] = [];

  input(name: string, shape: readonly number[] = [], dtype: DType = "float64"): Node {
    const node = new Node("input");
    this.inputs.push({ name, shape, dtype, node });
    return node;
  }

  output(name: string, node: Node, dtype?: DType): this {
    this.outputs.push({ name, node, ...(dtype ? { dtype } : {}) });
    return this;
  }

  /** The graph as the service takes it. */
  document() {
    const functions = new Functions();
    const body = functions.body(this.inputs, this.outputs);
    return { ...body, ...(functions.bodies.size > 0 ? { functions: Object.fromEntries(functions.bodies) } : {}) };
  }
}

interface Output {
  readonly name: string;
  readonly node: Node;
}

/** The functions of a document by name, each once. */
class Functions {
  readonly bodies = new Map<string, object>();
  private readonly names = new Map<Func, string>();

  body<I extends Output, O extends Output>(inputs: readonly I[], outputs: readonly O[]) {
    const used = new Set(inputs.map(({ name }) => name));
    const ids = new Map<Node, string>(inputs.map(({ node, name }) => [node, name]));
    const nodes: { id: string; op: string; args: Constant[] | (Constant | string)[]; attrs?: object }[] = [];
    const reference = (node: Node): string => {
      const owner = node.index === undefined ? node : (node.args[0] as Node);
      return `${ids.get(owner)}${node.index === undefined ? "" : `:${node.index}`}`;
    };
    let count = 0;
    const visit = (root: Node) => {
      const pending = [root];
      for (let node = pending.at(-1); node; node = pending.at(-1)) {
        const waiting = node.args.filter((arg): arg is Node => arg instanceof Node && !ids.has(arg));
        if (ids.has(node) || waiting.length === 0) pending.pop();
        if (ids.has(node)) continue;
        if (waiting.length > 0) pending.push(...waiting.reverse());
        else if (node.index !== undefined) ids.set(node, "");
        else if (node.op === "input") throw new Error("an input of another graph or function is used");
        else {
          let id: string;
          do id = `v${++count}`;
          while (used.has(id));
          const { op, attrs } = node;
          const args = node.args.map((arg) => (arg instanceof Node ? reference(arg) : arg));
          nodes.push({ id, op, args, ...(attrs ? { attrs: this.attributes(attrs) } : {}) });
          ids.set(node, id);
        }
      }
    };
    for (const { node } of outputs) visit(node);
    return {
      inputs: inputs.map(({ node: _, ...input }) => input),
      nodes,
      outputs: outputs.map(({ node, ...output }) => ({ ...output, node: reference(node) })),
    };
  }

  /** Attributes with functions by name. */
  private attributes(attrs: object): object {
    const named = (value: unknown): unknown => {
      if (value instanceof Func) return this.name(value);
      return Array.isArray(value) ? value.map(named) : value;
    };
    return Object.fromEntries(Object.entries(attrs).map(([name, value]) => [name, named(value)]));
  }

  private name(func: Func): string {
    const known = this.names.get(func);
    if (known !== undefined) return known;
    const body = this.body(func.inputs, func.outputs.map((node, i) => ({ name: `y${i}`, node })));
    const rules = Object.entries(func.rules).map(([rule, of]) => [rule, this.name(of)]);
    const name = `f${this.bodies.size + 1}`;
    this.names.set(func, name);
    this.bodies.set(name, { ...body, ...Object.fromEntries(rules) });
    return name;
  }
}

/** A graph to be built. */
export function graph(): Graph {
  return new Graph();
}

/** Applies an operator by its name. */
export function apply(op: string, args: readonly Operand[], attrs?: object): Node {
  return new Node(op, args, attrs);
}

/** |x| */
export const abs = (x: Operand): Node => apply("abs", [x]);

/** x + y */
export const add = (x: Operand, y: Operand): Node => apply("add", [x, y]);

/** x held between `min` and `max`, of which at least one is given */
export const clip = (x: Operand, attrs?: { min?: number | "NaN" | "Infinity" | "-Infinity"; max?: number | "NaN" | "Infinity" | "-Infinity" }): Node => apply("clip", [x], attrs);

/** x / y */
export const divide = (x: Operand, y: Operand): Node => apply("divide", [x, y]);

/** sqrt(x^2 + y^2) without overflow */
export const hypot = (x: Operand, y: Operand): Node => apply("hypot", [x, y]);

/** the larger of x and y; NaN when either is NaN */
export const maximum = (x: Operand, y: Operand): Node => apply("maximum", [x, y]);

/** the smaller of x and y; NaN when either is NaN */
export const minimum = (x: Operand, y: Operand): Node => apply("minimum", [x, y]);

/** x y, element by element */
export const multiply = (x: Operand, y: Operand): Node => apply("multiply", [x, y]);

/** -x */
export const negative = (x: Operand): Node => apply("negative", [x]);

/** x raised to y, as IEEE 754 has it: pow(1, NaN) = 1, pow(x, 0) = 1 */
export const pow = (x: Operand, y: Operand): Node => apply("pow", [x, y]);

/** 1 / x */
export const reciprocal = (x: Operand): Node => apply("reciprocal", [x]);

/** x - floor(x/y) y: what is left of x, with the sign of the divisor y */
export const remainder = (x: Operand, y: Operand): Node => apply("remainder", [x, y]);

/** -1, 0 or 1 with the sign of x; NaN for NaN */
export const sign = (x: Operand): Node => apply("sign", [x]);

/** the square root of x */
export const sqrt = (x: Operand): Node => apply("sqrt", [x]);

/** x^2 */
export const square = (x: Operand): Node => apply("square", [x]);

/** x - y */
export const subtract = (x: Operand, y: Operand): Node => apply("subtract", [x, y]);

/** the cube root of x, negative for negative x */
export const cbrt = (x: Operand): Node => apply("cbrt", [x]);

/** 1 / sqrt(x) */
export const rsqrt = (x: Operand): Node => apply("rsqrt", [x]);

/** floor(x / y) without the rounding of x / y, as in Python; of integers 0 where y is 0 */
export const floor_divide = (x: Operand, y: Operand): Node => apply("floor_divide", [x, y]);

/** x - trunc(x/y) y: what is left of x, with the sign of x, as in C */
export const fmod = (x: Operand, y: Operand): Node => apply("fmod", [x, y]);

/** e^x */
export const exp = (x: Operand): Node => apply("exp", [x]);

/** 2^x */
export const exp2 = (x: Operand): Node => apply("exp2", [x]);

/** e^x - 1, exact near 0 */
export const expm1 = (x: Operand): Node => apply("expm1", [x]);

/** the natural logarithm of x */
export const log = (x: Operand): Node => apply("log", [x]);

/** the logarithm of x to base 10 */
export const log10 = (x: Operand): Node => apply("log10", [x]);

/** log(1 + x), exact near 0 */
export const log1p = (x: Operand): Node => apply("log1p", [x]);

/** the logarithm of x to base 2 */
export const log2 = (x: Operand): Node => apply("log2", [x]);

/** log(e^x + e^y) without overflow */
export const logaddexp = (x: Operand, y: Operand): Node => apply("logaddexp", [x, y]);

/** (e^x - 1) / x, 1 at 0 */
export const exprel = (x: Operand): Node => apply("exprel", [x]);

/** log(1 - e^-|x|): of the exponential of a negative x, or of -x */
export const log1mexp = (x: Operand): Node => apply("log1mexp", [x]);

/** log(cosh(x)) without overflow, exact near 0 */
export const logcosh = (x: Operand): Node => apply("logcosh", [x]);

/** x log(1 + y), 0 where x is 0 */
export const xlog1py = (x: Operand, y: Operand): Node => apply("xlog1py", [x, y]);

/** x log(y), 0 where x is 0 */
export const xlogy = (x: Operand, y: Operand): Node => apply("xlogy", [x, y]);

/** the angle in [0, pi] whose cosine is x */
export const acos = (x: Operand): Node => apply("acos", [x]);

/** the inverse of cosh */
export const acosh = (x: Operand): Node => apply("acosh", [x]);

/** the angle in [-pi/2, pi/2] whose sine is x */
export const asin = (x: Operand): Node => apply("asin", [x]);

/** the inverse of sinh */
export const asinh = (x: Operand): Node => apply("asinh", [x]);

/** the angle in [-pi/2, pi/2] whose tangent is x */
export const atan = (x: Operand): Node => apply("atan", [x]);

/** the angle of the point (x, y), in [-pi, pi] */
export const atan2 = (y: Operand, x: Operand): Node => apply("atan2", [y, x]);

/** the inverse of tanh */
export const atanh = (x: Operand): Node => apply("atanh", [x]);

/** the cosine of x, in radians */
export const cos = (x: Operand): Node => apply("cos", [x]);

/** the hyperbolic cosine of x */
export const cosh = (x: Operand): Node => apply("cosh", [x]);

/** the sine of x, in radians */
export const sin = (x: Operand): Node => apply("sin", [x]);

/** the hyperbolic sine of x */
export const sinh = (x: Operand): Node => apply("sinh", [x]);

/** the tangent of x, in radians */
export const tan = (x: Operand): Node => apply("tan", [x]);

/** the hyperbolic tangent of x */
export const tanh = (x: Operand): Node => apply("tanh", [x]);

/** sin(x) / x, 1 at 0; NumPy's sinc(x) is sinc(pi * x) */
export const sinc = (x: Operand): Node => apply("sinc", [x]);

/** the derivative of lgamma */
export const digamma = (x: Operand): Node => apply("digamma", [x]);

/** the error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x */
export const erf = (x: Operand): Node => apply("erf", [x]);

/** 1 - erf(x), accurate in the tail */
export const erfc = (x: Operand): Node => apply("erfc", [x]);

/** x times the normal distribution function of x, in its exact form with erf */
export const gelu = (x: Operand): Node => apply("gelu", [x]);

/** the logarithm of |gamma(x)| */
export const lgamma = (x: Operand): Node => apply("lgamma", [x]);

/** the n-th derivative of digamma */
export const polygamma = (x: Operand, attrs: { n: number }): Node => apply("polygamma", [x], attrs);

/** x where x > 0, else 0; NaN for NaN */
export const relu = (x: Operand): Node => apply("relu", [x]);

/** 1 / (1 + e^-x) */
export const sigmoid = (x: Operand): Node => apply("sigmoid", [x]);

/** x sigmoid(x) */
export const silu = (x: Operand): Node => apply("silu", [x]);

/** log(1 + e^x) without overflow */
export const softplus = (x: Operand): Node => apply("softplus", [x]);

/** the regularised incomplete beta function: the distribution function of the beta distribution */
export const betainc = (a: Operand, b: Operand, x: Operand): Node => apply("betainc", [a, b, x]);

/** the inverse of erfc, accurate near 0 */
export const erfcinv = (x: Operand): Node => apply("erfcinv", [x]);

/** the inverse of erf */
export const erfinv = (x: Operand): Node => apply("erfinv", [x]);

/** the regularised lower incomplete gamma function P(a, x): the distribution function of the gamma distribution */
export const gammainc = (a: Operand, x: Operand): Node => apply("gammainc", [a, x]);

/** 1 - gammainc(a, x), accurate where that is small */
export const gammaincc = (a: Operand, x: Operand): Node => apply("gammaincc", [a, x]);

/** e^-|x| times the modified Bessel function of the first kind of order 0 */
export const i0e = (x: Operand): Node => apply("i0e", [x]);

/** e^-|x| times the modified Bessel function of the first kind of order 1 */
export const i1e = (x: Operand): Node => apply("i1e", [x]);

/** the Bessel function of the first kind of order 0 */
export const j0 = (x: Operand): Node => apply("j0", [x]);

/** the Bessel function of the first kind of order 1 */
export const j1 = (x: Operand): Node => apply("j1", [x]);

/** the logarithm of the beta function, log(gamma(a) gamma(b) / gamma(a + b)) */
export const lbeta = (a: Operand, b: Operand): Node => apply("lbeta", [a, b]);

/** log(ndtr(x)) without underflow */
export const log_ndtr = (x: Operand): Node => apply("log_ndtr", [x]);

/** log(sigmoid(x)) without overflow */
export const log_sigmoid = (x: Operand): Node => apply("log_sigmoid", [x]);

/** the distribution function of the normal distribution, accurate in both tails */
export const ndtr = (x: Operand): Node => apply("ndtr", [x]);

/** the inverse of ndtr: the quantile of the normal distribution */
export const ndtri = (x: Operand): Node => apply("ndtri", [x]);

/** Hurwitz's zeta function, the sum of (q + k)^-s over k = 0, 1, ...; Riemann's at q = 1 */
export const zeta = (s: Operand, q: Operand): Node => apply("zeta", [s, q]);

/** x in another dtype: to integers the fraction is dropped, to bool what is not 0 is true, to float32 and float16 it is rounded */
export const cast = (x: Operand, attrs: { dtype: "float64" | "float32" | "float16" | "int64" | "int32" | "int16" | "int8" | "uint8" | "bool" }): Node => apply("cast", [x], attrs);

/** the smallest integer not below x */
export const ceil = (x: Operand): Node => apply("ceil", [x]);

/** the largest integer not above x */
export const floor = (x: Operand): Node => apply("floor", [x]);

/** the integer nearest to x, an even one when two are */
export const round = (x: Operand): Node => apply("round", [x]);

/** the integer part of x */
export const trunc = (x: Operand): Node => apply("trunc", [x]);

/** whether x = y */
export const equal = (x: Operand, y: Operand): Node => apply("equal", [x, y]);

/** whether x > y */
export const greater = (x: Operand, y: Operand): Node => apply("greater", [x, y]);

/** whether x >= y */
export const greater_equal = (x: Operand, y: Operand): Node => apply("greater_equal", [x, y]);

/** whether x < y */
export const less = (x: Operand, y: Operand): Node => apply("less", [x, y]);

/** whether x <= y */
export const less_equal = (x: Operand, y: Operand): Node => apply("less_equal", [x, y]);

/** whether neither x nor y is 0 */
export const logical_and = (x: Operand, y: Operand): Node => apply("logical_and", [x, y]);

/** whether x is 0 */
export const logical_not = (x: Operand): Node => apply("logical_not", [x]);

/** whether x or y is not 0 */
export const logical_or = (x: Operand, y: Operand): Node => apply("logical_or", [x, y]);

/** whether x differs from y */
export const not_equal = (x: Operand, y: Operand): Node => apply("not_equal", [x, y]);

/** x where the condition is not 0 (NaN is not), else y */
export const where = (condition: Operand, x: Operand, y: Operand): Node => apply("where", [condition, x, y]);

/** the index of the largest element, the first of equals; of the first NaN if there is one */
export const argmax = (x: Operand, attrs?: { axis?: number; keepdims?: boolean }): Node => apply("argmax", [x], attrs);

/** the index of the smallest element, the first of equals; of the first NaN if there is one */
export const argmin = (x: Operand, attrs?: { axis?: number; keepdims?: boolean }): Node => apply("argmin", [x], attrs);

/** log(sum(exp(x))) without overflow; -Infinity of none */
export const logsumexp = (x: Operand, attrs?: { axis?: number | readonly (number)[]; keepdims?: boolean }): Node => apply("logsumexp", [x], attrs);

/** the largest element; NaN when one is NaN */
export const max = (x: Operand, attrs?: { axis?: number | readonly (number)[]; keepdims?: boolean }): Node => apply("max", [x], attrs);

/** the mean of elements; NaN of none */
export const mean = (x: Operand, attrs?: { axis?: number | readonly (number)[]; keepdims?: boolean }): Node => apply("mean", [x], attrs);

/** the smallest element; NaN when one is NaN */
export const min = (x: Operand, attrs?: { axis?: number | readonly (number)[]; keepdims?: boolean }): Node => apply("min", [x], attrs);

/** the norm of vectors, by default the square root of the sum of squares, without overflow; 0 of none */
export const norm = (x: Operand, attrs?: { axis?: number | readonly (number)[]; keepdims?: boolean; ord?: number | "NaN" | "Infinity" | "-Infinity" }): Node => apply("norm", [x], attrs);

/** the product of elements; 1 of none */
export const prod = (x: Operand, attrs?: { axis?: number | readonly (number)[]; keepdims?: boolean }): Node => apply("prod", [x], attrs);

/** the square root of var */
export const std = (x: Operand, attrs?: { axis?: number | readonly (number)[]; keepdims?: boolean; correction?: number | "NaN" | "Infinity" | "-Infinity" }): Node => apply("std", [x], attrs);

/** the sum of elements; 0 of none */
export const sum = (x: Operand, attrs?: { axis?: number | readonly (number)[]; keepdims?: boolean }): Node => apply("sum", [x], attrs);

/** the mean squared distance from the mean; NaN when there are no more elements than `correction` */
export const var_ = (x: Operand, attrs?: { axis?: number | readonly (number)[]; keepdims?: boolean; correction?: number | "NaN" | "Infinity" | "-Infinity" }): Node => apply("var", [x], attrs);

/** the products of the elements up to each */
export const cumulative_prod = (x: Operand, attrs?: { axis?: number }): Node => apply("cumulative_prod", [x], attrs);

/** the sums of the elements up to each */
export const cumulative_sum = (x: Operand, attrs?: { axis?: number }): Node => apply("cumulative_sum", [x], attrs);

/** the cross products of vectors of length 3 along an axis */
export const cross = (x: Operand, y: Operand, attrs?: { axis?: number }): Node => apply("cross", [x, y], attrs);

/** a sum of products, written in Einstein's notation as in NumPy */
export const einsum = (xs: readonly Operand[], attrs: { equation: string }): Node => apply("einsum", [...xs], attrs);

/** the matrix product over the last two axes; vectors as in NumPy, leading axes broadcast */
export const matmul = (x: Operand, y: Operand): Node => apply("matmul", [x, y]);

/** the products of all elements of two vectors */
export const outer = (x: Operand, y: Operand): Node => apply("outer", [x, y]);

/** the product of two tensors, summed over pairs of axes */
export const tensordot = (x: Operand, y: Operand, attrs?: { axes?: number | readonly (readonly (number)[])[] }): Node => apply("tensordot", [x, y], attrs);

/** the scalar products of vectors along an axis */
export const vecdot = (x: Operand, y: Operand, attrs?: { axis?: number }): Node => apply("vecdot", [x, y], attrs);

/** matrices along the diagonal of a larger one, 0 elsewhere */
export const block_diag = (xs: readonly Operand[]): Node => apply("block_diag", [...xs]);

/** the triangular factor of the symmetric part (x + x')/2: the lower L with L L' = x, or the upper one; NaN in the whole factor where that is not positive definite */
export const cholesky = (x: Operand, attrs?: { upper?: boolean }): Node => apply("cholesky", [x], attrs);

/** the determinant of x; it and its derivatives are exact where one singular value is 0, too */
export const det = (x: Operand): Node => apply("det", [x]);

/** square matrices with the last axis of x on a diagonal, 0 elsewhere */
export const diag = (x: Operand, attrs?: { offset?: number }): Node => apply("diag", [x], attrs);

/** the eigenvalues of the symmetric part (x + x')/2, ascending, and as columns its orthonormal eigenvectors, of each of which the largest component is positive */
export const eigh = (x: Operand): Node => apply("eigh", [x]);

/** the eigenvalues of the symmetric part (x + x')/2, ascending */
export const eigvalsh = (x: Operand): Node => apply("eigvalsh", [x]);

/** the exponential of a matrix, by scaling, a Padé approximant and squaring */
export const expm = (x: Operand): Node => apply("expm", [x]);

/** the inverse of x; Infinity or NaN where x is singular */
export const inv = (x: Operand): Node => apply("inv", [x]);

/** the Kronecker product of matrices: each element of x times all of y */
export const kron = (x: Operand, y: Operand): Node => apply("kron", [x, y]);

/** the x for which the sum of squares of a x - b is least, for a of independent columns; b is one vector, or a matrix whose columns are right sides */
export const lstsq = (a: Operand, b: Operand): Node => apply("lstsq", [a, b]);

/** P, L and U with x = P L U by partial pivoting: P a permutation matrix, L lower triangular with a diagonal of ones, U upper triangular */
export const lu = (x: Operand): Node => apply("lu", [x]);

/** a norm of the matrices in the last two axes */
export const matrix_norm = (x: Operand, attrs?: { ord?: "fro" | "nuc" | 1 | -1 | 2 | -2 | "Infinity" | "-Infinity"; keepdims?: boolean }): Node => apply("matrix_norm", [x], attrs);

/** the n-th power of a square matrix, that of its inverse for negative n */
export const matrix_power = (x: Operand, attrs: { n: number }): Node => apply("matrix_power", [x], attrs);

/** how many singular values of x count as more than 0 */
export const matrix_rank = (x: Operand, attrs?: { rtol?: number | "NaN" | "Infinity" | "-Infinity" }): Node => apply("matrix_rank", [x], attrs);

/** the Moore-Penrose inverse of x */
export const pinv = (x: Operand, attrs?: { rtol?: number | "NaN" | "Infinity" | "-Infinity" }): Node => apply("pinv", [x], attrs);

/** Q with orthonormal columns and the upper triangular R with x = Q R, by reflections, with LAPACK's signs */
export const qr = (x: Operand, attrs?: { mode?: string }): Node => apply("qr", [x], attrs);

/** the sign of the determinant of x and the logarithm of its size, without overflow; 0 and -Infinity for 0 */
export const slogdet = (x: Operand): Node => apply("slogdet", [x]);

/** x with a x = b, by LU factors; b is one vector, or a matrix whose columns are right sides; Infinity or NaN where a is singular */
export const solve = (a: Operand, b: Operand): Node => apply("solve", [a, b]);

/** U, s and V' with x = U diag(s) V': singular values s, descending, and singular vectors as columns of U and V, the largest component of each column of U positive, and of those of V that have none beside them */
export const svd = (x: Operand, attrs?: { full_matrices?: boolean }): Node => apply("svd", [x], attrs);

/** the singular values of x, descending */
export const svdvals = (x: Operand): Node => apply("svdvals", [x]);

/** x with a x = b for the upper triangle of a, or the lower; b is one vector, or a matrix whose columns are right sides */
export const triangular_solve = (a: Operand, b: Operand, attrs?: { lower?: boolean; transpose?: boolean; unit_diagonal?: boolean }): Node => apply("triangular_solve", [a, b], attrs);

/** the norm of vectors along axes: sum(|x|^ord)^(1/ord) */
export const vector_norm = (x: Operand, attrs?: { ord?: number | "NaN" | "Infinity" | "-Infinity"; axis?: number | readonly (number)[]; keepdims?: boolean }): Node => apply("vector_norm", [x], attrs);

/** x repeated along new or length-1 axes */
export const broadcast_to = (x: Operand, attrs: { shape: readonly (number)[] }): Node => apply("broadcast_to", [x], attrs);

/** tensors one after the other along an axis */
export const concat = (xs: readonly Operand[], attrs?: { axis?: number }): Node => apply("concat", [...xs], attrs);

/** x with a margin of one value around it */
export const pad = (x: Operand, attrs: { pad_width: readonly (readonly (number)[])[]; value?: number | "NaN" | "Infinity" | "-Infinity" }): Node => apply("pad", [x], attrs);

/** x with its axes in another order */
export const permute_dims = (x: Operand, attrs: { axes: readonly (number)[] }): Node => apply("permute_dims", [x], attrs);

/** the elements of x, in row-major order, in another shape */
export const reshape = (x: Operand, attrs: { shape: readonly (number)[] }): Node => apply("reshape", [x], attrs);

/** every step-th element from start to before stop on each axis, by Python's rules */
export const slice = (x: Operand, attrs: { start: readonly (number | null)[]; stop: readonly (number | null)[]; step?: readonly (number)[] }): Node => apply("slice", [x], attrs);

/** the diagonal of the last two axes, as a new last axis */
export const diagonal = (x: Operand, attrs?: { offset?: number }): Node => apply("diagonal", [x], attrs);

/** x with new axes of length 1 */
export const expand_dims = (x: Operand, attrs?: { axis?: number | readonly (number)[] }): Node => apply("expand_dims", [x], attrs);

/** x in reverse order along axes */
export const flip = (x: Operand, attrs?: { axis?: number | readonly (number)[] }): Node => apply("flip", [x], attrs);

/** x with its last two axes exchanged */
export const matrix_transpose = (x: Operand): Node => apply("matrix_transpose", [x]);

/** x moved along axes, what leaves at one end entering at the other */
export const roll = (x: Operand, attrs: { shift: number | readonly (number)[]; axis?: number | readonly (number)[] }): Node => apply("roll", [x], attrs);

/** x without the axes of length 1 that are named */
export const squeeze = (x: Operand, attrs: { axis: number | readonly (number)[] }): Node => apply("squeeze", [x], attrs);

/** tensors of one shape along a new axis */
export const stack = (xs: readonly Operand[], attrs?: { axis?: number }): Node => apply("stack", [...xs], attrs);

/** x repeated as a whole along each axis */
export const tile = (x: Operand, attrs: { repetitions: readonly (number)[] }): Node => apply("tile", [x], attrs);

/** the sum of a diagonal of the last two axes */
export const trace = (x: Operand, attrs?: { offset?: number }): Node => apply("trace", [x], attrs);

/** x with 0 above a diagonal of its last two axes */
export const tril = (x: Operand, attrs?: { k?: number }): Node => apply("tril", [x], attrs);

/** x with 0 below a diagonal of its last two axes */
export const triu = (x: Operand, attrs?: { k?: number }): Node => apply("triu", [x], attrs);

/** start, start + step, start + 2 step, … before stop */
export const arange = (attrs: { start: number | "NaN" | "Infinity" | "-Infinity"; stop: number | "NaN" | "Infinity" | "-Infinity"; step?: number | "NaN" | "Infinity" | "-Infinity" }): Node => apply("arange", [], attrs);

/** the identity matrix */
export const eye = (attrs: { n: number }): Node => apply("eye", [], attrs);

/** one value everywhere */
export const full = (attrs: { shape: readonly (number)[]; value: number | "NaN" | "Infinity" | "-Infinity" | boolean }): Node => apply("full", [], attrs);

/** t with v added at indices i along an axis; repeats add up, indices outside are dropped */
export const put_add = (t: Operand, i: Operand, v: Operand, attrs?: { axis?: number }): Node => apply("put_add", [t, i, v], attrs);

/** the elements of x at indices i along an axis; an index that was computed and is outside gives NaN */
export const take = (x: Operand, i: Operand, attrs?: { axis?: number }): Node => apply("take", [x, i], attrs);

/** the indices that put x in order along an axis, equal elements by place; NaN counts as the largest */
export const argsort = (x: Operand, attrs?: { axis?: number; descending?: boolean }): Node => apply("argsort", [x], attrs);

/** log(sum(exp(x))) of the elements up to each along an axis, without overflow */
export const cumulative_logsumexp = (x: Operand, attrs?: { axis?: number }): Node => apply("cumulative_logsumexp", [x], attrs);

/** the largest of the elements up to each along an axis; NaN from a NaN on */
export const cumulative_max = (x: Operand, attrs?: { axis?: number }): Node => apply("cumulative_max", [x], attrs);

/** the smallest of the elements up to each along an axis; NaN from a NaN on */
export const cumulative_min = (x: Operand, attrs?: { axis?: number }): Node => apply("cumulative_min", [x], attrs);

/** the value in the middle, the mean of the two where there are two; NaN when an element is NaN */
export const median = (x: Operand, attrs?: { axis?: number | readonly (number)[]; keepdims?: boolean }): Node => apply("median", [x], attrs);

/** the value below which a share q of the elements lies, linear between neighbours; NaN when an element is NaN */
export const quantile = (x: Operand, attrs: { q: number | "NaN" | "Infinity" | "-Infinity" | readonly (number | "NaN" | "Infinity" | "-Infinity")[]; axis?: number | readonly (number)[]; keepdims?: boolean }): Node => apply("quantile", [x], attrs);

/** x in order along an axis, equal elements by place; NaN counts as the largest */
export const sort = (x: Operand, attrs?: { axis?: number; descending?: boolean }): Node => apply("sort", [x], attrs);

/** the k largest elements along an axis, the largest first, and their indices; NaN counts as the largest */
export const top_k = (x: Operand, attrs: { k: number; axis?: number }): Node => apply("top_k", [x], attrs);

/** for each number from 0 to before `length` the sum of the w whose i it is; indices outside are dropped */
export const bincount_weighted = (i: Operand, w: Operand, attrs: { length: number }): Node => apply("bincount_weighted", [i, w], attrs);

/** at each x the value of the twice differentiable curve of cubic pieces through the points (xp, fp), xp ascending; the pieces at the ends go on beyond them; NaN where xp does not ascend */
export const cubic_spline = (x: Operand, xp: Operand, fp: Operand, attrs?: { bc?: string }): Node => apply("cubic_spline", [x, xp, fp], attrs);

/** how many elements of x lie in each of `bins` intervals of one length, the last one with its end; the intervals go from the least to the greatest element unless `range` says */
export const histogram = (x: Operand, attrs?: { bins?: number; range?: readonly (number | "NaN" | "Infinity" | "-Infinity")[] }): Node => apply("histogram", [x], attrs);

/** at each x the value of the polygon through the points (xp, fp), xp ascending; beyond its ends that of the end; NaN where xp does not ascend */
export const interp = (x: Operand, xp: Operand, fp: Operand): Node => apply("interp", [x, xp, fp]);

/** 1 at the place that an index names along a new last axis, 0 elsewhere; all 0 for an index outside */
export const one_hot = (i: Operand, attrs: { n: number }): Node => apply("one_hot", [i], attrs);

/** x with v put in place of its elements at indices i along an axis, other axes going side by side; of several at one place the last stays, indices outside are dropped */
export const put_along_axis = (x: Operand, i: Operand, v: Operand, attrs?: { axis?: number }): Node => apply("put_along_axis", [x, i, v], attrs);

/** how many elements of the ascending vector a lie before each v: those less than it, or by side `right` those not greater; -1 where a does not ascend */
export const searchsorted = (a: Operand, v: Operand, attrs?: { side?: string }): Node => apply("searchsorted", [a, v], attrs);

/** the elements of x at indices i along an axis, other axes going side by side; an index that was computed and is outside gives NaN */
export const take_along_axis = (x: Operand, i: Operand, attrs?: { axis?: number }): Node => apply("take_along_axis", [x, i], attrs);

/** the windows of `size` elements along an axis, every `step` elements, each along a new last axis */
export const unfold = (x: Operand, attrs: { size: number; axis?: number; step?: number }): Node => apply("unfold", [x], attrs);

/** the logarithm of softmax */
export const log_softmax = (x: Operand, attrs?: { axis?: number }): Node => apply("log_softmax", [x], attrs);

/** exp(x) / sum(exp(x)) along an axis */
export const softmax = (x: Operand, attrs?: { axis?: number }): Node => apply("softmax", [x], attrs);

/** the mean of each window over the last axes; the zeros that are put around count */
export const avg_pool = (x: Operand, attrs: { window: readonly (number)[]; strides?: readonly (number)[]; padding?: readonly (readonly (number)[])[] }): Node => apply("avg_pool", [x], attrs);

/** the correlation of x, [points, channels, spatial axes…], with w, [features, channels of a group, window…], as neural networks call convolution */
export const conv = (x: Operand, w: Operand, attrs?: { strides?: readonly (number)[]; padding?: readonly (readonly (number)[])[]; dilations?: readonly (number)[]; input_dilations?: readonly (number)[]; groups?: number }): Node => apply("conv", [x, w], attrs);

/** a step of a gated recurrent unit: of input x and state h, weights w by input and u by hidden unit and biases b and c of the gates reset, update and new, one after the other, as PyTorch has them */
export const gru_cell = (x: Operand, h: Operand, w: Operand, u: Operand, b: Operand, c: Operand): Node => apply("gru_cell", [x, h, w, u, b, c]);

/** x less its mean along an axis, over its deviation, times weight, plus bias, both vectors along that axis */
export const layer_norm = (x: Operand, weight: Operand, bias: Operand, attrs?: { axis?: number; epsilon?: number | "NaN" | "Infinity" | "-Infinity" }): Node => apply("layer_norm", [x, weight, bias], attrs);

/** a step of a long short-term memory: the next state and cell, of input x, state h, cell s, weights w by input and u by hidden unit and biases b and c of the gates input, forget, new and output, one after the other, as PyTorch has them */
export const lstm_cell = (x: Operand, h: Operand, s: Operand, w: Operand, u: Operand, b: Operand, c: Operand): Node => apply("lstm_cell", [x, h, s, w, u, b, c]);

/** the largest element of each window over the last axes; what is put around is -Infinity */
export const max_pool = (x: Operand, attrs: { window: readonly (number)[]; strides?: readonly (number)[]; padding?: readonly (readonly (number)[])[] }): Node => apply("max_pool", [x], attrs);

/** x, held constant by every derivative */
export const stop_gradient = (x: Operand): Node => apply("stop_gradient", [x]);

/** the outputs of a function of x… */
export const call = (xs: readonly Operand[], attrs: { function: Func }): Node => apply("call", [...xs], attrs);

/** a function of constants and one row of each of the other operands, for all rows at once */
export const map = (xs: readonly Operand[], attrs: { function: Func; constants?: number }): Node => apply("map", [...xs], attrs);

/** a function of constants, carries and one row of each of the other operands, for each row; it gives carries, which it hands on, and rows */
export const scan = (xs: readonly Operand[], attrs: { function: Func; constants?: number; carry: number; length?: number; reverse?: boolean; checkpoint?: "auto" | "none" | number }): Node => apply("scan", [...xs], attrs);

/** a body of constants and carries, again and again while a condition of them holds: the last carries, and the number of steps */
export const while_ = (xs: readonly Operand[], attrs: { condition: Func; body: Func; constants?: number; limit?: number }): Node => apply("while", [...xs], attrs);

/** the outputs of one of two functions of x…, which alone is run */
export const cond = (p: Operand, xs: readonly Operand[], attrs: { then: Func; else: Func }): Node => apply("cond", [p, ...xs], attrs);

/** the outputs of one of several functions of x…, the i-th, which alone is run; i is clamped */
export const switch_ = (i: Operand, xs: readonly Operand[], attrs: { branches: readonly Func[] }): Node => apply("switch", [i, ...xs], attrs);

/** the gradient of a function with one scalar output, by each of its inputs or some */
export const grad = (xs: readonly Operand[], attrs: { function: Func; wrt?: readonly (number)[] }): Node => apply("grad", [...xs], attrs);

/** the outputs of a function of the first operands, and their tangents for tangents of inputs, which follow */
export const jvp = (xs: readonly Operand[], attrs: { function: Func; wrt?: readonly (number)[] }): Node => apply("jvp", [...xs], attrs);

/** the outputs of a function of the first operands, and the cotangents of its inputs for those of outputs, which follow */
export const vjp = (xs: readonly Operand[], attrs: { function: Func; wrt?: readonly (number)[]; of?: readonly (number)[] }): Node => apply("vjp", [...xs], attrs);

/** the Jacobian of a function: for each output and each input a block of the output's shape and the input's */
export const jacobian = (xs: readonly Operand[], attrs: { function: Func; wrt?: readonly (number)[]; of?: readonly (number)[] }): Node => apply("jacobian", [...xs], attrs);

/** the second derivatives of a function: for each output and each two inputs a block of the output's shape and both inputs' */
export const hessian = (xs: readonly Operand[], attrs: { function: Func; wrt?: readonly (number)[]; of?: readonly (number)[] }): Node => apply("hessian", [...xs], attrs);

/** x where a residual of parameters and x is 0, by Newton's method from a first guess, which comes last */
export const root = (xs: readonly Operand[], attrs: { residual: Func; tolerance?: number | "NaN" | "Infinity" | "-Infinity"; limit?: number }): Node => apply("root", [...xs], attrs);

/** x with x = g(parameters, x), by Newton's method from a first guess, which comes last */
export const fixed_point = (xs: readonly Operand[], attrs: { function: Func; tolerance?: number | "NaN" | "Infinity" | "-Infinity"; limit?: number }): Node => apply("fixed_point", [...xs], attrs);

/** y at every time of ts for dy/dt = f(parameters, t, y) and y at the first; operands are parameters, y at the first time, and ts */
export const odeint = (xs: readonly Operand[], attrs: { function: Func; method?: "rk4" | "dopri5" | "implicit_midpoint"; steps?: number; rtol?: number | "NaN" | "Infinity" | "-Infinity"; atol?: number | "NaN" | "Infinity" | "-Infinity"; limit?: number }): Node => apply("odeint", [...xs], attrs);
