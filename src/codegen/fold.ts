import { formOf } from "../graph/form.ts";
import type { Fold } from "../graph/lowering.ts";
import { jointAxes } from "../graph/ndarray.ts";
import { range } from "../graph/shape.ts";
import type { Lanes, LaneWriter } from "./lanes.ts";
import { Loops, type Tensor, vectorRuns, vectorsOf } from "./loops.ts";
import type { NodeStep } from "./steps.ts";
import type { Writing } from "./writing.ts";

const accumulatorsMax = 4;

/**
 * Writes the function of a reduction. Lanes lie along the result's last axis where the operand's numbers lie in a row
 * there, and each adds up in the operand's order; else along the reduced axis, with several accumulators.
 */
export function writeFold(writing: Writing, { slot }: NodeStep, w: LaneWriter): number {
  const { nodes, places, slotOf } = writing.schedule;
  const node = nodes[slot]!;
  const form = formOf(node.op, "reduction");
  const { fold } = form;
  const axes = form.axes(node.attrs);
  const [operand] = node.args;
  const from = writing.walked(places[slotOf(operand!)]!);
  const to = writing.walked(places[slot]!);
  const isKept = node.shape.length === operand!.shape.length;
  const kept = range(operand!.shape.length).filter((axis) => !axes.includes(axis));
  const outStrides = isKept ? kept.map((axis) => to.strides[axis]!) : to.strides;
  const outer = jointAxes(
    kept.map((axis) => operand!.shape[axis]!),
    [outStrides, kept.map((axis) => from.strides[axis]!)],
  );
  const inner = jointAxes(
    axes.map((axis) => operand!.shape[axis]!),
    [axes.map((axis) => from.strides[axis]!)],
  );
  const out: Tensor = { byte: to.byte };
  const x: Tensor = { byte: from.byte };
  const loops = new Loops(w);
  const last = outer.lengths.length - 1;
  const isAcross =
    last >= 0 && outer.strides[1]![last] === 1 && outer.lengths[last]! > 1 && inner.strides[0]!.at(-1) !== 1;
  const [os, xs] = outer.strides as [number[], number[]];
  const rounds = outer.lengths[0] ?? 1;
  const walked = [
    { tensor: out, strides: os },
    { tensor: x, strides: xs },
  ];
  const along = [{ tensor: x, strides: inner.strides[0]! }];
  if (isAcross) {
    const width = Math.min(accumulatorsMax, Math.ceil(outer.lengths[last]! / 2));
    loops.over(outer.lengths.slice(0, last), walked, last > 0, () => {
      const across = [
        { tensor: out, strides: [os[last]!] },
        { tensor: x, strides: [xs[last]!] },
      ];
      loops.runs(outer.lengths[last]!, vectorRuns(width), across, last === 0, (size) => {
        const sums = vectorsOf(size).map((ahead) => ({ ahead, sum: w.constant(fold.initial) }));
        loops.over(inner.lengths, along, false, () => {
          for (const { ahead, sum } of sums) combineInto(w, fold, sum, loops.load(x, ahead, 1, size === 1));
        });
        for (const { ahead, sum } of sums) {
          loops.store(out, ahead * os[last]!, os[last]!, sum, size === 1);
          w.release(sum);
        }
      });
    });
    return rounds;
  }
  const depth = Math.max(0, inner.lengths.length - 1);
  const length = inner.lengths[depth] ?? 1;
  const stride = inner.strides[0]![depth] ?? 0;
  loops.over(outer.lengths, walked, true, () => {
    const sums = range(Math.max(1, Math.min(accumulatorsMax, Math.floor(length / 2)))).map(() =>
      w.constant(fold.initial),
    );
    loops.over(inner.lengths.slice(0, depth), along, false, () => {
      loops.runs(length, vectorRuns(sums.length), [{ tensor: x, strides: [stride] }], false, (size) => {
        for (const [k, ahead] of vectorsOf(size).entries()) {
          const numbers = loops.load(x, ahead * stride, stride, size === 1);
          // The second lane of a single number takes no part.
          if (size === 1) w.code.get(numbers).f64(fold.initial).lane("f64x2.replace_lane", 1).set(numbers);
          combineInto(w, fold, sums[k]!, numbers);
        }
      });
    });
    const [total, ...others] = sums as [Lanes, ...Lanes[]];
    for (const sum of others) combineInto(w, fold, total, sum);
    w.code.get(total).get(total).shuffle(swappedLanes);
    combineInto(w, fold, total, w.keep());
    loops.store(out, 0, 0, total, true);
    w.release(total);
  });
  return rounds;
}

/** The bytes of a vector's lanes in the other order. */
export const swappedLanes = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7];

/** Folds numbers into an accumulator, and lets them go. */
function combineInto(w: LaneWriter, { by }: Fold, accumulator: Lanes, numbers: Lanes): void {
  const combined = w.scope(() => [w[by](accumulator, numbers)])[0]!;
  w.code.get(combined).set(accumulator);
  w.release(combined);
  w.release(numbers);
}
