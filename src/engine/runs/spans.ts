import { elementCount, type Shape } from "../../graph/shape.ts";

/** Tensors flattened and laid end to end: where each starts in the row of all scalars, and how long it is. */
export class Spans {
  readonly shapes: readonly Shape[];
  readonly sizes: readonly number[];
  readonly starts: readonly number[];
  /** The scalars of all of them. */
  readonly total: number;
  private held: Int32Array | undefined;

  constructor(shapes: readonly Shape[]) {
    this.shapes = shapes;
    this.sizes = shapes.map(elementCount);
    let next = 0;
    this.starts = this.sizes.map((size) => {
      const start = next;
      next += size;
      return start;
    });
    this.total = next;
  }

  /** For each scalar, the tensor that it is of. */
  get owners(): Int32Array {
    if (!this.held) {
      const owners = new Int32Array(this.total);
      this.starts.forEach((start, i) => {
        owners.fill(i, start, start + this.sizes[i]!);
      });
      this.held = owners;
    }
    return this.held;
  }

  /** The part of all scalars that is tensor `i`. */
  part<T extends { subarray(start: number, end: number): T }>(scalars: T, i: number): T {
    return scalars.subarray(this.starts[i]!, this.starts[i]! + this.sizes[i]!);
  }
}
