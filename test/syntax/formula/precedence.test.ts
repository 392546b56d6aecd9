import fc from "fast-check";
import { expect, test } from "vitest";
import { ServiceError } from "../../../src/errors.ts";
import type { Argument, GraphDocument } from "../../../src/syntax/document.ts";
import { translateFormula } from "../../../src/syntax/formula/translate.ts";

const limits = { formulaLength: 2 ** 20, formulaDepth: 1000, nodes: 1_000_000 };

type Ast = { op: string; args: Ast[] } | { symbol: string } | { value: number };

/** What the operators mean: numbers here, text below. */
interface Algebra<T> {
  leaf(leaf: string | number): T;
  apply(op: string, args: T[]): T;
}

const at: Record<string, number> = { x: 0.7, y: -1.3, z: 2.5 };

const numbers: Algebra<number> = {
  leaf: (leaf) => (typeof leaf === "number" ? leaf : (at[leaf] ?? Number(leaf))),
  apply: (op, args) => meanings[op]!(...args),
};

const meanings: Record<string, (...args: number[]) => number> = {
  add: (a, b) => a! + b!,
  subtract: (a, b) => a! - b!,
  multiply: (a, b) => a! * b!,
  divide: (a, b) => a! / b!,
  matmul: (a, b) => a! * b! - a!, // anything that neither commutes nor associates
  pow: (a, b) => a! ** b!,
  negative: (a) => -a!,
  less: (a, b) => Number(a! < b!),
  less_equal: (a, b) => Number(a! <= b!),
  greater: (a, b) => Number(a! > b!),
  greater_equal: (a, b) => Number(a! >= b!),
  equal: (a, b) => Number(a === b),
  not_equal: (a, b) => Number(a !== b),
  sin: (a) => Math.sin(a!),
  atan2: (a, b) => Math.atan2(a!, b!),
  where: (a, b, c) => (a ? b! : c!),
};

/** The free algebra, in which nothing is equal by accident; only the negative of a number is that number. */
const terms: Algebra<string> = {
  leaf: (leaf) => (Object.is(leaf, -0) ? "-0" : String(leaf)),
  apply: (op, args) => {
    const [first] = args;
    if (op === "negative" && /^-?[\d.]/.test(first!)) return first!.startsWith("-") ? first!.slice(1) : `-${first}`;
    return `${op}(${args.join(",")})`;
  },
};

function evaluateAst<T>(ast: Ast, algebra: Algebra<T>): T {
  if ("value" in ast) return algebra.leaf(ast.value);
  if ("symbol" in ast) return algebra.leaf(ast.symbol);
  return algebra.apply(
    ast.op,
    ast.args.map((arg) => evaluateAst(arg, algebra)),
  );
}

function evaluateDocument<T>({ nodes, constants = [], outputs }: GraphDocument, algebra: Algebra<T>): T {
  const values = new Map(constants.map(({ name, value }) => [name, algebra.leaf(value as number)]));
  const resolve = (arg: Argument) => values.get(String(arg)) ?? algebra.leaf(arg as string | number);
  for (const { id, op, args } of nodes) values.set(id, algebra.apply(op, args.map(resolve)));
  const output = outputs[0]!;
  return resolve(typeof output === "string" ? output : output.node);
}

const symbols: Record<string, [sign: string, level: number]> = {
  less: ["<", 1],
  less_equal: ["<=", 1],
  greater: [">", 1],
  greater_equal: [">=", 1],
  equal: ["==", 1],
  not_equal: ["!=", 1],
  add: ["+", 2],
  subtract: ["-", 2],
  multiply: ["*", 3],
  divide: ["/", 3],
  matmul: ["@", 3],
  pow: ["^", 5],
};

/** Prints as the grammar reads: level 1 comparison, 2 sum, 3 product, 4 minus, 5 power, 6 atom. */
function print(ast: Ast, level: number, choose: { wrap(): boolean; blank(): string }): string {
  const { text, own } = bare(ast, choose);
  const wrapped = own < level || choose.wrap() ? `(${choose.blank()}${text}${choose.blank()})` : text;
  return `${choose.blank()}${wrapped}${choose.blank()}`;
}

