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

/** Formulas in LaTeX's math mode. */
export const latex: Notation = {
  name: (name) => atom(latexName(name)),
  constant: (value) => {
    const text = constantName(value, "e", "\\pi") ?? latexNumber(tensorForPeople(value));
    return { text, precedence: text.startsWith("-") ? precedences.unary : precedences.atom };
  },
  apply: (node, args) => {
    const special = args.length > 0 && attributesText(node) === "" ? forms[node.op.name]?.(args) : undefined;
    if (special) return special;
    const binary = args.length === 2 ? symbolOf.get(node.op.name) : undefined;
    if (binary) {
      const { precedence } = binary;
      const [a, b] = args as [Phrase, Phrase];
      const symbol = symbols[binary.op] ?? binary.symbol;
      return { text: `${parens(a, precedence)} ${symbol} ${parens(b, precedence + 1)}`, precedence };
    }
    const attributes = attributesText(node);
    const operands = args.map((arg) => arg.text).join(", ");
    const more = attributes === "" ? "" : `;\\ \\text{${escaped(attributes)}}`;
    return call(commands[node.op.name] ?? `\\operatorname{${escaped(node.op.name)}}`, operands + more);
  },
};

/** A name in math mode, its digits a subscript, under an accent such as `\bar`. */
export function latexName(name: string, accent = ""): string {
  const [, letters = name, digits] = /^([A-Za-z]+?)_?(\d+)$/.exec(name) ?? [];
  const base = greek.has(letters) ? `\\${letters}` : letters.length === 1 ? letters : `\\mathrm{${escaped(letters)}}`;
  const accented = accent === "" ? base : `${accent}{${base}}`;
  return digits === undefined ? accented : `${accented}_{${digits}}`;
}

/** A number, or several, as {@link numberText} writes them, in math mode. */
export function latexNumber(text: string): string {
  return text
    .replace(/(\d)e([+-]?\d+)/g, (_, digit, exponent) => `${digit} \\cdot 10^{${Number(exponent)}}`)
    .replaceAll("Infinity", "\\infty")
    .replaceAll("NaN", "\\mathrm{NaN}")
    .replaceAll("…", "\\dots")
    .replace(/\b(true|false|float64|int32|bool)\b/g, "\\mathrm{$1}");
}

const greek = new Set(
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega".split(
    " ",
  ),
);
const symbols: Readonly<Record<string, string>> = {
  less_equal: "\\le",
  greater_equal: "\\ge",
  equal: "=",
  not_equal: "\\ne",
  multiply: "\\cdot",
  matmul: "\\,",
};
const commands: Readonly<Record<string, string>> = {
  log: "\\ln",
  log2: "\\log_{2}",
  log10: "\\log_{10}",
  asin: "\\arcsin",
  acos: "\\arccos",
  atan: "\\arctan",
  ...Object.fromEntries(["sin", "cos", "tan", "sinh", "cosh", "tanh"].map((name) => [name, `\\${name}`])),
  maximum: "\\max",
  minimum: "\\min",
};

// Fractions hold together, but under a power they need parentheses.
const fraction = (over: string, under: string): Phrase => ({
  text: `\\frac{${over}}{${under}}`,
  precedence: precedences.unary,
});
const raised = (base: Phrase, exponent: string): Phrase => ({
  text: `${parens(base, precedences.atom)}^{${exponent}}`,
  precedence: precedences.power,
});

const forms: Readonly<Record<string, (args: readonly Phrase[]) => Phrase>> = {
  divide: ([a, b]) => fraction(a!.text, b!.text),
  reciprocal: ([x]) => fraction("1", x!.text),
  negative: ([x]) => ({
    text: `-${parens(x!, precedences.unary + (x!.text.startsWith("-") ? 1 : 0))}`,
    precedence: precedences.unary,
  }),
  pow: ([x, y]) => raised(x!, y!.text),
  square: ([x]) => raised(x!, "2"),
  sqrt: ([x]) => atom(`\\sqrt{${x!.text}}`),
  exp: ([x]) => ({ text: `e^{${x!.text}}`, precedence: precedences.power }),
  exp2: ([x]) => ({ text: `2^{${x!.text}}`, precedence: precedences.power }),
  abs: ([x]) => atom(`\\left|${x!.text}\\right|`),
  floor: ([x]) => atom(`\\left\\lfloor ${x!.text} \\right\\rfloor`),
  ceil: ([x]) => atom(`\\left\\lceil ${x!.text} \\right\\rceil`),
  logical_and: ([x, y]) => atom(`\\left(${x!.text} \\land ${y!.text}\\right)`),
  logical_or: ([x, y]) => atom(`\\left(${x!.text} \\lor ${y!.text}\\right)`),
  where: ([condition, x, y]) =>
    atom(`\\begin{cases} ${x!.text} & \\text{if } ${condition!.text} \\\\ ${y!.text} & \\text{otherwise} \\end{cases}`),
};

function parens(phrase: Phrase, needed: number): string {
  return wrapped(phrase, needed, "\\left(", "\\right)");
}

function call(head: string, operands: string): Phrase {
  return atom(`${head}\\left(${operands}\\right)`);
}

function escaped(text: string): string {
  return text.replaceAll("_", "\\_");
}
