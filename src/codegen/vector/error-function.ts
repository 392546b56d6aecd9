import type { Lanes, LaneWriter } from "../lanes.ts";
import { exactProduct, exactSumOfOrdered, halves } from "./exact.ts";
import { LN2_HIGH, LN2_LOW } from "./exp-core.ts";
import type { VectorFunction } from "./function.ts";
import { polynomial } from "./polynomial.ts";

const erf: VectorFunction = {
  name: "erf",
  operands: 1,
  results: 1,
  ulpMax: 1.3,
  write(w, x) {
    const magnitude = w.abs(x);
    const isFar = w.gt(magnitude, w.constant(SERIES_UP_TO));
    const near = w.madd(x, series(w, x), x);
    return w.whenAny(
      isFar,
      () => {
        const far = w.sub(w.constant(1), roughComplement(w, limited(w, magnitude, 6)));
        return [w.select(isFar, w.or(far, w.and(x, w.bits(SIGN))), near)];
      },
      () => [near],
    );
  },
};

const erfc: VectorFunction = {
  name: "erfc",
  operands: 1,
  results: 1,
  ulpMax: 1.85,
  write(w, x) {
    const isFar = w.or(w.gt(x, w.constant(0.8)), w.lt(x, w.constant(-SERIES_UP_TO)));
    const most = exactSumOfOrdered(w, w.constant(1), w.neg(x));
    const near = w.add(most.high, w.sub(most.low, w.mul(x, series(w, x))));
    return w.whenAny(
      isFar,
      () => {
        const tail = complement(w, limited(w, w.abs(x), ZERO_FROM));
        const isLeft = w.lt(x, w.constant(0));
        return [w.select(isFar, w.select(isLeft, w.sub(w.constant(2), tail), tail), near)];
      },
      () => [near],
    );
  },
};

/** The derivative of erf: 2/√π·exp(−x²). */
const erfSlope: VectorFunction = {
  name: "erf_slope",
  operands: 1,
  results: 1,
  ulpMax: 1.2,
  write(w, x) {
    const magnitude = limited(w, w.abs(x), ZERO_FROM);
    const square = exactProduct(w, magnitude, magnitude);
    const { turns, rest, bent } = decay(w, square.high, square.low);
    const factor = w.constant(TWO_OVER_ROOT_PI);
    const small = w.madd(factor, bent, w.constant(TWO_OVER_ROOT_PI_TAIL));
    const slope = w.add(factor, w.madd(factor, rest, small));
    return [scaledToTail(w, slope, turns, magnitude)];
  },
};

/** The error function, its complement and its derivative. */
export const errorFunctions: readonly VectorFunction[] = [erf, erfc, erfSlope];

/** (erf x − x)/x for |x| ≤ 1: the first terms, which nearly cancel, by Horner's rule, for it rounds them least. */
function series(w: LaneWriter, x: Lanes): Lanes {
  const square = w.mul(x, x);
  const inner = polynomial(w, ERF.slice(2), square);
  return ERF.slice(0, 2).reduceRight((value, coefficient) => w.madd(value, square, w.constant(coefficient)), inner);
}

/** erfc x for 1 ≤ x ≤ 6, as exact as 1 − erfc x needs it: exp(−x²)·s·G(s) with s = 2/(x + 2). */
function roughComplement(w: LaneWriter, x: Lanes): Lanes {
  const two = w.constant(2);
  const s = w.div(two, w.add(x, two));
  const grown = w.mul(s, polynomial(w, NEAR_TAIL, s));
  const { turns, rest, bent } = decay(w, w.mul(x, x), w.constant(0));
  return w.mul(w.madd(grown, w.add(rest, bent), grown), w.shiftLeft(turns, 52));
}

/**
 * erfc x for 0.8 ≤ x ≤ 28, with its relative accuracy: exp(−x²)·s·G(s) with s = a/(x + a).
 *
 * erfc is too steep for a rounded s. So s is cut to 26 bits, of which x·s − a·(1 − s) is exact, and the distance of x
 * from the point that belongs to s makes a correction by two derivatives of y = exp(x²)·erfc x: with
 * z = 2x·y − 2/√π, taken at x but with the y of s, it is d·z + d²·(x·z − y). The last steps carry what rounding loses.
 */
function complement(w: LaneWriter, x: Lanes): Lanes {
  const a = w.constant(FAR_TAIL_SCALE);
  const sum = w.add(x, a);
  const s = halves(w, w.div(a, sum)).high;

  // c₀ + c₁·s with its rest, for the product with 26 bits of c₁ is exact; what comes after it is not of a higher binade.
  const [c0, c1, ...others] = FAR_TAIL as [number, number, ...number[]];
  const head = Math.fround(c1);
  const line = exactSumOfOrdered(w, w.constant(c0), w.mul(s, w.constant(head)));
  const lineRest = w.madd(s, w.constant(c1 - head), line.low);
  const most = exactSumOfOrdered(w, line.high, w.mul(w.mul(s, s), polynomial(w, others, s)));

  const parts = halves(w, x);
  const difference = w.add(w.sub(w.mul(parts.high, s), w.mul(a, w.sub(w.constant(1), s))), w.mul(parts.low, s));
  const rough = w.mul(sum, w.constant(1 / FAR_TAIL_SCALE));
  const reciprocal = w.madd(w.mul(difference, rough), w.constant(-1 / FAR_TAIL_SCALE), rough);
  const distance = w.mul(difference, reciprocal);
  const mostRest = w.add(most.low, lineRest);
  const grown = w.mul(s, w.add(most.high, mostRest));
  const slope = w.sub(w.mul(w.add(x, x), grown), w.constant(TWO_OVER_ROOT_PI));
  const correction = w.mul(distance, w.madd(distance, w.sub(w.mul(x, slope), grown), slope));
  const lost = w.madd(correction, reciprocal, mostRest);

  const square = exactProduct(w, x, x);
  const { turns, rest, bent } = decay(w, square.high, square.low);
  const small = w.madd(most.high, bent, w.madd(lost, w.add(rest, bent), lost));
  const value = exactSumOfOrdered(w, most.high, w.madd(most.high, rest, small));
  const leading = halves(w, value.high);
  const scaled = w.add(w.mul(leading.high, s), w.mul(w.add(leading.low, value.low), s));
  return scaledToTail(w, scaled, turns, x);
}

