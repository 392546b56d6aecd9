import { type Graph, reachable } from "../graph/graph.ts";
import { constantValue, inputOperator, type Node } from "../graph/node.ts";
import { atom, attributesText, type Notation, namesOf, type Phrase, tensorText, wrapped, write } from "./notation.ts";
import { precedences, symbolOf } from "./symbols.ts";

/**
 * Formulas as the service reads them, `ln(x1) + x1 * x2`: an operator without a symbol is a call by its name. Attributes,
 * which formulas cannot say, follow the operands after a semicolon: such text is for people only.
 */
export const infix: Notation = {
  name: atom,
  constant: (value) => {
    // Formulas have no booleans; 1 and 0 are as true and as false.
    if (value.shape.length === 0 && value.dtype === "bool") return atom(String(value.data[0]));
    const text = tensorText(value);
    if (value.shape.length > 0) return atom(text);
    return { text, precedence: text.startsWith("-") ? precedences.unary : precedences.atom, isNumber: true };
  },
  apply: (node, args) => {
    const binary = symbolOf.get(node.op.name);
    if (binary && args.length === 2) {
      const { symbol, precedence, associates } = binary;
      const [a, b] = args as [Phrase, Phrase];
      const left = wrapped(a, precedence + (associates === "left" ? 0 : 1));
      const right = b.isNumber ? b.text : wrapped(b, precedence + (associates === "right" ? 0 : 1));
      return { text: `${left} ${symbol} ${right}`, precedence };
    }
    const [operand] = args;
    if (node.op.name === "negative" && operand && !operand.isNumber) {
      return { text: `-${wrapped(operand, precedences.unary)}`, precedence: precedences.unary };
    }
    return atom(call(node, args));
  },
};

/**
 * A graph as a formula with the same id, or undefined where formulas cannot say it: attributes, tensors and names of
 * their own; each shared part is a statement.
 */
export function formulaOf({ inputs, outputs }: Graph): Record<string, unknown> | undefined {
  const taken = new Set([...inputs, ...outputs].map(({ name }) => name));
  const roots = outputs.map((output) => output.node);
  if (!reachable(roots).every(isSayable)) return undefined;
  const names = namesOf(roots, freshNames("t", taken));
  if ([...taken].some((name) => !namePattern.test(name) || reserved.has(name))) return undefined;
  const inputOf = new Map(inputs.map(({ name, node }) => [name, node]));
  const { shared, results } = write(roots, names, infix);
  const lines = shared.map(({ name, text }) => `${name} = ${text}`);
  for (const [i, { name, node, dtype }] of outputs.entries()) {
    if (dtype !== node.dtype) return undefined;
    if (inputOf.get(name) === node) continue;
    if (inputOf.has(name)) return undefined;
    lines.push(`${name} = ${results[i]}`);
  }
  return {
    expression: lines.join("\n"),
    inputs: inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    outputs: outputs.map(({ name }) => name),
  };
}

/** Names `prefix1`, `prefix2`, … that are not taken. */
export function freshNames(prefix: string, taken: ReadonlySet<string>): () => string {
  let i = 0;
  return () => {
    do i++;
    while (taken.has(`${prefix}${i}`));
    return `${prefix}${i}`;
  };
}

/** Whether a formula can say a node: operators by name, no attributes, numbers. */
export function isSayable(node: Node): boolean {
  const value = constantValue(node);
  if (node.op === inputOperator) return true;
  return value ? value.shape.length === 0 && value.dtype === "float64" : attributesText(node) === "";
}

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;
const reserved = new Set(["pi", "e", "NaN", "Infinity"]);
// Names that textbooks use, all of them aliases.
const spoken: Readonly<Record<string, string>> = { log: "ln" };

function call(node: Node, args: readonly Phrase[]): string {
  const attributes = attributesText(node);
  const operands = args.map((arg) => arg.text).join(", ");
  const separator = operands !== "" && attributes !== "" ? "; " : "";
  return `${spoken[node.op.name] ?? node.op.name}(${operands}${separator}${attributes})`;
}
