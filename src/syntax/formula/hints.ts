/** What to write in place of a character that formulas do not have; `after` tells whether an operand ends before it. */
export function hintFor(character: string, pair: string, after: boolean): string | undefined {
  if (character === "." && pair.length > 1 && "*/^+-".includes(pair[1]!)) {
    return `${pair[1]}, which goes element by element`;
  }
  return (after ? afterOperand.get(character) : undefined) ?? anywhere.get(character);
}

/** What to write in place of what stands where an operand is expected; empty where nothing is known. */
export function operandHint({ text }: Written): string {
  return text === "\n" ? " (a statement goes on over lines inside brackets, or by an operator that begins a line)" : "";
}

/** What to write in place of what stands where an operator is expected; empty where nothing is known. */
export function operatorHint({ kind, text }: Written): string {
  if (text === "=") return ' ("=" follows the name that starts a statement; equality is "==")';
  if (text === "!") return " (x! is written exp(lgamma(x + 1)))";
  if (text === "not") return " (unequal is written !=)";
  return kind === "number" || kind === "name" || text === "(" ? " (a product is written with *)" : "";
}

interface Written {
  readonly kind: string;
  readonly text: string;
}

const afterOperand = new Map([["|", "a or b for a | b"]]);
const anywhere = new Map([
  ["−", "-"],
  ["×", "*"],
  ["·", "*"],
  ["⋅", "*"],
  ["÷", "/"],
  ["≤", "<="],
  ["≥", ">="],
  ["≠", "!="],
  ["π", "pi"],
  ["√", "sqrt(x)"],
  ["²", "^2"],
  ["³", "^3"],
  ["∞", "Infinity"],
  ["∧", "and"],
  ["∨", "or"],
  ["¬", "not"],
  ["&", "a and b"],
  ["~", "not a"],
  ["?", "a if condition else b"],
  ["’", "'"],
  ["“", '"'],
  ["”", '"'],
  ["{", "( or ["],
  ["}", ") or ]"],
  ["\\", "nothing: a line that begins with an operator goes on with the last"],
]);
