// The language of formulas as tables: what reads, prints, colours and explains them is made of these. No imports.

/** How tightly the parts of a formula hold together, loosest first. */
export const precedences = {
  open: 0,
  conditional: 1,
  or: 2,
  and: 3,
  not: 4,
  comparison: 5,
  sum: 6,
  product: 7,
  unary: 8,
  power: 9,
  atom: 10,
} as const;

/** An operator that is written between its operands. */
export interface BinarySymbol {
  readonly op: string;
  readonly precedence: number;
  /** How a row of them is read: from the left, from the right, or, `a < b < c`, as all of them together. */
  readonly associates: "left" | "right" | "chain";
}

/** An operator that is written before its operand. */
export interface PrefixSymbol {
  /** Undefined for a sign that changes nothing. */
  readonly op: string | undefined;
  readonly precedence: number;
}

const { or, and, not, comparison, sum, product, unary, power } = precedences;

/** The operators of formulas that stand between operands by their symbols; of several for one the first is printed. */
export const binaries: ReadonlyMap<string, BinarySymbol> = new Map([
  ["or", { op: "logical_or", precedence: or, associates: "left" }],
  ["||", { op: "logical_or", precedence: or, associates: "left" }],
  ["and", { op: "logical_and", precedence: and, associates: "left" }],
  ["&&", { op: "logical_and", precedence: and, associates: "left" }],
  ["<", { op: "less", precedence: comparison, associates: "chain" }],
  ["<=", { op: "less_equal", precedence: comparison, associates: "chain" }],
  [">", { op: "greater", precedence: comparison, associates: "chain" }],
  [">=", { op: "greater_equal", precedence: comparison, associates: "chain" }],
  ["==", { op: "equal", precedence: comparison, associates: "chain" }],
  ["!=", { op: "not_equal", precedence: comparison, associates: "chain" }],
  ["+", { op: "add", precedence: sum, associates: "left" }],
  ["-", { op: "subtract", precedence: sum, associates: "left" }],
  ["*", { op: "multiply", precedence: product, associates: "left" }],
  ["/", { op: "divide", precedence: product, associates: "left" }],
  ["//", { op: "floor_divide", precedence: product, associates: "left" }],
  ["%", { op: "remainder", precedence: product, associates: "left" }],
  ["@", { op: "matmul", precedence: product, associates: "left" }],
  ["^", { op: "pow", precedence: power, associates: "right" }],
  ["**", { op: "pow", precedence: power, associates: "right" }],
]);

/** The operators of formulas that stand before their operand by their symbols. */
export const prefixes: ReadonlyMap<string, PrefixSymbol> = new Map([
  ["-", { op: "negative", precedence: unary }],
  ["+", { op: undefined, precedence: unary }],
  ["not", { op: "logical_not", precedence: not }],
  ["!", { op: "logical_not", precedence: unary }],
]);

/** What follows a dot, and what it is. */
export const members: ReadonlyMap<string, string> = new Map([
  ["T", "the transpose of a matrix; a vector or a number itself"],
  ["mT", "the transpose in the last two axes"],
  ["shape", "the lengths of the axes, constants: `x.shape[0]`"],
]);

/** The names that stand for numbers, truth values and nothing, and cannot be redefined. */
export const constants: ReadonlyMap<string, number | boolean | null> = new Map<string, number | boolean | null>([
  ["pi", Math.PI],
  ["e", Math.E],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["None", null],
  ["null", null],
]);

/** The words that are symbols. */
export const words: ReadonlySet<string> = new Set(["and", "or", "not", "if", "else"]);

/**
 * The operators that functions are handed to, and the attributes that these are, in order: in a call the functions stand among
 * the arguments. Of `switch` they are one list.
 */
export const higherOrder: ReadonlyMap<string, readonly string[]> = new Map([
  ["map", ["function"]],
  ["scan", ["function"]],
  ["while", ["condition", "body"]],
  ["cond", ["then", "else"]],
  ["switch", ["branches"]],
  ["root", ["residual"]],
  ["fixed_point", ["function"]],
  ["odeint", ["function"]],
]);

/** The operators whose results but the first tell of the run alone: where one value is meant, it is the first. */
export const firstIsMeant: ReadonlySet<string> = new Set(["while"]);

/** The operators that make a function of one, `grad(f)(x)`, and the operator that each is; `D` takes a position, too. */
export const derivativesOf: ReadonlyMap<string, string> = new Map([
  ["grad", "grad"],
  ["jvp", "jvp"],
  ["vjp", "vjp"],
  ["jacobian", "jacobian"],
  ["hessian", "hessian"],
  ["D", "jacobian"],
]);

/** The symbols that are no operators: brackets and what separates. */
export const punctuation: readonly string[] = ["(", ")", "[", "]", "|", ",", ":", "...", "=", "'", ";"];

/** Whether a formula reserves a name. */
export function isReserved(name: string): boolean {
  return constants.has(name) || words.has(name);
}

/** The symbols of operators by their names, for printing. */
export const symbolOf: ReadonlyMap<string, BinarySymbol & { readonly symbol: string }> = new Map(
  [...binaries].reverse().map(([symbol, binary]) => [binary.op, { ...binary, symbol }]),
);

