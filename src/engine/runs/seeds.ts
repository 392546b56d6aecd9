import { rowMajorData } from "../../graph/ndarray.ts";
import type { DecodedTensor } from "../../syntax/tensor.ts";
import type { Layout } from "../strip.ts";
import type { Spans } from "./spans.ts";

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

/** Seeds that a caller gave; absent tensors are zero. `spans` are the seeded inputs, without points. */
export function givenSeeds(list: readonly (readonly (DecodedTensor | undefined)[])[], spans: Spans): Seeds {
  const { sizes } = spans;
  return {
    count: list.length,
    isBatched: sizes.map((_, i) => list.some((seed) => seed[i]?.isBatched)),
    write(target, input, point, seed) {
      const tensor = list[seed]![input];
      if (!tensor) return;
      const first = tensor.isBatched ? point * sizes[input]! : 0;
      target.set(rowMajorData(tensor.array).subarray(first, first + sizes[input]!));
    },
  };
}

/** The unit seeds, one for each scalar of the seeded inputs in order: they give a whole matrix in a layout. */
export function unitSeeds({ sizes, starts, total }: Spans, layout: Layout): Seeds {
  return {
    count: total,
    unitLayout: layout,
    isBatched: sizes.map(() => false),
    write(target, input, _point, seed) {
      const at = seed - starts[input]!;
      if (at >= 0 && at < sizes[input]!) target[at] = 1;
    },
  };
}

/** Seeds that are vectors of all scalars. */
export function vectorSeeds(vectors: readonly Float64Array[], spans: Spans): Seeds {
  return {
    count: vectors.length,
    isBatched: spans.sizes.map(() => false),
    write(target, input, _point, seed) {
      target.set(spans.part(vectors[seed]!, input));
    },
  };
}
