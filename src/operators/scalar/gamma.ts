import { BERNOULLI, ONE_MINUS_EULER, polynomial, ZETA_MINUS_ONE } from "./series.ts";

/**
 * log|Γ(x)|, +Infinity at the poles 0, −1, −2, … and at ±Infinity.
 *
 * Relative accuracy 1e-15 for x > −1/2, also about the zeros 1 and 2; at other negative x an absolute error of 1e-15
 * times max(1, |log Γ(−x)|) about the zeros. Taylor series about 1 and 2, recurrence to 8, Stirling beyond; reflection
 * for x < −1/2.
 */
export function lgamma(x: number): number {
  if (x < -0.5) return lgammaReflected(x);
  if (x < 0.5) return lgammaOnePlus(x) - Math.log(Math.abs(x));
  if (x < SPLIT) return lgammaOnePlus(x - 1);
  if (x <= 2.5) return lgammaTwoPlus(x - 2);
  if (x < STIRLING_FROM) {
    let product = 1;
    for (; x > 2.5; x--) product *= x - 1;
    return Math.log(product) + lgammaTwoPlus(x - 2);
  }
  if (!(x < Number.POSITIVE_INFINITY)) return x;
  return (x - 0.5) * (Math.log(x) - 1) + HALF_LOG_TWO_PI_OVER_E + stirlingCorrection(x);
}

/**
 * ψ(x) = d/dx log Γ(x): −Infinity at +0 and +Infinity at −0, NaN at the negative integers and −Infinity.
 *
 * Relative accuracy 1e-15, about the zeros an absolute error at that level. Taylor series about 2, recurrence to 8,
 * the asymptotic series beyond; reflection for x < −1/2.
 */
export function digamma(x: number): number {
  if (x < -0.5) {
    const offset = x - Math.round(x);
    if (offset === 0 || Number.isNaN(offset)) return Number.NaN;
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * offset);
  }
  if (x < 0.5) return digammaTwoPlus(x) - 1 / (1 + x) - 1 / x;
  if (x < SPLIT) return digammaTwoPlus(x - 1) - 1 / x;
  if (x < STIRLING_FROM) {
    let sum = 0;
    for (; x > 2.5; x--) sum += 1 / (x - 1);
    return digammaTwoPlus(x - 2) + sum;
  }
  if (!(x < Number.POSITIVE_INFINITY)) return x;
  const reciprocal = 1 / x;
  const square = reciprocal * reciprocal;
  return Math.log(x) - (0.5 * reciprocal + square * polynomial(DIGAMMA_ASYMPTOTIC, square));
}

/** log Γ(x) − [(x − 1/2)·log x − x + log(2π)/2] for x ≥ 8: Σ B₂ₖ/(2k(2k−1)x²ᵏ⁻¹) (DLMF 5.11.1). */
export function stirlingCorrection(x: number): number {
  const reciprocal = 1 / x;
  return reciprocal * polynomial(STIRLING, reciprocal * reciprocal);
}

// The series about 2 serves from here, a little before the zero of ψ at 1.46 and the minimum of lgamma there.
const SPLIT = 1.35;
const STIRLING_FROM = 8;
const HALF_LOG_TWO_PI_OVER_E = 0.4189385332046727;

const STIRLING = BERNOULLI.map((b, i) => b / ((2 * i + 2) * (2 * i + 1))).slice(0, 10);
const DIGAMMA_ASYMPTOTIC = BERNOULLI.map((b, i) => b / (2 * i + 2)).slice(0, 10);
const DIGAMMA_SERIES = [ONE_MINUS_EULER, ...ZETA_MINUS_ONE.map((zeta, i) => (i % 2 === 0 ? zeta : -zeta))];
const LGAMMA_SERIES = DIGAMMA_SERIES.map((c, i) => c / (i + 1));

/** log Γ(2 + z) for |z| ≤ 0.6: (1 − γ)z + Σ (−1)ᵏ(ζ(k) − 1)zᵏ/k (DLMF 5.7.3). */
function lgammaTwoPlus(z: number): number {
  return z * polynomial(LGAMMA_SERIES, z);
}

/** log Γ(1 + z) for |z| ≤ 0.5; takes z so that a tiny argument need not be rounded against 1. */
function lgammaOnePlus(z: number): number {
  return lgammaTwoPlus(z) - Math.log1p(z);
}

/** ψ(2 + z) for |z| ≤ 0.6: the derivative of that series (DLMF 5.7.4). */
function digammaTwoPlus(z: number): number {
  return polynomial(DIGAMMA_SERIES, z);
}

/** log|Γ(x)| = log(π / |x·sin πx|) − log Γ(−x) for x < −1/2 (DLMF 5.5.3). */
function lgammaReflected(x: number): number {
  const offset = Math.abs(x - Math.round(x));
  if (offset === 0 || Number.isNaN(offset)) return Number.POSITIVE_INFINITY;
  return Math.log(Math.PI / (-x * Math.sin(Math.PI * offset))) - lgamma(-x);
}
