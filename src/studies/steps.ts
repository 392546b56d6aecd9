/** Which way points are displaced. */
export const schemes = ["central", "forward", "backward"] as const;
export type Scheme = (typeof schemes)[number];

/** The largest scalar of a direction, and the largest scalar of the point that it moves. */
export interface Size {
  readonly reach: number;
  readonly extent: number;
}

/** The part of a length over which a function changes that balances truncation and rounding. */
export function balance(scheme: Scheme): number {
  return scheme === "central" ? Math.cbrt(Number.EPSILON) : Math.sqrt(Number.EPSILON);
}

/** The usual step: right for a function that changes over the size of the point, or over 1 where that is smaller. */
export function defaultStep(scheme: Scheme, { reach, extent }: Size): number {
  return balance(scheme) * (Math.max(extent, 1) / (reach || 1));
}

// Lengths by powers of 2, in parts of the larger of 1 and the size of the point, and of that size.
const [usualFrom, usualTo, usualCount] = [-30, 24, 19];
const [ownFrom, ownTo, ownCount] = [-24, 9, 12];
const betweenCount = 12;
const [zeroExtent, shortest] = [2 ** -90, 2 ** -1000];

/** The number of steps that {@link ladder} gives. */
export const ladderLength = usualCount + ownCount + betweenCount;

/** Steps of all magnitudes that a function of a point may call for, the shortest first. */
export function ladder(scheme: Scheme, { reach, extent }: Size): number[] {
  const usual = Math.max(extent, 1);
  const own = Math.max(extent === 0 ? zeroExtent : extent, shortest);
  const lengths = [
    ...powers(usual, usualFrom, usualTo, usualCount),
    ...powers(own, ownFrom, ownTo, ownCount),
    // Between the two where they lie apart.
    ...(own < usual
      ? powers(1, Math.log2(own), Math.log2(usual), betweenCount + 2).slice(1, -1)
      : powers(usual, usualFrom + 1.5, usualTo - 1.5, betweenCount)),
  ];
  const unit = balance(scheme) / (reach || 1);
  return lengths.sort((a, b) => a - b).map((length) => length * unit);
}

function powers(unit: number, from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => unit * 2 ** (from + ((to - from) * i) / (count - 1)));
}
