import fc from "fast-check";
import { expect, test } from "vitest";
import {
  broadcastView,
  copied,
  isContiguous,
  type NdArray,
  permuteView,
  reshapeView,
  rowMajorData,
  sliceView,
} from "../../src/graph/ndarray.ts";
import { broadcastShapes, elementCount, sliceRange } from "../../src/graph/shape.ts";
import { nested, tensorOf } from "../support/tensors.ts";

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

/** The element at an index, by strides alone. */
function at(array: NdArray, index: readonly number[]): number {
  return array.data[array.offset + index.reduce((sum, i, axis) => sum + i * array.strides[axis]!, 0)]!;
}

function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (lists, length) => lists.flatMap((list) => Array.from({ length }, (_, i) => [...list, i])),
    [[]],
  );
}

function counting(shape: readonly number[]): NdArray {
  return tensorOf(
    Array.from({ length: elementCount(shape) }, (_, i) => i),
    shape,
  );
}

/** A random view of a tensor that counts. */
const views = fc.tuple(shapes, fc.infiniteStream(fc.integer({ min: 0, max: 1000 }))).map(([shape, stream]) => {
  const draw = (n: number) => (stream.next().value as number) % n;
  let view = counting(shape);
  for (let k = 0; k < 3; k++) {
    const rank = view.shape.length;
    if (draw(2) === 0) {
      const axes = [...view.shape.keys()].sort(() => draw(3) - 1);
      view = permuteView(view, axes);
    } else {
      const steps = view.shape.map(() => [1, -1, 2, -2][draw(4)]!);
      const ranges = view.shape.map((n, i) =>
        sliceRange(n, draw(9) - 4, draw(2) === 0 ? null : draw(9) - 4, steps[i]!),
      );
      view = sliceView(
        view,
        ranges.map((r) => r.first),
        ranges.map((r) => r.count),
        steps,
      );
    }
    if (draw(3) === 0) view = broadcastView(view, [2, ...view.shape]);
    if (view.shape.length > rank + 1) break;
  }
  return view;
});

test("the row-major elements of a view are those that its strides say", () => {
  fc.assert(
    fc.property(views, (view) => {
      const expected = indices(view.shape).map((index) => at(view, index));
      expect([...rowMajorData(view)]).toEqual(expected);
      expect([...copied(view).data]).toEqual(expected);
      expect(copied(view).data.buffer).not.toBe(view.data.buffer);
      expect(isContiguous(copied(view))).toBe(true);
      expect(nested(reshapeView(view, [expected.length]))).toEqual(expected);
    }),
  );
});

test("slices follow Python's rules", () => {
  const bound = fc.option(fc.integer({ min: -9, max: 9 }), { nil: null });
  const step = fc.integer({ min: -4, max: 4 }).filter((n) => n !== 0);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 6 }), bound, bound, step, (length, start, stop, by) => {
      const { first, count } = sliceRange(length, start, stop, by);
      const found = Array.from({ length: count }, (_, i) => first + i * by);
      expect(found).toEqual(pythonSlice(length, start, stop, by));
    }),
    { numRuns: 1000 },
  );
});

test("broadcasting is commutative and says what shapes fit", () => {
  fc.assert(
    fc.property(shapes, shapes, (a, b) => {
      const joint = broadcastShapes(a, b);
      expect(broadcastShapes(b, a)).toEqual(joint);
      const fits = [...Array(Math.max(a.length, b.length)).keys()].every((i) => {
        const [m, n] = [a.at(-1 - i) ?? 1, b.at(-1 - i) ?? 1];
        return m === n || m === 1 || n === 1;
      });
      expect(joint !== undefined).toBe(fits);
    }),
  );
});

/** The definition: indices from `start` by `step` while they are inside and before `stop`. */
function pythonSlice(length: number, start: number | null, stop: number | null, step: number): number[] {
  const from = (i: number) => (i < 0 ? i + length : i);
  const isBefore = (i: number) => {
    if (stop === null) return true;
    return step > 0 ? i < from(stop) : i > Math.max(from(stop), -1) || (from(stop) < 0 && i >= 0);
  };
  const clamp = (i: number) => (step > 0 ? Math.max(i, 0) : Math.min(i, length - 1));
  const found: number[] = [];
  const first = start === null ? (step > 0 ? 0 : length - 1) : clamp(from(start));
  for (let i = first; i >= 0 && i < length && isBefore(i); i += step) found.push(i);
  return found;
}
