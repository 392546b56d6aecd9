import { chebyshev, polynomial } from "./series.ts";

/**
 * The error function 2/√π ∫₀ˣ exp(−t²) dt, within 2 ulp.
 *
 * Up to |x| = 0.75 the Maclaurin series (DLMF 7.6.1), beyond it 1 − erfc.
 */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude > 0.75) return Math.sign(x) * (1 - erfcTail(magnitude));
  return x + x * polynomial(ERF_SERIES, x * x);
}

/**
 * The complementary error function 1 − erf(x), relative accuracy 4 ulp also in the far tail, down to the subnormals
 * near x = 27.2.
 */
export function erfc(x: number): number {
  if (x > 0.5) return erfcTail(x);
  return x < -0.75 ? 2 - erfcTail(-x) : 1 - erf(x);
}

/** erfc for x > 0.5: exp(−x²)/(1 + 2x) times the Chebyshev series of (1 + 2x)·exp(x²)·erfc(x). */
function erfcTail(x: number): number {
  if (x > 28) return 0;
  // x² has twice the digits of x and exp would magnify the lost half; the square of a float32 is exact.
  const head = Math.fround(x);
  const decay = Math.exp(-head * head) * Math.exp((head - x) * (head + x));
  return (decay * chebyshev(ERFC_CHEBYSHEV, (x - 3.75) / (x + 3.75))) / (1 + 2 * x);
}

/** The coefficients of (erf(x) − x)/x in powers of x²: 2/√π·(−1)ᵏ/(k!·(2k+1)), less 1 at k = 0. */
const ERF_SERIES: readonly number[] = (() => {
  const coefficients = [0.1283791670955126];
  let power = 2 / Math.sqrt(Math.PI);
  for (let k = 1; k < 16; k++) {
    power /= -k;
    coefficients.push(power / (2 * k + 1));
  }
  return coefficients;
})();

/**
 * The Chebyshev coefficients of (1 + 2x)·exp(x²)·erfc(x) in t = (x − 3.75)/(x + 3.75), truncated below 3e-18.
 * J. L. Schonfelder, "Chebyshev Expansions for the Error and Related Functions", Math. Comp. 32 (1978) 1232–1240;
 * computed anew with mpmath at 60 digits.
 */
const ERFC_CHEBYSHEV: readonly number[] = [
  1.1775789345674017, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753,
  0.009074997670705265, -0.002413163540417608, 0.0004907758365258086, -6.916973302501207e-5, 4.13902798607301e-6,
  7.74038306619849e-7, -2.1886401049234397e-7, 1.076499946567091e-8, 4.521959811218287e-9, -7.754400208831351e-10,
  -6.318088340886684e-11, 2.86879501093067e-11, 1.9455868545777347e-13, -9.65469674843344e-13, 3.25254814814874e-14,
  3.3478119482868056e-14, -1.864562880419313e-15, -1.2507950530688648e-15, 7.418235256624044e-17, 5.068148904796111e-17,
];
