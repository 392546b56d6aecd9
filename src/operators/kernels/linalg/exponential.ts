import type { Budget } from "../../../graph/budget.ts";
import { Blocks } from "./blocks.ts";
import { luFactors, solveByFactors } from "./factors.ts";
import { allFinite, type Numbers } from "./matrices.ts";

// Source: Higham, The scaling and squaring method for the matrix exponential revisited, SIAM J. Matrix Anal. Appl. 26
// (2005); its derivative as in Al-Mohy and Higham, ibid. 30 (2009).

/** A matrix, and with it the derivative in one direction. */
interface Dual {
  readonly value: Numbers;
  readonly tangent: Numbers | undefined;
}

/** exp(A) for A of n × n; NaN where A is not finite. */
export function exponentialOf(a: Numbers, n: number, out: Numbers, budget: Budget): void {
  if (!allFinite(a)) out.fill(Number.NaN);
  else out.set(exponential({ value: a, tangent: undefined }, n, budget).value);
}

/** The derivative of exp at A in direction E. */
export function exponentialTangent(a: Numbers, e: Numbers, n: number, out: Numbers, budget: Budget): void {
  if (e.every((x) => x === 0)) return;
  if (!allFinite(a)) out.fill(Number.NaN);
  else out.set(exponential({ value: a, tangent: e }, n, budget).tangent!);
}

/** Numerators of the Padé approximants, by degree, and the largest norm that each is for. */
const approximants: readonly { readonly largest: number; readonly b: readonly number[] }[] = [
  { largest: 1.495585217958292e-2, b: [120, 60, 12, 1] },
  { largest: 2.53939833006323e-1, b: [30240, 15120, 3360, 420, 30, 1] },
  { largest: 9.504178996162932e-1, b: [17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1] },
  {
    largest: 2.097847961257068,
    b: [17643225600, 8821612800, 2075673600, 302702400, 30270240, 2162160, 110880, 3960, 90, 1],
  },
];
const thirteen = [
  64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
  670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
];
const thirteenLargest = 5.371920351148152;
const squaringsMax = 1000;

function exponential(a: Dual, n: number, budget: Budget): Dual {
  const norm = columnNorm(a.value, n);
  const of = (x: Dual, y: Dual) => product(x, y, n, budget);
  const small = approximants.find(({ largest }) => norm <= largest);
  if (small) {
    const powers = [identityOf(a, n)];
    const square = of(a, a);
    for (let k = 2; k < small.b.length; k += 2) powers.push(of(powers.at(-1)!, square));
    const even = combined(powers.map((power, k) => [small.b[2 * k]!, power]));
    const odd = combined(powers.map((power, k) => [small.b[2 * k + 1]!, power]));
    return quotientOf(even, of(a, odd), n, budget);
  }
  const halvings = Math.min(squaringsMax, Math.max(0, Math.ceil(Math.log2(norm / thirteenLargest))));
  const scaled = combined([[2 ** -halvings, a]]);
  const b = thirteen;
  const a2 = of(scaled, scaled);
  const a4 = of(a2, a2);
  const a6 = of(a4, a2);
  const one = identityOf(a, n);
  const sum = (first: number) =>
    combined([
      [b[first]!, one],
      [b[first + 2]!, a2],
      [b[first + 4]!, a4],
      [b[first + 6]!, a6],
    ]);
  const high = (first: number) =>
    combined([
      [b[first]!, a2],
      [b[first + 2]!, a4],
      [b[first + 4]!, a6],
    ]);
  const odd = of(
    scaled,
    combined([
      [1, of(a6, high(9))],
      [1, sum(1)],
    ]),
  );
  const even = combined([
    [1, of(a6, high(8))],
    [1, sum(0)],
  ]);
  let result = quotientOf(even, odd, n, budget);
  for (let k = 0; k < halvings; k++) result = of(result, result);
  return result;
}

/** (even − odd)⁻¹ (even + odd). */
function quotientOf(even: Dual, odd: Dual, n: number, budget: Budget): Dual {
  const below = combined([
    [1, even],
    [-1, odd],
  ]);
  const above = combined([
    [1, even],
    [1, odd],
  ]);
  const factors = new Float64Array((n + 1) * n);
  luFactors(below.value, n, factors, budget);
  const solve = (right: Numbers) => {
    const out = new Float64Array(n * n);
    solveByFactors(factors, n, right, n, { transpose: false, absorb: false }, out, budget);
    return out;
  };
  const value = solve(above.value);
  if (!below.tangent || !above.tangent) return { value, tangent: undefined };
  const right = plainProduct(below.tangent, value, n, budget).map((x, i) => above.tangent![i]! - x);
  return { value, tangent: solve(right) };
}

function product(x: Dual, y: Dual, n: number, budget: Budget): Dual {
  const value = plainProduct(x.value, y.value, n, budget);
  if (!x.tangent || !y.tangent) return { value, tangent: undefined };
  const [left, right] = [
    plainProduct(x.tangent, y.value, n, budget),
    plainProduct(x.value, y.tangent, n, budget),
  ] as const;
  return { value, tangent: left.map((a, i) => a + right[i]!) };
}

function plainProduct(x: Numbers, y: Numbers, n: number, budget: Budget): Numbers {
  const blocks = new Blocks(3 * n * n, 0, budget);
  const { data } = blocks;
  data.set(x);
  data.set(y, n * n);
  data.fill(0, 2 * n * n, 3 * n * n);
  const at = (k: number) => ({ at: k * n * n, row: n });
  blocks.product(at(2), at(0), at(1), n, n, n, false);
  return data.slice(2 * n * n, 3 * n * n);
}

function combined(terms: readonly (readonly [number, Dual])[]): Dual {
  const of = (part: (x: Dual) => Numbers) => {
    const total = new Float64Array(part(terms[0]![1]).length);
    for (const [factor, x] of terms) {
      const numbers = part(x);
      for (let i = 0; i < total.length; i++) total[i]! += factor * numbers[i]!;
    }
    return total;
  };
  const { tangent } = terms[0]![1];
  return { value: of(({ value }) => value), tangent: tangent && of((x) => x.tangent!) };
}

function identityOf({ tangent }: Dual, n: number): Dual {
  const value = new Float64Array(n * n);
  for (let i = 0; i < n; i++) value[i * (n + 1)] = 1;
  return { value, tangent: tangent && new Float64Array(n * n) };
}

/** The largest sum of sizes in a column. */
function columnNorm(a: Numbers, n: number): number {
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sums[j]! += Math.abs(a[i * n + j]!);
  return sums.reduce((largest, x) => Math.max(largest, x), 0);
}
