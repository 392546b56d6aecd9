import { jointAxes } from "../graph/ndarray.ts";
import type { Shape } from "../graph/shape.ts";
import { loadLanes, storeLanes } from "./access.ts";
import type { Lanes, LaneWriter } from "./lanes.ts";
import { bytesPerNumber } from "./storage.ts";

const lengthToPart = 16;

/** The parameters of every step's function: the start of the program's memory, and the range of one axis. */
export const stepParameters = { base: 0, low: 1, high: 2, count: 3 } as const;

/** Numbers in memory that a nest walks: the byte of the first one from `base`, and strides in numbers. */
export interface Walked {
  readonly byte: number;
  readonly strides: readonly number[];
}

/** Axes by the strides of a tensor, the longest first. */
function walkingOrder(shape: Shape, strides: readonly number[]): readonly number[] {
  const axes = shape.map((_, axis) => axis);
  return axes.sort((a, b) => Math.abs(strides[b] ?? 0) - Math.abs(strides[a] ?? 0));
}

/** One of a nest's walked tensors at the current place: what to load from and store to. */
interface Cursor {
  readonly byte: number;
  readonly tuple: number;
  readonly stride: number;
}

/**
 * Loops over a shape, walking several tensors together. Axes that are contiguous in all of them are one; the last axis
 * is walked two numbers at a time. Writes into one function.
 */
export class Nest {
  readonly lengths: readonly number[];
  private readonly w: LaneWriter;
  private readonly cursors: readonly Cursor[];
  private readonly tuples: readonly (readonly number[])[];
  private readonly pointers: number[];

  constructor(w: LaneWriter, shape: Shape, walked: readonly Walked[]) {
    // The axis along which results lie in a row is walked innermost.
    const order = walkingOrder(shape, walked.at(-1)?.strides ?? []);
    const { lengths, strides } = jointAxes(
      order.map((axis) => shape[axis]!),
      walked.map((tensor) => order.map((axis) => tensor.strides[axis]!)),
    );
    this.w = w;
    this.lengths = lengths;
    const tuples = new Map<string, number>();
    const list: number[][] = [];
    this.cursors = walked.map(({ byte }, i) => {
      const tuple = strides[i]!;
      const key = tuple.join();
      let index = tuples.get(key);
      if (index === undefined) {
        index = list.push(tuple) - 1;
        tuples.set(key, index);
      }
      return { byte, tuple: index, stride: tuple.at(-1) ?? 0 };
    });
    this.tuples = list;
    this.pointers = list.map(() => stepParameters.base);
  }

  /** The number of rounds of the loop that a step's range counts. */
  get rounds(): number {
    return this.lengths[this.ranged] ?? 1;
  }

  /** The outermost axis that is long enough to be done in parts. */
  private get ranged(): number {
    return Math.max(
      0,
      this.lengths.findIndex((length) => length >= lengthToPart),
    );
  }

  /**
   * Writes the loops; `body` writes what is done for two numbers, or for one where `isSingle`. It may be called twice.
   * `isExact` says that nothing may be stored past the last number of a row.
   */
  write(isExact: boolean, body: (isSingle: boolean) => void): void {
    if (this.lengths.length === 0) body(true);
    else this.loop(0, isExact || this.lengths.length > 1 || this.isSpread(), body);
  }

  /** Loads the numbers at a tensor's current place. */
  load(index: number, isSingle: boolean): Lanes {
    return loadLanes(this.w, (ahead) => this.address(index, ahead), this.cursors[index]!.stride, isSingle);
  }

  /** Whether the current place of a tensor is the same for two numbers that are done together. */
  isSteady(index: number): boolean {
    return this.cursors[index]!.stride === 0;
  }

  /**
   * Loads the numbers that lie so many bytes from a tensor's current place, which local variables hold: one for both lanes,
   * or one for each.
   */
  loadMoved(index: number, [first, second]: readonly [number, number?], isSingle: boolean): Lanes {
    const { code } = this.w;
    const { stride } = this.cursors[index]!;
    if (second === undefined || isSingle) return loadLanes(this.w, this.moved(index, first), stride, isSingle);
    const lanes = loadLanes(this.w, this.moved(index, first), stride, true);
    const offset = this.moved(index, second)(stride);
    code.get(lanes).memoryLane("v128.load64_lane", 1, offset).set(lanes);
    return lanes;
  }

