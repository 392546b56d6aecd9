import fc from "fast-check";
import type { Operator } from "../../src/graph/operator.ts";
import { floats } from "./graphs.ts";
import { holds, type Said } from "./holds.ts";
import { familyOf, operators } from "./plain-operators.ts";
import { type Sample, sampleOperator, type Values } from "./samples.ts";

/** The operators whose operands and results can be floats, so that there is something to differentiate. */
export const differentiable = operators.filter(hasJacobian);
/** The others. */
export const undifferentiable = operators.filter((op) => !hasJacobian(op));

/**
 * Whether an operator has as many finite values as others among infinities, NaN and numbers that overflow. Those of
 * linear algebra do not: there each element is a sum of many products, and what overflows depends on their order.
 */
export function isElementary(op: Operator): boolean {
  const placing = ["block_diag", "diag", "kron", "vector_norm"];
  const mixing = ["cubic_spline", "layer_norm"];
  return (familyOf(op) !== "linear algebra" && !mixing.includes(op.name)) || placing.includes(op.name);
}

/** Holds an operator to a law; float operands, or of any dtype that it takes. */
export function holdsFor(
  op: Operator,
  law: (sample: Sample) => Said,
  values: Values,
  numRuns: number,
  anyDType = false,
): void {
  holds([fc.integer()], (seed) => law(sampleOperator(op, seed, values, anyDType)), numRuns);
}

function hasJacobian(op: Operator): boolean {
  const { wrt, of } = floats(sampleOperator(op, 0, "generic").primal);
  return wrt.length > 0 && of.length > 0;
}
