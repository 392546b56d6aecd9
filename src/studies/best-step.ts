/** The derivatives along one direction. */
export interface Difference {
  readonly point: number;
  readonly direction: number;
  /** The step; the shortest where outputs have steps of their own. */
  readonly step: number;
  /** One number for each scalar of `of`; valid only during the call. */
  readonly values: Float64Array;
  /** Truncation and rounding, estimated; Infinity where there is nothing to estimate from. Zeros unless asked for. */
  readonly errors: Float64Array;
  /** Where the slopes of the two sides differ by more than curvature tells: central differences with errors only. */
  readonly isKink: Uint8Array;
  /** Where the error is not even small beside the size of the function by that of the point. */
  readonly isRough: Uint8Array;
}

/** A difference at one of several steps. */
export interface Tried extends Difference {
  /** Where the slopes of the two sides differ at all. */
  readonly isBent: Uint8Array;
}

/** For each output, the best of the quotients at longer and longer steps. */
export class Best {
  private readonly first: Difference;
  private readonly values: Float64Array;
  private readonly errors: Float64Array;
  private readonly parts: Float64Array;
  private readonly steps: Float64Array;
  private readonly isRough: Uint8Array;
  private readonly isKink: Uint8Array;
  private readonly isSettled: Uint8Array;
  private before: Tried | undefined;

  constructor(m: number, first: Difference) {
    this.first = first;
    this.values = new Float64Array(m);
    this.errors = new Float64Array(m);
    this.parts = new Float64Array(m).fill(partMax);
    this.steps = new Float64Array(m);
    [this.isRough, this.isKink, this.isSettled] = [new Uint8Array(m), new Uint8Array(m), new Uint8Array(m)];
  }

  add(tried: Tried): void {
    const { before } = this;
    for (let i = 0; i < this.values.length; i++) {
      // The shortest step at which the sides differ tells whether they meet.
      if (tried.isBent[i] && !this.isSettled[i]) {
        this.isSettled[i] = 1;
        this.isKink[i] = tried.isKink[i]!;
      }
      if (!before) continue;
      // An estimate may be small by chance; two steps that agree are not.
      const apart = Math.abs(tried.values[i]! - before.values[i]!);
      this.consider(i, before, apart);
      this.consider(i, tried, apart);
    }
    this.before = { ...copyOf(tried), isBent: tried.isBent };
  }

  private consider(i: number, { values, errors, isRough, step }: Difference, apart: number): void {
    const error = Math.max(errors[i]!, apart);
    // Relative, because beyond the length of the function differences and their errors fall together.
    const part = error / Math.abs(values[i]!);
    if (!(part < this.parts[i]!)) return;
    // What the usual step excludes is a trend over longer ones, as that of a staircase.
    const known = { value: this.first.values[i]!, error: this.first.errors[i]! };
    if (step > this.first.step && Math.abs(values[i]! - known.value) > errorsAllowed * known.error) return;
    this.parts[i] = part;
    this.errors[i] = error;
    this.values[i] = values[i]!;
    this.isRough[i] = isRough[i]!;
    this.steps[i] = step;
  }

  /** The usual step's quotients, replaced where others are better. */
  improve(): Difference {
    const { first } = this;
    let step = first.step;
    for (let i = 0; i < this.values.length; i++) {
      first.isKink[i] = this.isSettled[i] ? this.isKink[i]! : first.isKink[i]!;
      if (isFine(first, i, errorAccepted.central) || this.parts[i] === partMax) continue;
      first.values[i] = this.values[i]!;
      first.errors[i] = this.errors[i]!;
      first.isRough[i] = this.isRough[i]!;
      step = Math.min(step, this.steps[i]!);
    }
    return { ...first, step };
  }
}

/** Other steps are tried where the error of the usual one is larger than this part of the value. */
export const errorAccepted = { central: 1e-7, forward: 1e-5, backward: 1e-5 };

/** Whether an error is no larger than a part of the value. */
export function isFine({ values, errors }: Difference, i: number, part: number): boolean {
  return Number.isFinite(errors[i]) && errors[i]! <= part * Math.abs(values[i]!);
}

/** A difference whose numbers stay as they are. */
export function copyOf(difference: Difference): Difference {
  const { values, errors, isKink, isRough } = difference;
  return {
    ...difference,
    values: values.slice(),
    errors: errors.slice(),
    isKink: isKink.slice(),
    isRough: isRough.slice(),
  };
}

/** How many times its estimated error a difference may be off. */
export const errorsAllowed = 10;

/** Errors of this part of the value and more are no improvement. */
const partMax = 0.1;