/** exp(−high − low) = 2ᵏ·(1 + rest + bent), k the low bits of `turns` less the bias. */
function decay(w: LaneWriter, high: Lanes, low: Lanes): { turns: Lanes; rest: Lanes; bent: Lanes } {
  const bits = w.constant(INTEGER_BITS);
  const turns = w.madd(high, w.constant(-Math.LOG2E), bits);
  const k = w.sub(turns, bits);
  // Either way of rounding a madd gives the same here: the product is exact, and so is the difference.
  const most = w.madd(k, w.constant(-LN2_HIGH), w.neg(high));
  const least = w.madd(k, w.constant(LN2_LOW), low);
  const rest = w.sub(most, least);
  const lost = w.sub(w.sub(most, rest), least);
  const square = w.mul(rest, rest);
  return { turns, rest, bent: w.madd(polynomial(w, EXP, rest, square), square, lost) };
}

/** value·2ᵏ, also where that is no normal number, which for these functions is beyond 26: there in two steps. */
function scaledToTail(w: LaneWriter, value: Lanes, turns: Lanes, x: Lanes): Lanes {
  const isDeep = w.gt(x, w.constant(26));
  const power = w.shiftLeft(w.addBits(turns, w.and(isDeep, w.bits(128n))), 52);
  return w.mul(w.mul(value, power), w.select(isDeep, w.constant(2 ** -128), w.constant(1)));
}

/** The smaller of a positive number and a limit; NaN stays. */
function limited(w: LaneWriter, x: Lanes, limit: number): Lanes {
  const bound = w.constant(limit);
  return w.select(w.gt(x, bound), bound, x);
}

const SIGN = 1n << 63n;
const SERIES_UP_TO = 1;

// exp(−x²) and erfc x are zero from here on.
const ZERO_FROM = 28;

// Adding this puts the nearest integer into the low bits of a number's significand, with the exponent's bias on top.
const INTEGER_BITS = 1.5 * 2 ** 52 + 1023;

const TWO_OVER_ROOT_PI = 1.1283791670955126;
const TWO_OVER_ROOT_PI_TAIL = 1.533545961316588e-17;

/** (erf x − x)/x in powers of x² for |x| ≤ 1: minimax, relative error 2⁻⁵⁷ of erf x. */
const ERF: readonly number[] = [
  0.12837916709551256, -0.3761263890318355, 0.11283791670945253, -0.02686617064327622, 0.005223977607423468,
  -0.0008548325989696758, 0.00012055295320494294, -1.4924744663335484e-5, 1.6447517677871799e-6, -1.6209175911748172e-7,
  1.3722976265922404e-8, -7.801188874094099e-10,
];

/** (e^r − 1 − r)/r² for |r| ≤ ln 2 / 2: minimax, relative error 2⁻⁵⁸ of e^r. */
const EXP: readonly number[] = [
  0.5000000000000011, 0.16666666666666413, 0.04166666666653012, 0.008333333333494269, 0.001388888894364028,
  0.00019841269507084514, 2.480149308817961e-5, 2.7557585878696828e-6, 2.763025226097866e-7, 2.5000226038026004e-8,
];

/** exp(x²)·erfc(x)/s in powers of s = 2/(x + 2) for 1 ≤ x ≤ 6: minimax, error 2⁻⁵⁸ of erf x. */
const NEAR_TAIL: readonly number[] = [
  0.28211775318778354, 0.28155091962287815, 0.25271709272955123, 0.13792929311175745, 0.2513052504301614,
  -0.5173475652876919, 1.0608114778666784, -1.7658367734702511, 1.7549389262191026, -1.022368818359963,
  0.330714354607467, -0.046532207101856016,
];

const FAR_TAIL_SCALE = 3.75;

/** exp(x²)·erfc(x)/s in powers of s = a/(x + a) for 0.8 ≤ x ≤ 27.3: minimax, relative error 2⁻⁵⁷. */
const FAR_TAIL: readonly number[] = [
  0.150450555623064, 0.15045055493759307, 0.14510122296443648, 0.13440211523434248, 0.11892994317169835,
  0.09976359112056843, 0.079002349289841, 0.05549328594247092, 0.04618327534403324, -0.008442341581564605,
  0.09517884391097516, -0.19617804064815253, 0.363859691386233, -0.5391296252012387, 0.6121768896953548,
  -0.5336755364773885, 0.3359645814935625, -0.14015513360493043, 0.03437979693798459, -0.0037560195189045523,
];