  /** Stores numbers where {@link loadMoved} loads them with the bytes that one variable holds. */
  storeMoved(index: number, local: number, value: Lanes): void {
    storeLanes(this.w, this.moved(index, local), this.cursors[index]!.stride, value, false);
  }

  /** Loads into both lanes the number so many bytes from the place that a lane is at. */
  loadOne(index: number, local: number, lane: number): Lanes {
    return loadLanes(this.w, this.moved(index, local, lane * this.cursors[index]!.stride), 0, true);
  }

  /** Stores the first lane where {@link loadOne} loads it. */
  storeOne(index: number, local: number, lane: number, value: Lanes): void {
    storeLanes(this.w, this.moved(index, local, lane * this.cursors[index]!.stride), 0, value, true);
  }

  /** Stores numbers at a tensor's current place. */
  store(index: number, value: Lanes, isSingle: boolean): void {
    storeLanes(this.w, (ahead) => this.address(index, ahead), this.cursors[index]!.stride, value, isSingle);
  }

  private moved(index: number, local: number, from = 0): (ahead: number) => number {
    return (ahead) => {
      const offset = this.address(index, from + ahead);
      // Bytes may be below 0, too, until all is added.
      this.w.code.get(local).op("i32.add").i32(offset).op("i32.add");
      return 0;
    };
  }

  /** Puts the address of a tensor's current place, `ahead` numbers on, on the stack but for the offset that it gives. */
  private address(index: number, ahead: number): number {
    const { byte, tuple } = this.cursors[index]!;
    const { code } = this.w;
    const offset = byte + ahead * bytesPerNumber;
    code.get(this.pointers[tuple]!);
    // Pointers that run backward may be below 0 until the offset is added.
    const isForward = offset >= 0 && this.tuples[tuple]!.every((stride) => stride >= 0);
    if (isForward) return offset;
    code.i32(offset).op("i32.add");
    return 0;
  }

  /** Whether something is walked with gaps, so that a second lane past the end would be elsewhere. */
  private isSpread(): boolean {
    return this.cursors.some(({ stride }) => stride !== 0 && stride !== 1);
  }

  private loop(axis: number, isExact: boolean, body: (isSingle: boolean) => void): void {
    const { w, lengths, tuples, pointers } = this;
    const { code } = w;
    const { base, low, high } = stepParameters;
    const isRanged = axis === this.ranged;
    const isInner = axis === lengths.length - 1;
    const length = lengths[axis]!;
    const index = w.fresh("i32");
    const outer = [...pointers];
    tuples.forEach((tuple, k) => {
      const stride = tuple[axis]! * bytesPerNumber;
      if (stride === 0) return;
      pointers[k] = w.fresh("i32");
      code.get(axis === 0 ? base : outer[k]!);
      if (isRanged) code.get(low).i32(stride).op("i32.mul").op("i32.add");
      code.set(pointers[k]!);
    });
    if (isRanged) code.get(low).set(index);
    else code.i32(0).set(index);
    const end = () => (isRanged ? code.get(high) : code.i32(length));
    const advance = (count: number) => {
      tuples.forEach((tuple, k) => {
        const stride = tuple[axis]! * bytesPerNumber;
        if (stride !== 0)
          code
            .get(pointers[k]!)
            .i32(count * stride)
            .op("i32.add")
            .set(pointers[k]!);
      });
      code.get(index).i32(count).op("i32.add").tee(index);
    };
    if (!isInner) {
      code.block("loop");
      this.loop(axis + 1, isExact, body);
      advance(1);
      end().op("i32.lt_u").branch("br_if", 0).end();
    } else {
      const hasTail = isExact && length % 2 === 1;
      if (hasTail) {
        // Ranges begin at even numbers, and only the last one ends at an odd one.
        const pairsEnd = w.fresh("i32");
        end().i32(-2).op("i32.and").set(pairsEnd);
        code.block("block").get(index).get(pairsEnd).op("i32.ge_u").branch("br_if", 0).block("loop");
        body(false);
        advance(2);
        code.get(pairsEnd).op("i32.lt_u").branch("br_if", 0).end().end();
        code.get(index);
        end().op("i32.lt_u").block("if");
        body(true);
        code.end();
      } else {
        code.block("loop");
        body(false);
        advance(2);
        end().op("i32.lt_u").branch("br_if", 0).end();
      }
    }
    outer.forEach((pointer, k) => {
      pointers[k] = pointer;
    });
  }
}
