import type { Random } from "./random.ts";

const unary = ["sqrt", "log", "exp", "abs", "relu", "square", "acos", "tanh", "reciprocal", "sign", "floor", "ndtr"];
const binary = ["+", "-", "*", "/"];
const calls = ["maximum", "minimum", "hypot", "atan2", "pow", "remainder", "logaddexp", "fmod"];
const leaves = ["x", "z", "0", "1", "0.5", "2"];
/** Numbers at which most of the operators have a singular point. */
export const singularPoints = [0, 1, -1, 0.5, 1000, -1000] as const;

/** A random formula in x and z, of operators that have singular points. */
export function singularFormula(random: Random, depth: number): string {
  if (depth === 0) return random.pick(leaves);
  const grown = () => singularFormula(random, depth - 1);
  const kind = random.below(10);
  if (kind < 4) return `${random.pick(unary)}(${grown()})`;
  if (kind < 7) return `(${grown()} ${random.pick(binary)} ${grown()})`;
  if (kind < 8) return `${random.pick(calls)}(${grown()}, ${grown()})`;
  if (kind < 9) return `where(${grown()} > ${grown()}, ${grown()}, ${grown()})`;
  // What cancels, as both operands are one node.
  const shared = grown();
  return `(${shared} - ${shared})`;
}
