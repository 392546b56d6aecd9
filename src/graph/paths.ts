import type { Budget } from "./budget.ts";
import type { SeedSets } from "./pattern.ts";

/**
 * What a path of partial derivatives has met: factors that are finite and not 0, a zero, an infinity (whose sign is that
 * of all factors together) or a NaN, a zero and one of these, or a branch that is not taken.
 */
export const met = {
  positive: 1,
  negative: 2,
  zero: 4,
  plusInfinity: 8,
  minusInfinity: 16,
  nan: 32,
  /** A zero and, before or after it, an infinity or a NaN. */
  both: 64,
  untaken: 128,
  /** The branch that is not taken has met an infinity or a NaN. */
  untakenInfinite: 256,
  /** The value that the path leads from is itself NaN. */
  undefined: 512,
} as const;

const size = 1024;
const [positive, negative, zero, plusInfinity, minusInfinity, nan, untaken] = [0, 1, 2, 3, 4, 5, 6];

/**
 * Sets of what the paths to an element have met, each a number whose bits are those of {@link met}. A sum is a union, and
 * a product adds what its factor is, so that both modes give the same sets.
 */
export class PathSets implements SeedSets {
  readonly budget: Budget;
  readonly followsFactors = true;
  private made = 0;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  union(a: number, b: number): number {
    return a | b;
  }

  times(set: number, factor: number): number {
    return factor > 0
      ? table[(factor === Number.POSITIVE_INFINITY ? plusInfinity! : positive!) * size + set]!
      : factor < 0
        ? table[(factor === Number.NEGATIVE_INFINITY ? minusInfinity! : negative!) * size + set]!
        : table[(factor === 0 ? zero! : nan!) * size + set]!;
  }

  untaken(set: number): number {
    return table[untaken! * size + set]!;
  }

  begin(): void {
    this.made = 0;
  }

  add(set: number): void {
    this.made |= set;
  }

  finish(): number {
    return this.made;
  }
}

/** The set of a path that begins with a seed: an absent one begins none. */
export function startOf(seed: number): number {
  return seed > 0 ? met.positive : seed < 0 ? met.negative : seed === 0 ? 0 : met.nan;
}

/** Whether a path through taken branches leads to an element. */
export function isReached(set: number): boolean {
  return (set & ~(met.untaken | met.untakenInfinite)) !== 0;
}

/**
 * The sum over the paths to an element of their products, in each of which zero absorbs: undefined where that is what the
 * program gives, since no product is infinite or NaN. With `ieee` zero does not absorb.
 */
export function sumOfPaths(set: number, isIeee: boolean): number | undefined {
  if (set & met.undefined) return Number.NaN;
  if (isIeee && set & (met.both | met.untakenInfinite)) return Number.NaN;
  if (set & met.nan) return Number.NaN;
  const [rises, falls] = [set & met.plusInfinity, set & met.minusInfinity];
  if (rises && falls) return Number.NaN;
  return rises ? Number.POSITIVE_INFINITY : falls ? Number.NEGATIVE_INFINITY : undefined;
}

/** What becomes of one bit of a set in a product with a factor of one of the kinds. */
function after(bit: number, kind: number): number {
  const isInfinite = kind >= plusInfinity! && kind <= nan!;
  if (kind === untaken && bit === met.both) return met.untakenInfinite;
  if (kind === untaken && bit === met.undefined) return met.untaken;
  if (bit === met.undefined || bit === met.both || bit === met.untakenInfinite) return bit;
  if (bit === met.untaken) return isInfinite ? met.untakenInfinite : bit;
  const hasInfinity = bit === met.plusInfinity || bit === met.minusInfinity || bit === met.nan;
  if (kind === untaken) return hasInfinity ? met.untakenInfinite : met.untaken;
  if (kind === zero) return hasInfinity ? met.both : met.zero;
  if (bit === met.zero) return isInfinite ? met.both : bit;
  if (bit === met.nan || kind === nan) return met.nan;
  const isNegative =
    (bit === met.negative || bit === met.minusInfinity) !== (kind === negative || kind === minusInfinity);
  if (hasInfinity || isInfinite) return isNegative ? met.minusInfinity : met.plusInfinity;
  return isNegative ? met.negative : met.positive;
}

/** What becomes of each set in a product with a factor of each kind. */
const table = Uint16Array.from({ length: 7 * size }, (_, i) => {
  let result = 0;
  for (const bit of Object.values(met)) if ((i % size) & bit) result |= after(bit, Math.floor(i / size));
  return result;
});
