/** The Bernoulli numbers B₂, B₄, …, B₂₄, as fractions. */
export const BERNOULLI_FRACTIONS: readonly (readonly [numerator: number, denominator: number])[] = [
  [1, 6],
  [-1, 30],
  [1, 42],
  [-1, 30],
  [5, 66],
  [-691, 2730],
  [7, 6],
  [-3617, 510],
  [43867, 798],
  [-174611, 330],
  [854513, 138],
  [-236364091, 2730],
];

/** The Bernoulli numbers B₂, B₄, …, B₂₄. */
export const BERNOULLI: readonly number[] = BERNOULLI_FRACTIONS.map(([p, q]) => p / q);

/** ζ(k) − 1 for k = 2, 3, …, 36 (DLMF 25.2.1, rounded from 60 digits). */
export const ZETA_MINUS_ONE: readonly number[] = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645,
  0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-5, 3.058823630702049e-5, 1.528225940865187e-5,
  7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6, 9.539620338727962e-7, 4.769329867878064e-7,
  2.38450502727733e-7, 1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8, 1.4901554828365043e-8,
  7.45071178983543e-9, 3.725334024788457e-9, 1.862659723513049e-9, 9.313274324196682e-10, 4.656629065033784e-10,
  2.3283118336765053e-10, 1.164155017270052e-10, 5.820772087902701e-11, 2.9103850444971e-11, 1.4551921891041985e-11,
];

/** 1 − γ, where γ is Euler's constant: ψ(2), the slope of lgamma at 2. */
export const ONE_MINUS_EULER = 0.42278433509846713;

/** c₀ + c₁x + c₂x² + …, by Horner's rule. */
export function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) value = value * x + coefficients[k]!;
  return value;
}

/** c₀T₀(t) + c₁T₁(t) + c₂T₂(t) + … for |t| ≤ 1, by Clenshaw's recurrence. */
export function chebyshev(coefficients: readonly number[], t: number): number {
  let [next, afterNext] = [0, 0];
  for (let k = coefficients.length - 1; k > 0; k--) {
    [next, afterNext] = [2 * t * next - afterNext + coefficients[k]!, next];
  }
  return t * next - afterNext + coefficients[0]!;
}

/** The binomial coefficients of n: n over 0, 1, …, n. */
export function binomials(n: number): number[] {
  const row = [1];
  for (let k = 1; k <= n; k++) row.push((row[k - 1]! * (n - k + 1)) / k);
  return row;
}
