import type { Numbers } from "./matrices.ts";

/**
 * Solves a system of three diagonals by elimination with exchanges of neighbouring rows, as LAPACK's dgtsv; where zero
 * absorbs, a right side of zeros has the solution zero, whatever the matrix is.
 */
export function solveThreeDiagonals(
  below: Numbers,
  main: Numbers,
  above: Numbers,
  b: Numbers,
  absorb: boolean,
  out: Numbers,
): void {
  const n = b.length;
  if (n === 0 || (absorb && b.every((x) => x === 0))) return;
  const [d, u] = [main.slice(), above.slice()];
  // What an exchange puts two places after the diagonal.
  const far = new Float64Array(n);
  out.set(b);
  for (let k = 0; k + 1 < n; k++) {
    const low = below[k + 1]!;
    if (Math.abs(low) > Math.abs(d[k]!)) {
      const factor = d[k]! / low;
      const [next, last] = [d[k + 1]!, k + 2 < n ? u[k + 1]! : 0];
      d[k] = low;
      d[k + 1] = u[k]! - factor * next;
      u[k] = next;
      far[k] = last;
      u[k + 1] = -factor * last;
      const side = out[k]!;
      out[k] = out[k + 1]!;
      out[k + 1] = side - factor * out[k]!;
    } else if (low !== 0) {
      const factor = low / d[k]!;
      d[k + 1]! -= factor * u[k]!;
      out[k + 1]! -= factor * out[k]!;
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    let x = out[k]!;
    if (k + 1 < n) x -= u[k]! * out[k + 1]!;
    if (k + 2 < n && far[k] !== 0) x -= far[k]! * out[k + 2]!;
    out[k] = x / d[k]!;
  }
}