function bare(ast: Ast, choose: { wrap(): boolean; blank(): string }): { text: string; own: number } {
  if ("symbol" in ast) return { text: ast.symbol, own: 6 };
  if ("value" in ast) {
    const negative = Object.is(ast.value, -0) || ast.value < 0;
    return { text: negative ? `-${choose.blank()}${-ast.value}` : String(ast.value), own: negative ? 4 : 6 };
  }
  const [first, second] = ast.args;
  if (ast.op === "negative") return { text: `-${print(first!, 4, choose)}`, own: 4 };
  const symbol = symbols[ast.op];
  if (symbol === undefined) {
    const args = ast.args.map((arg) => print(arg, 1, choose)).join(",");
    return { text: `${ast.op}${choose.blank()}(${args})`, own: 6 };
  }
  const [sign, own] = symbol;
  const [left, right] = own === 1 ? [2, 2] : own === 5 ? [6, 4] : [own, own + 1];
  return { text: `${print(first!, left, choose)}${sign}${print(second!, right, choose)}`, own };
}

const leaves = fc.oneof(
  fc.constantFrom("x", "y", "z").map((symbol): Ast => ({ symbol })),
  fc.constantFrom(0, -0, 1, 2, -2, 3, 0.5, -1.25, 1e-7, 1e21, 12345.678).map((value): Ast => ({ value })),
);

const { ast: asts } = fc.letrec<{ ast: Ast }>((tie) => {
  const node = (ops: string[], arity: number) =>
    fc.record({ op: fc.constantFrom(...ops), args: fc.array(tie("ast"), { minLength: arity, maxLength: arity }) });
  return {
    ast: fc.oneof(
      { depthSize: "large", withCrossShrink: true, maxDepth: 12 },
      leaves,
      node(Object.keys(symbols), 2),
      node(["pow"], 2),
      node(["negative", "sin"], 1),
      node(["atan2"], 2),
      node(["where"], 3),
    ),
  };
});

const blanks = [" ", "\t", "  "];
const choices = fc.infiniteStream(fc.nat(9)).map((stream) => ({
  wrap: () => stream.next().value < 2,
  blank: () => blanks[stream.next().value] ?? "",
}));

test.each([
  ["as few parentheses as possible", fc.constant({ wrap: () => false, blank: () => "" })],
  ["parentheses around everything", fc.constant({ wrap: () => true, blank: () => " " })],
  ["some parentheses and blanks", choices],
])("an expression printed with %s is read as it was meant, bit for bit", (_, styles) => {
  fc.assert(
    fc.property(asts, styles, (ast, style) => {
      const document = translateFormula({ expression: print(ast, 1, style) }, limits).document;
      expect(evaluateDocument(document, terms)).toBe(evaluateAst(ast, terms));
      expect(evaluateDocument(document, numbers)).toBe(evaluateAst(ast, numbers));
    }),
    { numRuns: 1000 },
  );
});

test("breaking an expression into statements does not change it", () => {
  fc.assert(
    fc.property(asts, asts, fc.constantFrom(";", "\n", " ;\r\n"), (inner, outer, separator) => {
      const style = { wrap: () => false, blank: () => "" };
      const replaced = evaluateAst<Ast>(outer, {
        leaf: (leaf) => (leaf === "z" ? inner : typeof leaf === "number" ? { value: leaf } : { symbol: leaf }),
        apply: (op, args) => ({ op, args }),
      });
      const renamed = print(outer, 1, style).replaceAll("z", "part");
      const expression = `part = ${print(inner, 1, style)}${separator}whole = ${renamed}`;
      expect(evaluateDocument(translateFormula({ expression }, limits).document, numbers)).toBe(
        evaluateAst(replaced, numbers),
      );
    }),
    { numRuns: 300 },
  );
});

test("any text gives a document or an error that the caller can act on", () => {
  const fragments = fc.constantFrom(
    ..."+-*/@^()<>=!,;\n .e1x0".split(""),
    "pi",
    "NaN",
    "==",
    "y=",
    "f(",
    "1e9",
    "é",
    "\0",
  );
  const texts = fc.oneof(
    fc.array(fragments, { maxLength: 30 }).map((parts) => parts.join("")),
    fc.string(),
  );
  fc.assert(
    fc.property(texts, (expression) => {
      try {
        const { inputs, constants = [], nodes } = translateFormula({ expression }, limits).document;
        const known = new Set([...(inputs as { name: string }[]), ...constants].map(({ name }) => name));
        for (const { id, args } of nodes) {
          for (const arg of args)
            expect(typeof arg === "number" || known.has(String(arg)) || /^-?(NaN|Infinity)$/.test(String(arg))).toBe(
              true,
            );
          expect(known.has(id)).toBe(false);
          known.add(id);
        }
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        expect(error.message).toMatch(/^line \d+, column \d+: ./);
      }
    }),
    { numRuns: 3000 },
  );
});
