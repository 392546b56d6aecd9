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

/** A name as textbooks set it: letters, Greek ones by their names, and digits that follow them as an index. */
export function nameParts(name: string): { readonly base: string; readonly index: string } {
  const [, letters = name, index = ""] = /^([A-Za-z]+)_?(\d+)$/.exec(name) ?? [];
  return { base: greek.get(letters) ?? letters, index };
}

const greekLetters =
  "alpha α beta β gamma γ delta δ epsilon ε zeta ζ eta η theta θ kappa κ lambda λ mu μ nu ν xi ξ rho ρ sigma σ tau τ " +
  "phi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Sigma Σ Phi Φ Psi Ψ Omega Ω";

const greek = new Map([...greekLetters.matchAll(/(\w+) (\S)/g)].map(([, name, letter]) => [name!, letter!]));
