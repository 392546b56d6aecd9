import type { Attrs } from "../graph/attribute.ts";
import { functionsIn, GraphFunction } from "../graph/function.ts";
import { type NdArray, rowMajorData } from "../graph/ndarray.ts";
import { constantValue, type Node } from "../graph/operator.ts";
import { higherOrder, precedences, prefixes, symbolOf } from "../syntax/formula/grammar.ts";
import { isSpellable } from "../syntax/names.ts";
import { staticValue } from "../syntax/sugar/static.ts";
import {
  atom,
  attributesOf,
  attributeText,
  constantName,
  type Notation,
  numberText,
  type Phrase,
  tensorForPeople,
  wrapped,
} from "./notation.ts";

/**
 * Formulas as the service reads them, `ln(x1) + x1 * x2`: what is written is read as the same graph. Functions are called
 * what `functionName` says.
 */
export function infixWith(functionName: (held: GraphFunction) => string): Notation {
  return { ...infix, apply: (node, args) => higher(node, args, functionName) ?? infix.apply(node, args) };
}

/** The same, functions by their own names. */
export const infix: Notation = {
  name: (name) => atom(isSpellable(name) ? name : `\`${name}\``),
  constant: (value) =>
    isNumber(value) ? number(constantName(value, "e", "pi") ?? numberText(value.data[0]!)) : atom(tensor(value)),
  apply: (node, args) => between(node, args) ?? before(node, args) ?? after(node, args) ?? atom(call(node, args)),
};

/** The same for people: long arrays are cut. */
export const infixForPeople: Notation = {
  ...infix,
  constant: (value) => (isNumber(value) ? infix.constant(value) : atom(tensorForPeople(value))),
};

function isNumber({ shape, dtype }: NdArray): boolean {
  return shape.length === 0 && dtype === "float64";
}

function number(text: string): Phrase {
  return { text, precedence: text.startsWith("-") ? precedences.unary : precedences.atom, isNumber: true };
}

/** An operator on functions: they stand among its operands, and those of derivatives before them. */
function higher(
  node: Node,
  args: readonly Phrase[],
  functionName: (held: GraphFunction) => string,
): Phrase | undefined {
  const held = functionsIn(node);
  if (held.length === 0) return undefined;
  const { name } = node.op;
  const operands = args.map(({ text }) => text);
  const names = held.map(functionName);
  const named = Object.entries(
    attributesOf(node, { ...functionAttributes(node), ...(name === "scan" && { carry: 1 }) }),
  )
    .filter(([key]) => Object.hasOwn(node.op.attributes, key))
    .map(([key, value]) => `${key}=${attributeText(value)}`);
  if (name === "call") return atom(`${names[0]}(${operands.join(", ")})`);
  if (!higherOrder.has(name)) return atom(`${name}(${[...names, ...named].join(", ")})(${operands.join(", ")})`);
  const handed = name === "switch" ? [`[${names.join(", ")}]`] : names;
  const first = name === "switch" || name === "cond" ? 1 : 0;
  return atom(`${name}(${[...operands.slice(0, first), ...handed, ...operands.slice(first), ...named].join(", ")})`);
}

function functionAttributes({ attrs }: Node): Attrs {
  const isHeld = (value: unknown) => [value].flat().some((entry) => entry instanceof GraphFunction);
  return Object.fromEntries(Object.entries(attrs).filter(([, value]) => isHeld(value)));
}

/** An operator between its operands. */
function between({ op, attrs }: Node, args: readonly Phrase[]): Phrase | undefined {
  const binary = symbolOf.get(op.name);
  if (!binary || args.length !== 2 || Object.keys(attrs).length > 0) return undefined;
  const { symbol, precedence, associates } = binary;
  const [a, b] = args as [Phrase, Phrase];
  const left = wrapped(a, precedence + (associates === "left" ? 0 : 1));
  const right = b.isNumber ? b.text : wrapped(b, precedence + (associates === "right" ? 0 : 1));
  return { text: `${left} ${symbol} ${right}`, precedence };
}

/** An operator before its operand. */
function before({ op }: Node, args: readonly Phrase[]): Phrase | undefined {
  const [operand] = args;
  const symbol = prefixOf.get(op.name);
  if (symbol === undefined || args.length !== 1 || !operand) return undefined;
  if (op.name === "negative" && operand.isNumber) return undefined;
  const { precedence } = prefixes.get(symbol)!;
  return { text: `${symbol}${/\w$/.test(symbol) ? " " : ""}${wrapped(operand, precedence)}`, precedence };
}

