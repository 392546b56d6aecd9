/** Takes numbers to places on the screen, and says where its marks are. */
export interface Scale {
  (value: number): number;
  /** The number at a place. */
  invert(place: number): number;
  readonly ticks: readonly number[];
}

/** A scale that is even; marks are at round numbers, about `count` of them. */
export function linear([from, to]: Interval, [start, end]: Interval, count = 6): Scale {
  const span = to - from || 1;
  const scale = (value: number) => start + ((value - from) / span) * (end - start);
  const invert = (place: number) => from + ((place - start) / (end - start || 1)) * span;
  return Object.assign(scale, { invert, ticks: roundNumbers(from, to, count) });
}

/** A scale of powers of ten. */
export function logarithmic([from, to]: Interval, [start, end]: Interval, count = 6): Scale {
  const even = linear([Math.log10(from), Math.log10(to)], [start, end]);
  const scale = (value: number) => even(Math.log10(Math.max(value, from)));
  const [low, high] = [Math.ceil(Math.log10(from) - 1e-9), Math.floor(Math.log10(to) + 1e-9)];
  const step = Math.max(1, Math.ceil((high - low) / count));
  const exponents = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => low + i * step);
  return Object.assign(scale, {
    invert: (place: number) => 10 ** even.invert(place),
    ticks: exponents.map((exponent) => 10 ** exponent),
  });
}

/** From where to where. */
export type Interval = readonly [number, number];

/** The smallest interval that has all finite numbers of a list, with a little room; a wide one where they are all one. */
export function extent(values: readonly number[], room = 0.06): Interval {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [-1, 1];
  const reach = high - low || Math.abs(high) || 1;
  return [low - room * reach, high + room * reach];
}

/** Multiples of 1, 2 or 5 times a power of ten. */
function roundNumbers(from: number, to: number, count: number): number[] {
  if (!(to > from)) return [from];
  const raw = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
