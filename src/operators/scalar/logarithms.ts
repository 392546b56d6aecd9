import { chebyshev } from "./series.ts";

/** x·log(y), 0 where x is 0 and y is no NaN. */
export function xlogy(x: number, y: number): number {
  return x === 0 && !Number.isNaN(y) ? 0 : x * Math.log(y);
}

/** x·log(1 + y), 0 where x is 0 and y is no NaN. */
export function xlog1py(x: number, y: number): number {
  return x === 0 && !Number.isNaN(y) ? 0 : x * Math.log1p(y);
}

/** log(1 − e^−|x|), within 2 ulp. M. Mächler, "Accurately computing log(1 − exp(−|a|))" (2012). */
export function log1mexp(x: number): number {
  const size = Math.abs(x);
  return size > Math.LN2 ? Math.log1p(-Math.exp(-size)) : Math.log(-Math.expm1(-size));
}

/** 1/(e^|x| − 1) with the sign of x. */
export function bose(x: number): number {
  return (x < 0 ? -1 : Object.is(x, -0) ? -1 : 1) / Math.expm1(Math.abs(x));
}

/** log(cosh(x)), within 2 ulp. */
export function logcosh(x: number): number {
  const size = Math.abs(x);
  if (size > SERIES_TO) return size - Math.LN2 + Math.log1p(Math.exp(-2 * size));
  const square = size * size;
  return square * chebyshev(LOG_COSH, (2 * square) / SERIES_TO ** 2 - 1);
}

const SERIES_TO = 0.75;

/** The Chebyshev coefficients of log(cosh(√t))/t for 0 ≤ t ≤ 0.5625, computed with mpmath at 60 digits. */
const LOG_COSH: readonly number[] = [
  0.47887519499210895, -0.020403307121845692, 0.000693564619457486, -2.6781154999906217e-5, 1.1026784077306745e-6,
  -4.7253560847391096e-8, 2.0815737325210142e-9, -9.356720138017127e-11, 4.2713767057099325e-12, -1.973851679661932e-13,
  9.212051837529863e-15, -4.334597237138061e-16, 2.053645182569562e-17,
];