/** A transpose, and what indices say: `x'`, `x[1:3]`, `x[:, 0]`; and an array of what is not all written out. */
function after(node: Node, args: readonly Phrase[]): Phrase | undefined {
  const { op } = node;
  const [operand] = args;
  if (op.name === "stack") return array(node, args);
  if (op.name === "matrix_transpose") return atom(`${wrapped(operand!, precedences.atom)}'`);
  const indices = op.name === "slice" ? slices(node) : op.name === "take" ? taken(node, args) : undefined;
  return indices && atom(`${wrapped(operand!, precedences.atom)}[${indices.join(", ")}]`);
}

/** The bounds of a slice; undefined where it says nothing of any axis. */
function slices({ attrs }: Node): string[] | undefined {
  const { start, stop, step } = attrs as Readonly<Record<"start" | "stop" | "step", readonly (number | null)[]>>;
  const said = start.map((first, axis) => {
    const by = step[axis] === 1 ? "" : `:${step[axis]}`;
    return `${first ?? ""}:${stop[axis] ?? ""}${by}`;
  });
  const last = said.findLastIndex((bounds) => bounds !== ":");
  return last < 0 ? undefined : said.slice(0, last + 1);
}

/** An index along one axis, unless it would be read as a number that it is not written as. */
function taken({ args, attrs }: Node, phrases: readonly Phrase[]): string[] | undefined {
  const index = args[1]!;
  if (index.dtype === "bool") return undefined;
  if (!constantValue(index) && index.dtype !== "int32" && staticValue(index) !== undefined) return undefined;
  const open = Array.from({ length: attrs.axis as number }, () => ":");
  return [...open, phrases[1]!.text];
}

/** A row along a new first axis; what is written out altogether would be a constant. */
function array({ args, attrs }: Node, phrases: readonly Phrase[]): Phrase | undefined {
  if (attrs.axis !== 0 || args.every((arg, i) => constantValue(arg) && !phrases[i]!.isName)) return undefined;
  return atom(`[${phrases.map(({ text }) => text).join(", ")}]`);
}

// Names that textbooks use, all of them aliases.
const spoken: Readonly<Record<string, string>> = { log: "ln" };
const prefixOf: ReadonlyMap<string, string> = new Map(
  [...prefixes].reverse().flatMap(([symbol, { op }]) => (op === undefined ? [] : [[op, symbol] as const])),
);

function call(node: Node, args: readonly Phrase[]): string {
  const { op } = node;
  const attributes = attributesOf(node);
  const text = Object.keys(op.attributes).find(
    (key) => op.attributes[key]!.required && typeof attributes[key] === "string",
  );
  const first =
    text !== undefined && op.attributes[text]!.schema.type === "string" ? [attributeText(attributes[text])] : [];
  const rest = Object.entries(attributes).filter(([key]) => first.length === 0 || key !== text);
  const named = rest.map(([key, value]) => `${key}=${attributeText(value)}`);
  const operands = [...first, ...args.map((arg) => arg.text), ...named];
  return `${spoken[op.name] ?? op.name}(${operands.join(", ")})`;
}

// Longer ones are base64, which is shorter and read faster.
const numbersMax = 1000;

/** A tensor as formulas write it out, with all digits. */
function tensor({ shape, dtype, data, ...rest }: NdArray): string {
  const elements = rowMajorData({ shape, dtype, data, ...rest });
  const isPlain = dtype === "float64" || dtype === "bool";
  const nested = elements.length <= numbersMax ? literal(shape, (i) => elementText(elements[i]!, dtype)) : undefined;
  if (nested !== undefined) return isPlain ? nested : `${dtype}(${nested})`;
  const lengths = `shape=[${shape.join(", ")}]`;
  if (elements.length === 0) return `${dtype}([], ${lengths})`;
  const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
  return `${dtype}("${bytes.toBase64()}", ${lengths})`;
}

function elementText(x: number, dtype: NdArray["dtype"]): string {
  return dtype === "bool" ? String(x !== 0) : numberText(x);
}

/** Nested brackets; undefined for a shape that they do not tell, as a 0 ends what can be seen of it. */
function literal(shape: readonly number[], text: (i: number) => string): string | undefined {
  const zero = shape.indexOf(0);
  if (zero >= 0 && zero < shape.length - 1) return undefined;
  let level = Array.from({ length: shape.reduce((count, n) => count * n, 1) }, (_, i) => text(i));
  if (zero >= 0) level = Array.from({ length: shape.slice(0, -1).reduce((count, n) => count * n, 1) }, () => "[]");
  for (let axis = zero >= 0 ? shape.length - 2 : shape.length - 1; axis >= 0; axis--) {
    const n = shape[axis]!;
    level = Array.from({ length: level.length / n }, (_, i) => `[${level.slice(i * n, (i + 1) * n).join(", ")}]`);
  }
  return level[0]!;
}
