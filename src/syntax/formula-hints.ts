/** What to write in place of a character that formulas do not have; `after` tells whether an operand ends before it. */
export function hintFor(character: string, pair: string, after: boolean): string | undefined {
  if (character === "." && pair.length > 1 && ".*/^+-".includes(pair[1]!)) {
    return `${pair[1]}, which goes element by element`;
  }
  if (pair === ".T") return "matrix_transpose(x)";
  return (after ? afterOperand : beforeOperand).get(character) ?? anywhere.get(character);
}

const afterOperand = new Map([
  ["!", "exp(lgamma(x + 1)) for x!, a != b for unequal"],
  ["[", "take(x, 0) for x[0]"],
  ["'", "matrix_transpose(x) for x'"],
  ["|", "logical_or(a, b) for a | b, abs(x) for |x|"],
]);
const beforeOperand = new Map([
  ["!", "logical_not(a)"],
  ["[", "its name: a formula holds numbers only, declare an array in `inputs`"],
  ["|", "abs(x) for |x|, logical_or(a, b) for a | b"],
]);
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
  ["%", "remainder(a, b)"],
  ["&", "logical_and(a, b)"],
  ["~", "logical_not(a)"],
  ["?", "where(condition, a, b)"],
  ["{", "("],
  ["}", ")"],
  ["]", "take(x, i) for an element"],
]);
