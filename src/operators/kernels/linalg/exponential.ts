import type { Budget } from "../../../graph/budget.ts";
import { range } from "../../../graph/shape.ts";
import type { Block } from "./block-product.ts";
import { Blocks } from "./blocks.ts";
import { allFinite, type Numbers } from "./matrices.ts";

// Source: Higham, The scaling and squaring method for the matrix exponential revisited, SIAM J. Matrix Anal. Appl. 26
// (2005); its derivative as in Al-Mohy and Higham, ibid. 30 (2009).

/** exp(A) for A of n × n; NaN where A is not finite. */
export function exponentialOf(a: Numbers, n: number, out: Numbers, budget: Budget): void {
  if (!allFinite(a)) out.fill(Number.NaN);
  else new Exponential(a, undefined, n, budget).write(out);
}

/** The derivative of exp at A in direction E. */
export function exponentialTangent(a: Numbers, e: Numbers, n: number, out: Numbers, budget: Budget): void {
  if (e.every((x) => x === 0)) return;
  if (!allFinite(a)) out.fill(Number.NaN);
  else new Exponential(a, e, n, budget).write(out);
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

/** The matrices that a computation has at once, each as long as it is needed. */
const matricesMax = 8;

/** The computation of an exponential, and of its derivative in a direction, all in one workspace: matrices are numbered. */
class Exponential {
  private readonly n: number;
  private readonly isDual: boolean;
  private readonly norm: number;
  private readonly blocks: Blocks;

  constructor(a: Numbers, e: Numbers | undefined, n: number, budget: Budget) {
    this.n = n;
    this.isDual = e !== undefined;
    this.norm = columnNorm(a, n);
    this.blocks = new Blocks((e ? 2 : 1) * matricesMax * n * n, n, budget);
    this.blocks.data.set(a);
    if (e) this.blocks.data.set(e, this.tangentOf(0));
  }

  /** The derivative where a direction was given, else the exponential. */
  write(out: Numbers): void {
    const result = this.norm <= approximants.at(-1)!.largest ? this.small() : this.large();
    const from = this.isDual ? this.tangentOf(result) : this.at(result);
    out.set(this.blocks.data.subarray(from, from + out.length));
  }

  private small(): number {
    const { b } = approximants.find(({ largest }) => this.norm <= largest)!;
    const [a, square, even, odd, sum] = [0, 1, 5, 6, 7] as const;
    const powers = range(b.length / 2 - 1).map((k) => square + k);
    this.product(square, a, a);
    for (const power of powers.slice(1)) this.product(power, power - 1, square);
    const coefficients = (first: number) => powers.map((_, k) => b[first + 2 * (k + 1)]!);
    this.combine(even, b[0]!, coefficients(0), powers);
    this.combine(sum, b[1]!, coefficients(1), powers);
    this.product(odd, a, sum);
    return this.quotient(even, odd, sum);
  }

  private large(): number {
    const halvings = Math.min(squaringsMax, Math.max(0, Math.ceil(Math.log2(this.norm / thirteenLargest))));
    const [a, a2, a4, a6, sum, even, odd] = [0, 1, 2, 3, 4, 5, 6] as const;
    const b = thirteen;
    const powers = [a2, a4, a6];
    const coefficients = (first: number) => [b[first]!, b[first + 2]!, b[first + 4]!];
    this.combine(a, 0, [2 ** -halvings], [a]);
    this.product(a2, a, a);
    this.product(a4, a2, a2);
    this.product(a6, a4, a2);
    this.combine(sum, 0, coefficients(9), powers);
    this.combine(even, b[1]!, coefficients(3), powers);
    this.addProduct(even, a6, sum);
    this.product(odd, a, even);
    this.combine(sum, 0, coefficients(8), powers);
    this.combine(even, b[0]!, coefficients(2), powers);
    this.addProduct(even, a6, sum);
    let [result, other]: [number, number] = [this.quotient(even, odd, sum), a];
    for (let k = 0; k < halvings; k++) {
      this.product(other, result, result);
      [result, other] = [other, result];
    }
    return result;
  }

  /** (even − odd)⁻¹ (even + odd), in place of one of three matrices, the third of which was free. */
  private quotient(even: number, odd: number, below: number): number {
    const { blocks, n, isDual } = this;
    this.combine(below, 0, [1, -1], [even, odd]);
    this.combine(even, 0, [1, 1], [even, odd]);
    const order = Float64Array.from({ length: n }, (_, i) => i);
    blocks.lu(this.block(this.at(below)), n, order);
    this.solve(below, order, this.at(even), this.at(odd));
    if (isDual) {
      const right = this.tangentOf(even);
      const [factor, value] = [this.block(this.tangentOf(below)), this.block(this.at(odd))];
      blocks.product(this.block(right), factor, value, n, n, n, true);
      this.solve(below, order, right, this.tangentOf(odd));
    }
    return odd;
  }

  /** Solves by factors, from the right sides that begin at a number to others. */
  private solve(factors: number, order: Float64Array, from: number, to: number): void {
    const { blocks, n } = this;
    for (let i = 0; i < n; i++) {
      const row = from + order[i]! * n;
      blocks.data.copyWithin(to + i * n, row, row + n);
    }
    const lu = this.block(this.at(factors));
    blocks.solveLower(lu, n, this.block(to), n, true);
    blocks.solveUpper(lu, n, this.block(to), n, false);
  }

  private product(to: number, x: number, y: number): void {
    const size = this.n * this.n;
    this.blocks.data.fill(0, this.at(to), this.at(to) + size);
    if (this.isDual) this.blocks.data.fill(0, this.tangentOf(to), this.tangentOf(to) + size);
    this.addProduct(to, x, y);
  }

  private addProduct(to: number, x: number, y: number): void {
    const add = (c: number, a: number, b: number) =>
      this.blocks.product(this.block(c), this.block(a), this.block(b), this.n, this.n, this.n, false);
    add(this.at(to), this.at(x), this.at(y));
    if (!this.isDual) return;
    add(this.tangentOf(to), this.tangentOf(x), this.at(y));
    add(this.tangentOf(to), this.at(x), this.tangentOf(y));
  }

  /** A multiple of the identity and of up to four matrices, one of which may be where the sum goes. */
  private combine(to: number, ofIdentity: number, factors: readonly number[], matrices: readonly number[]): void {
    const { n } = this;
    const { data } = this.blocks;
    const [f, g = 0, h = 0, k = 0] = factors as readonly [number, ...number[]];
    const [x, y = x, z = x, u = x] = matrices as readonly [number, ...number[]];
    this.blocks.spend((this.isDual ? 2 : 1) * n * n);
    for (const placeOf of this.isDual ? [this.at, this.tangentOf] : [this.at]) {
      const [out, p, q, r, s] = [placeOf(to), placeOf(x), placeOf(y), placeOf(z), placeOf(u)];
      for (let i = 0; i < n * n; i++) {
        data[out + i] = f * data[p + i]! + g * data[q + i]! + h * data[r + i]! + k * data[s + i]!;
      }
    }
    for (let i = 0; i < n; i++) data[this.at(to) + i * (n + 1)]! += ofIdentity;
  }

  private readonly at = (matrix: number): number => matrix * this.n * this.n;

  private readonly tangentOf = (matrix: number): number => (matricesMax + matrix) * this.n * this.n;

  private block(at: number): Block {
    return { at, row: this.n };
  }
}

/** The largest sum of sizes in a column. */
function columnNorm(a: Numbers, n: number): number {
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sums[j]! += Math.abs(a[i * n + j]!);
  return sums.reduce((largest, x) => Math.max(largest, x), 0);
}
