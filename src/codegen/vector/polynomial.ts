import type { Lanes, LaneWriter } from "../lanes.ts";

/**
 * c₀ + c₁x + c₂x² + … as two interleaved chains, the even and the odd terms, so that the machine can run both at once;
 * `square` is x², where it is known already.
 */
export function polynomial(w: LaneWriter, coefficients: readonly number[], x: Lanes, square = w.mul(x, x)): Lanes {
  if (coefficients.length < 3) return horner(w, coefficients, x);
  const even = coefficients.filter((_, i) => i % 2 === 0);
  const odd = coefficients.filter((_, i) => i % 2 === 1);
  return w.madd(horner(w, odd, square), x, horner(w, even, square));
}

/** c₀ + c₁x + c₂x² + … by Horner's rule, one chain. */
export function horner(w: LaneWriter, coefficients: readonly number[], x: Lanes): Lanes {
  let value = w.constant(coefficients.at(-1)!);
  for (let k = coefficients.length - 2; k >= 0; k--) value = w.madd(value, x, w.constant(coefficients[k]!));
  return value;
}
