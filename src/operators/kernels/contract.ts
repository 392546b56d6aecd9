import type { Budget } from "../../graph/budget.ts";
import { forEachRun, jointAxes, type NdArray, zeros } from "../../graph/ndarray.ts";
import type { Shape } from "../../graph/shape.ts";

/**
 * Multiplies two tensors and sums over shared axes, as a binary einsum whose axes are named by letters: each letter of
 * `out` is in `x` or `y`, every other letter is in both.
 *
 * A zero times an infinity or a NaN counts as 0 when `absorb` is set: only sums that came out NaN are done again so.
 */
export function contractArrays(
  x: NdArray,
  y: NdArray,
  letters: { x: string; y: string; out: string },
  shape: Shape,
  absorb: boolean,
  budget: Budget,
): NdArray {
  const result = zeros("float64", shape);
  if (result.data.length === 0) return result;
  const summed = [...letters.x].filter((letter) => !letters.out.includes(letter));
  const strideOf = (array: NdArray, names: string, letter: string) => {
    const axis = names.indexOf(letter);
    return axis < 0 ? 0 : array.strides[axis]!;
  };
  const lengthOf = (letter: string) =>
    letters.x.includes(letter) ? x.shape[letters.x.indexOf(letter)]! : y.shape[letters.y.indexOf(letter)]!;
  const outer = jointAxes(shape, [
    result.strides,
    [...letters.out].map((letter) => strideOf(x, letters.x, letter)),
    [...letters.out].map((letter) => strideOf(y, letters.y, letter)),
  ]);
  const inner = jointAxes(summed.map(lengthOf), [
    summed.map((letter) => strideOf(x, letters.x, letter)),
    summed.map((letter) => strideOf(y, letters.y, letter)),
  ]);
  const terms = inner.lengths.reduce((a, b) => a * b, 1);
  const out = result.data;
  const xd = x.data;
  const yd = y.data;
  const ixs = inner.strides[0]!.at(-1) ?? 0;
  const iys = inner.strides[1]!.at(-1) ?? 0;
  let total = 0;
  const plain = ([i, j]: number[], length: number) => {
    let sum = summed.length === 0 ? -0 : 0;
    for (let n = 0, p = i!, q = j!; n < length; n++, p += ixs, q += iys) sum += xd[p]! * yd[q]!;
    total += sum;
  };
  const absorbing = ([i, j]: number[], length: number) => {
    for (let n = 0, p = i!, q = j!; n < length; n++, p += ixs, q += iys) {
      const a = xd[p]!;
      const b = yd[q]!;
      if (a !== 0 && b !== 0) total += a * b;
    }
  };
  const [os, xs, ys] = outer.strides.map((list) => list.at(-1) ?? 0) as [number, number, number];
  forEachRun(outer.lengths, outer.strides, [0, x.offset, y.offset], (offsets, length) => {
    let [o, i, j] = offsets as [number, number, number];
    for (let n = 0; n < length; n++, o += os, i += xs, j += ys) {
      budget.spend(2 * terms);
      // A product that nothing is added to keeps the sign of its zero.
      total = summed.length === 0 ? -0 : 0;
      if (terms > 0) forEachRun(inner.lengths, inner.strides, [i, j], plain);
      if (absorb && Number.isNaN(total)) {
        total = 0;
        forEachRun(inner.lengths, inner.strides, [i, j], absorbing);
      }
      out[o] = total;
    }
  });
  return result;
}
