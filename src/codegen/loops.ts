import { loadLanes, storeLanes } from "./access.ts";
import type { Lanes, LaneWriter } from "./lanes.ts";
import { stepParameters } from "./nest.ts";
import { bytesPerNumber } from "./storage.ts";

/** A tensor in memory: the byte of its first number from `base`. Identity is what counts. */
export interface Tensor {
  readonly byte: number;
}

/** How a loop moves through a tensor: strides in numbers, one for each of the loop's axes. */
export interface Stepping {
  readonly tensor: Tensor;
  readonly strides: readonly number[];
  /** The first place on the first axis; 0 where absent. */
  readonly start?: number;
}

/** Loops that the writer nests by hand, each tensor having a pointer that the loops around it have moved. */
export class Loops {
  private readonly w: LaneWriter;
  private readonly pointers = new Map<Tensor, number>();
  /** What the pointers were outside of each loop. */
  private readonly outer: Map<Tensor, number | undefined>[] = [];

  constructor(w: LaneWriter) {
    this.w = w;
  }

  /** A loop for each axis, the first one over the step's range where `isOutermost`. */
  over(lengths: readonly number[], steppings: readonly Stepping[], isOutermost: boolean, body: () => void): void {
    this.axis(lengths, steppings, 0, isOutermost, body);
  }

  /**
   * A loop along one axis, as many of its numbers at a time as the first of `sizes` says while so many are left, then as
   * many as the second, and so on; the last size is 1. `body` gets the size and is written once for each.
   */
  runs(
    length: number,
    sizes: readonly number[],
    steppings: readonly Stepping[],
    isOutermost: boolean,
    body: (size: number) => void,
  ): void {
    const { code } = this.w;
    const index = this.w.fresh("i32");
    this.enter(steppings, 0, isOutermost);
    if (isOutermost) code.get(stepParameters.low).set(index);
    else code.i32(0).set(index);
    let left = length;
    for (const size of sizes) {
      if (!isOutermost && left < size) continue;
      left %= size;
      // While index + size ≤ end.
      code.block("block").block("loop").get(index).i32(size).op("i32.add");
      if (isOutermost) code.get(stepParameters.high);
      else code.i32(length);
      code.op("i32.gt_u").branch("br_if", 1);
      body(size);
      this.advance(steppings, 0, size);
      code.get(index).i32(size).op("i32.add").set(index).branch("br", 0).end().end();
    }
    this.leave();
  }

  /** Loads the numbers `at` and `at + stride` numbers from a tensor's current place, or only the first, into both lanes. */
  load(tensor: Tensor, at: number, stride: number, isSingle: boolean): Lanes {
    return loadLanes(this.w, (ahead) => this.address(tensor, at + ahead), stride, isSingle);
  }

  /** Stores a vector, or its first lane, where {@link load} loads it. */
  store(tensor: Tensor, at: number, stride: number, value: Lanes, isSingle: boolean): void {
    storeLanes(this.w, (ahead) => this.address(tensor, at + ahead), stride, value, isSingle);
  }

  private axis(
    lengths: readonly number[],
    steppings: readonly Stepping[],
    axis: number,
    isOutermost: boolean,
    body: () => void,
  ): void {
    if (axis === lengths.length) {
      body();
      return;
    }
    const { code } = this.w;
    const index = this.w.fresh("i32");
    this.enter(steppings, axis, isOutermost);
    if (isOutermost) code.get(stepParameters.low).set(index);
    else code.i32(0).set(index);
    code.block("loop");
    this.axis(lengths, steppings, axis + 1, false, body);
    this.advance(steppings, axis, 1);
    code.get(index).i32(1).op("i32.add").tee(index);
    if (isOutermost) code.get(stepParameters.high);
    else code.i32(lengths[axis]!);
    code.op("i32.lt_u").branch("br_if", 0).end();
    this.leave();
  }

  private enter(steppings: readonly Stepping[], axis: number, isOutermost: boolean): void {
    const { w, pointers } = this;
    const saved = new Map<Tensor, number | undefined>();
    for (const { tensor, strides, start = 0 } of steppings) {
      const known = pointers.get(tensor);
      saved.set(tensor, known);
      const pointer = w.fresh("i32");
      w.code.get(known ?? stepParameters.base);
      const first = (known === undefined ? tensor.byte : 0) + start * strides[0]! * bytesPerNumber;
      if (first !== 0) w.code.i32(first).op("i32.add");
      if (isOutermost) {
        w.code
          .get(stepParameters.low)
          .i32(strides[axis]! * bytesPerNumber)
          .op("i32.mul")
          .op("i32.add");
      }
      w.code.set(pointer);
      pointers.set(tensor, pointer);
    }
    this.outer.push(saved);
  }

  private advance(steppings: readonly Stepping[], axis: number, count: number): void {
    const { code } = this.w;
    for (const { tensor, strides } of steppings) {
      const pointer = this.pointers.get(tensor)!;
      code
        .get(pointer)
        .i32(strides[axis]! * count * bytesPerNumber)
        .op("i32.add")
        .set(pointer);
    }
  }

  private leave(): void {
    for (const [tensor, pointer] of this.outer.pop()!) {
      if (pointer === undefined) this.pointers.delete(tensor);
      else this.pointers.set(tensor, pointer);
    }
  }

  /** Puts the address of a tensor's current place, `ahead` numbers on, on the stack but for the offset that it gives. */
  private address(tensor: Tensor, ahead: number): number {
    const { code } = this.w;
    const pointer = this.pointers.get(tensor);
    const offset = ahead * bytesPerNumber + (pointer === undefined ? tensor.byte : 0);
    code.get(pointer ?? stepParameters.base);
    if (offset >= 0) return offset;
    code.i32(offset).op("i32.add");
    return 0;
  }
}

/** Where vectors of a run of numbers begin: a run of one is a vector of which one lane counts. */
export function vectorsOf(size: number): number[] {
  return Array.from({ length: Math.ceil(size / 2) }, (_, k) => 2 * k);
}

/** The sizes of runs that are vectors, `width` of them, one, and a single number. */
export function vectorRuns(width: number): number[] {
  return width > 1 ? [2 * width, 2, 1] : [2, 1];
}
