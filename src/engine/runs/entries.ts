import { rowMajorData } from "../../graph/ndarray.ts";
import type { Sweeps } from "../../sparse/compress.ts";
import type { Pattern } from "../../sparse/pattern.ts";
import type { Sink } from "./execute.ts";
import type { Seeds } from "./seeds.ts";
import type { Spans } from "./spans.ts";

/** Seeds that are sums of unit seeds: one for each sweep. */
export function compressedSeeds({ sizes, starts }: Spans, { count, seedStarts, seeds }: Sweeps): Seeds {
  return {
    count,
    isBatched: sizes.map(() => false),
    write(target, input, _point, sweep) {
      const [start, end] = [starts[input]!, starts[input]! + sizes[input]!];
      let [low, high] = [seedStarts[sweep]!, seedStarts[sweep + 1]!];
      const last = high;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (seeds[middle]! < start) low = middle + 1;
        else high = middle;
      }
      for (; low < last && seeds[low]! < end; low++) target[seeds[low]! - start] = 1;
    },
  };
}

/** The values of a sparse matrix while they are filled: for each point one for each entry of the pattern. */
export class Entries {
  readonly pattern: Pattern;
  readonly values: Float64Array<ArrayBuffer>;

  constructor(pattern: Pattern, points: number | undefined) {
    this.pattern = pattern;
    this.values = new Float64Array(pattern.nonzeros * (points ?? 1));
  }

  /** Reads off the entries that sweeps give, in outputs of these spans from `first` on. */
  sink({ sizes, starts, owners }: Spans, { entryStarts, entries, places }: Sweeps, first: number): Sink {
    const { values } = this;
    const { nonzeros } = this.pattern;
    return ({ outputs, firstPoint, points, firstSeed, seeds, seedsHeld }) => {
      const data = sizes.map((_, i) => rowMajorData(outputs[first + i]!));
      for (let p = 0; p < points; p++) {
        const at = (firstPoint + p) * nonzeros;
        for (let s = 0; s < seeds; s++) {
          const column = p * seedsHeld + s;
          for (let k = entryStarts[firstSeed + s]!; k < entryStarts[firstSeed + s + 1]!; k++) {
            const place = places[k]!;
            const owner = owners[place]!;
            values[at + entries[k]!] = data[owner]![column * sizes[owner]! + place - starts[owner]!]!;
          }
        }
      }
    };
  }
}
