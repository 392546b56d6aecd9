import { rowMajorData } from "../../graph/ndarray.ts";
import { elementCount, type Shape } from "../../graph/shape.ts";
import type { DecodedTensor } from "../../syntax/tensor.ts";
import type { Layout } from "../strip.ts";

/** Tangents or cotangents for a run: `count` of them, each a tensor for every seeded input. */
export interface Seeds {
  readonly count: number;
  /** How the matrix is laid out that they give, where they are the unit seeds, in order. */
  readonly unitLayout?: Layout;
  /** Which seeded inputs have other values at other points. */
  readonly isBatched: readonly boolean[];
  /** Writes seed `seed` of input `input` at `point` into `target`, which holds zeros. */
  write(target: Float64Array, input: number, point: number, seed: number): void;
}

/** Seeds that a caller gave; absent tensors are zero. `shapes` are those of the seeded inputs, without points. */
export function givenSeeds(list: readonly (readonly (DecodedTensor | undefined)[])[], shapes: readonly Shape[]): Seeds {
  const sizes = shapes.map(elementCount);
  return {
    count: list.length,
    isBatched: shapes.map((_, i) => list.some((seed) => seed[i]?.isBatched)),
    write(target, input, point, seed) {
      const tensor = list[seed]![input];
      if (!tensor) return;
      const first = tensor.isBatched ? point * sizes[input]! : 0;
      target.set(rowMajorData(tensor.array).subarray(first, first + sizes[input]!));
    },
  };
}

/** The unit seeds, one for each scalar of the seeded inputs in order: they give a whole Jacobian. */
export function unitSeeds(
  shapes: readonly Shape[],
  layout: Layout = "matrix",
): Seeds & { readonly starts: readonly number[] } {
  const sizes = shapes.map(elementCount);
  const starts = startsOf(sizes);
  return {
    count: sizes.reduce((a, b) => a + b, 0),
    unitLayout: layout,
    isBatched: shapes.map(() => false),
    starts,
    write(target, input, _point, seed) {
      const at = seed - starts[input]!;
      if (at >= 0 && at < sizes[input]!) target[at] = 1;
    },
  };
}

/** Where each of several runs of elements starts when they are laid end to end. */
export function startsOf(sizes: readonly number[]): number[] {
  let next = 0;
  return sizes.map((size) => {
    const start = next;
    next += size;
    return start;
  });
}
