/** How tightly the parts of a formula hold together, loosest first. */
export const precedences = { open: 0, comparison: 1, sum: 2, product: 3, unary: 4, power: 5, atom: 6 } as const;

/** An operator that is written between its operands. */
export interface BinarySymbol {
  readonly op: string;
  readonly precedence: number;
  readonly associates: "left" | "right" | "no";
}

const { comparison, sum, product, power } = precedences;

/** The operators of formulas by their symbols. */
export const binaries: ReadonlyMap<string, BinarySymbol> = new Map([
  ["<", { op: "less", precedence: comparison, associates: "no" }],
  ["<=", { op: "less_equal", precedence: comparison, associates: "no" }],
  [">", { op: "greater", precedence: comparison, associates: "no" }],
  [">=", { op: "greater_equal", precedence: comparison, associates: "no" }],
  ["==", { op: "equal", precedence: comparison, associates: "no" }],
  ["!=", { op: "not_equal", precedence: comparison, associates: "no" }],
  ["+", { op: "add", precedence: sum, associates: "left" }],
  ["-", { op: "subtract", precedence: sum, associates: "left" }],
  ["*", { op: "multiply", precedence: product, associates: "left" }],
  ["/", { op: "divide", precedence: product, associates: "left" }],
  ["@", { op: "matmul", precedence: product, associates: "left" }],
  ["^", { op: "pow", precedence: power, associates: "right" }],
]);

/** The symbols of operators by their names, for printing. */
export const symbolOf: ReadonlyMap<string, BinarySymbol & { readonly symbol: string }> = new Map(
  [...binaries].map(([symbol, binary]) => [binary.op, { ...binary, symbol }]),
);
