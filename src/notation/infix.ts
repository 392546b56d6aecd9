import type { Node } from "../graph/operator.ts";
import { precedences, symbolOf } from "../syntax/formula/grammar.ts";
import {
  atom,
  attributesText,
  constantName,
  type Notation,
  type Phrase,
  tensorForPeople,
  wrapped,
} from "./notation.ts";

/**
 * Formulas as the service reads them, `ln(x1) + x1 * x2`: an operator without a symbol is a call by its name. Attributes,
 * which formulas cannot say, follow the operands after a semicolon: such text is for people only.
 */
export const infix: Notation = {
  name: atom,
  constant: (value) => {
    // Formulas have no booleans; 1 and 0 are as true and as false.
    if (value.shape.length === 0 && value.dtype === "bool") return atom(String(value.data[0]));
    const text = constantName(value, "e", "pi") ?? tensorForPeople(value);
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

// Names that textbooks use, all of them aliases.
const spoken: Readonly<Record<string, string>> = { log: "ln" };

function call(node: Node, args: readonly Phrase[]): string {
  const attributes = attributesText(node);
  const operands = args.map((arg) => arg.text).join(", ");
  const separator = operands !== "" && attributes !== "" ? "; " : "";
  return `${spoken[node.op.name] ?? node.op.name}(${operands}${separator}${attributes})`;
}
