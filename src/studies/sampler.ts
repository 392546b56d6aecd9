import { stripOf } from "../engine/choose-strip.ts";
import type { Derivation } from "../engine/derivation.ts";
import { execute } from "../engine/runs/execute.ts";
import { Spans } from "../engine/runs/spans.ts";
import { plannedBytes } from "../engine/strip.ts";
import type { Budget } from "../graph/budget.ts";
import { allocate } from "../graph/dtype.ts";
import { ndarray, rowMajorData } from "../graph/ndarray.ts";
import { elementCount } from "../graph/shape.ts";
import type { DecodedTensor } from "../syntax/tensor.ts";
import type { Selection } from "../transforms/derive.ts";

/** A graph as a plain function of the scalars of `wrt`, laid end to end, to those of `of`. */
export interface Sampler {
  readonly n: number;
  readonly m: number;
  readonly points: number;
  /** The most bytes that a run holds. */
  bytes(samples: number): number;
  /** The scalars of `wrt` at a point. */
  at(point: number): Float64Array;
  /**
   * Evaluates `samples` times at every point, in strips. `place` moves sample k of a point away from it, in the array
   * that it is given; `take` reads what came out. Both are called in order, point by point.
   */
  run(samples: number, place: Place, take: Place, budget: Budget): Promise<void>;
}

type Place = (values: Float64Array, point: number, sample: number) => void;

/** Makes a graph a plain function around points that inputs give. */
export function samplerOf(
  derivation: Derivation,
  selection: Selection,
  inputs: readonly DecodedTensor[],
  points: number | undefined,
): Sampler {
  const derived = derivation.derive("evaluate", selection);
  const { graph } = derivation.loaded;
  const { wrt, of } = selection;
  const sizes = inputs.map((_, i) => elementCount(graph.inputs[i]!.shape));
  const wrtSpans = new Spans(wrt.map((i) => graph.inputs[i]!.shape));
  const ofSpans = new Spans(of.map((i) => graph.outputs[i]!.node.shape));
  const moved = new Set(wrt);
  const isBatched = inputs.map((input, i) => moved.has(i) || input.isBatched);
  const [n, m] = [wrtSpans.total, ofSpans.total];
  const part = (i: number, point: number) => {
    const { array, isBatched: hasPoints } = inputs[i]!;
    const first = hasPoints ? point * sizes[i]! : 0;
    return rowMajorData(array).subarray(first, first + sizes[i]!);
  };
  const at = (point: number) => {
    const x = new Float64Array(n);
    wrt.forEach((i, k) => {
      x.set(part(i, point), wrtSpans.starts[k]!);
    });
    return x;
  };
  const stripFor = (samples: number) =>
    stripOf(derivation, derived, { points: samples * (points ?? 1), seeds: undefined, isBatched });

  return {
    n,
    m,
    points: points ?? 1,
    at,
    bytes(samples) {
      if (samples === 0) return 0;
      const strip = stripFor(samples);
      return 2 * plannedBytes(derivation.compile(derived, strip), derived, strip) + 8 * (2 * n + m);
    },
    async run(samples, place, take, budget) {
      const total = samples * (points ?? 1);
      if (total === 0) return;
      const strip = stripFor(samples);
      const program = derivation.compile(derived, strip);
      const held = strip.points ?? 1;
      const [x, y] = [new Float64Array(n), new Float64Array(m)];
      for (let first = 0; first < total; first += held) {
        const count = Math.min(held, total - first);
        const strips = inputs.map(({ array }, i): DecodedTensor => {
          if (!isBatched[i]) return { array, isBatched: false };
          const shape = [count, ...graph.inputs[i]!.shape];
          return { array: ndarray(array.dtype, shape, allocate(array.dtype, count * sizes[i]!)), isBatched: true };
        });
        for (let k = 0; k < count; k++) {
          const [point, sample] = [Math.floor((first + k) / samples), (first + k) % samples];
          x.set(at(point));
          place(x, point, sample);
          strips.forEach(({ array, isBatched: hasPoints }, i) => {
            if (hasPoints && !moved.has(i)) array.data.set(part(i, point), k * sizes[i]!);
          });
          wrt.forEach((i, j) => {
            strips[i]!.array.data.set(wrtSpans.part(x, j), k * sizes[i]!);
          });
          budget.spend(n + m);
        }
        const run = { derived, inputs: strips, points: count, seeds: undefined };
        await execute({ run, strip, program, bytes: 0 }, budget, ({ outputs }) => {
          const flat = of.map((i) => rowMajorData(outputs[i]!));
          for (let k = 0; k < count; k++) {
            flat.forEach((data, j) => {
              const size = ofSpans.sizes[j]!;
              y.set(data.subarray(k * size, (k + 1) * size), ofSpans.starts[j]!);
            });
            take(y, Math.floor((first + k) / samples), (first + k) % samples);
          }
        });
      }
    },
  };
}
