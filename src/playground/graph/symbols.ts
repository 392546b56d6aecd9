import { symbolOf } from "../../syntax/formula/grammar.ts";

/** What a node shows for its operator: the sign that textbooks write, where there is a short one, else its name. */
export function operatorSign(op: string): string {
  return signs.get(op) ?? symbolOf.get(op)?.symbol ?? op.replaceAll("_", " ");
}

// Formulas are written with what keyboards have.
const signs = new Map([
  ["multiply", "×"],
  ["subtract", "−"],
  ["divide", "÷"],
  ["negative", "−"],
  ["less_equal", "≤"],
  ["greater_equal", "≥"],
  ["equal", "="],
  ["not_equal", "≠"],
  ["sum", "Σ"],
  ["prod", "Π"],
  ["sqrt", "√"],
  ["square", "x²"],
  ["log", "ln"],
  ["abs", "|x|"],
  ["pow", "xʸ"],
  ["input", ""],
  ["constant", ""],
]);

/** A name as textbooks set it: letters, and digits that follow them as an index. */
export function nameParts(name: string): { readonly base: string; readonly index: string } {
  const match = /^([A-Za-z]+)_?(\d+)$/.exec(name);
  return match ? { base: match[1]!, index: match[2]! } : { base: name, index: "" };
}