/** A way of writing: how, what it stands for, and an example over numbers x and y, a matrix A and a vector v. */
export interface Rule {
  readonly written: string;
  readonly means: string;
  readonly example: string;
}

/** All that can be written: statements, operators, the loosest first, and operands. */
export const rules: readonly Rule[] = [
  {
    written: "`v = …`",
    means: "names an intermediate; statements end with a line or `;`",
    example: "s = x + 1; s * s",
  },
  {
    written: "`a, b = …`",
    means: "names the results of an operator that has several, or the elements of an array; `_` is not kept",
    example: "_, r = qr(A); n, m = A.shape; r * n / m",
  },
  {
    written: "`f(x, y) = …`",
    means:
      "a function, which sees its inputs and other functions; `(a, b)` gives several results, `(t = …; t * a)` names parts",
    example: "f(a, b) = (t = sin(a); t * t + b); f(x, 1)",
  },
  {
    written: "`scan(f, …)` `map` `while` `cond` `switch`",
    means:
      "operators that functions are handed to, in the order of their attributes; `root`, `fixed_point`, `odeint` too",
    example: "f(c, r) = (0.9 * c + r, c); last, rows = scan(f, 0, v); last",
  },
  {
    written: "`grad(f)(x)` `jvp` `vjp` `jacobian` `hessian`",
    means: "derivatives of functions, which are functions",
    example: "f(a) = sum(a^2); grad(f)(v)",
  },
  {
    written: "`f'(x)`, `D(f, 1)(x, y)`",
    means: "the gradient of a function of one argument; the derivative by the argument at a position, from 0",
    example: "f(a, b) = a * b; g(a) = a^3; D(f, 1)(x, y) + g''(x)",
  },
  {
    written: "`f.jvp = df`, `f.vjp = g`",
    means:
      "the derivative of a function, which is trusted: of inputs and tangents, or of inputs and cotangents of results",
    example: "f(a) = sin(a); df(a, t) = t * cos(a); f.jvp = df; grad(f)(x)",
  },
  {
    written: "`f(a: float64) = …`",
    means: "a function whose input has a dtype of its own, be it handed another",
    example: "f(a: float64) = a / 2; f(int32(3))",
  },
  {
    written: "`v: float32 = …`",
    means: "an output with its dtype; it may be called as an input is",
    example: "s: float32 = x / 3",
  },
  { written: "`# …`", means: "a comment, to the end of the line", example: "x + 1 # one more" },
  { written: "`a if c else b`", means: "`where(c, a, b)`", example: "x if x > 0 else -x" },
  { written: "`or`, `||`", means: "`logical_or`", example: "x < 0 or x > 1" },
  { written: "`and`, `&&`", means: "`logical_and`", example: "0 < x and x < 1" },
  { written: "`not`, `!`", means: "`logical_not`; `not` holds less than comparisons, `!` more", example: "not x < 1" },
  {
    written: "`<` `<=` `>` `>=` `==` `!=`",
    means: "comparisons; a row of them holds where all do",
    example: "0 < x < 1",
  },
  { written: "`+` `-`", means: "`add`, `subtract`", example: "x - 1 + y" },
  {
    written: "`*` `/` `//` `%` `@`",
    means: "`multiply`, `divide`, `floor_divide`, `remainder`, `matmul`",
    example: "A @ v / 2",
  },
  {
    written: "`-` `+`",
    means: "`negative`, and nothing; a minus before a number is part of the number, but not before that of a power",
    example: "-x^2",
  },
  { written: "`^` `**`", means: "`pow`, from the right", example: "2^-x^2" },
  {
    written: "`x'`, `x.T`",
    means: "the transpose; a vector is its own, and `x'`, `x.mT` exchange the last two axes of more",
    example: "v' @ A @ v",
  },
  {
    written: "`x[…]`",
    means: "NumPy's indexing by integers, slices, `...`, `None` and one array of integers",
    example: "A[0, ::-1] + A[:, 1] + v[[1, 0]]",
  },
  { written: "`x.shape[0]`", means: "the length of an axis, a constant", example: "sum(v) / v.shape[0]" },
  {
    written: "`sum(x, axis=0)`",
    means: "an operator, its attributes by their names; `(0, 1)` is a list there",
    example: "sum(A, axis=0)",
  },
  {
    written: '`einsum("…", …)`, `cast(…, "…")`',
    means: "a first or last text is the attribute that has to be given; texts are in `\"` or `'`",
    example: 'einsum("ij,j->i", A, v)',
  },
  {
    written: "`[1, 2]`, `[[1, 0], [0, 1]]`",
    means: "a constant array; with names or formulas inside they are stacked",
    example: "[[x, 1], [0, x]] @ [1, 2]",
  },
  { written: "`|x|`", means: "`abs`", example: "|x - 1|" },
  { written: "`int32(…)`", means: "a constant of a dtype, of what is written out", example: "v[int32([1, 0])]" },
  {
    written: "`pi` `e` `NaN` `Infinity` `true` `false` `None`",
    means: "constants; `None` is an attribute's absence, or a new axis",
    example: "e^x * pi",
  },
  { written: "`` `x.1` ``", means: "a name that is no word, or reserved, in backticks", example: "`x` + 1" },
];
