/** A reproducible source of numbers, so that a failing case is named by its seed alone. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** A number from 0 to before 1 (mulberry32). */
  unit(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A number between two others. */
  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** An integer from 0 to before n. */
  below(n: number): number {
    return Math.floor(this.unit() * n);
  }

  /** One of the entries. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** Many numbers between two others. */
  numbers(count: number, low = -1, high = 1): number[] {
    return Array.from({ length: count }, () => this.between(low, high));
  }
}
