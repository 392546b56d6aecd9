import { formOf } from "../graph/form.ts";
import { jointAxes } from "../graph/ndarray.ts";
import { range } from "../graph/shape.ts";
import { swappedLanes } from "./fold.ts";
import type { Lanes, LaneWriter } from "./lanes.ts";
import { Loops, type Stepping, type Tensor, vectorRuns, vectorsOf } from "./loops.ts";
import { vectorLetter } from "./packing.ts";
import type { Place } from "./place.ts";
import type { NodeStep } from "./steps.ts";
import type { Writing } from "./writing.ts";

/** Axes that some of the three tensors have in common, merged where they can be. */
interface Axes {
  readonly lengths: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly out: readonly number[];
}

const rowsPerPanel = 4;
const vectorsPerPanel = 8;
const rowsPerDotBlock = 4;
const accumulatorsPerDot = 4;
const termsPerBlock = 128;

/**
 * Writes the function of a product summed over shared axes, blocked for registers. Lanes lie along the result's last axis,
 * each number being added up in order, or along the summed axis where only that one lies in a row.
 */
export function writeContract(writing: Writing, { slot, operands }: NodeStep, w: LaneWriter): number {
  const { nodes, places } = writing.schedule;
  const node = nodes[slot]!;
  const letters = formOf(node.op, "contraction").letters(node.attrs);
  const [xNode, yNode] = node.args;
  const [xPlace, yPlace] = operands as [Place, Place];
  const outPlace = places[slot]!;
  const strideOf = (names: string, strides: readonly number[], letter: string) => {
    const axis = names.indexOf(letter);
    return axis < 0 ? 0 : strides[axis]!;
  };
  const axesOf = (names: readonly string[]): Axes => {
    const lengths = names.map((letter) =>
      letters.x.includes(letter) ? xNode!.shape[letters.x.indexOf(letter)]! : yNode!.shape[letters.y.indexOf(letter)]!,
    );
    const joint = jointAxes(lengths, [
      names.map((letter) => strideOf(letters.x, xPlace.strides, letter)),
      names.map((letter) => strideOf(letters.y, yPlace.strides, letter)),
      names.map((letter) => strideOf(letters.out, outPlace.strides, letter)),
    ]);
    const [x, y, out] = joint.strides as [number[], number[], number[]];
    return { lengths: joint.lengths, x, y, out };
  };
  const inX = (letter: string) => letters.x.includes(letter);
  const inY = (letter: string) => letters.y.includes(letter);
  // In the order in which the result lies in memory.
  const kept = [...letters.out].sort(
    (a, b) => outPlace.strides[letters.out.indexOf(b)]! - outPlace.strides[letters.out.indexOf(a)]!,
  );
  const batch = axesOf(kept.filter((letter) => inX(letter) && inY(letter)));
  const rows = axesOf(kept.filter((letter) => inX(letter) && !inY(letter)));
  const columns = axesOf(kept.filter((letter) => !inX(letter)));
  const summed = axesOf([...letters.x].filter((letter) => !letters.out.includes(letter)));
  const tensors = {
    x: { byte: writing.walked(xPlace).byte },
    y: { byte: writing.walked(yPlace).byte },
    out: { byte: writing.walked(outPlace).byte },
  };
  const asIs = { tensors, axes: { batch, rows, columns, summed } };
  const turned = {
    tensors: { x: tensors.y, y: tensors.x, out: tensors.out },
    axes: { batch: flipped(batch), rows: flipped(columns), columns: flipped(rows), summed: flipped(summed) },
  };
  // Rows are x's, columns y's; where the result's vectors lie along one of x's axes, the operands change places.
  const vector = vectorLetter(node.shape, letters, outPlace);
  const across = vector !== undefined && inX(vector) && !inY(vector) ? turned : asIs;
  const column = lastOf(across.axes.columns);
  const term = lastOf(summed);
  const isDot = term.x === 1 && term.y === 1 && term.length > 1 && (column.y !== 1 || column.length < 2);
  if (!isDot) return new Product(w, across.tensors, across.axes).write(false);
  const { tensors: t, axes } = lastOf(rows).length >= lastOf(columns).length ? asIs : turned;
  return new Product(w, t, axes).write(true);
}

function flipped({ lengths, x, y, out }: Axes): Axes {
  return { lengths, x: y, y: x, out };
}

/** Writes the loops of one product: rows are x's axes, columns y's, and the last column is walked in vectors. */
class Product {
  private readonly w: LaneWriter;
  private readonly loops: Loops;
  private readonly tensors: { readonly x: Tensor; readonly y: Tensor; readonly out: Tensor };
  private readonly axes: { readonly batch: Axes; readonly rows: Axes; readonly columns: Axes; readonly summed: Axes };

  constructor(w: LaneWriter, tensors: Product["tensors"], axes: Product["axes"]) {
    this.w = w;
    this.loops = new Loops(w);
    this.tensors = tensors;
    this.axes = axes;
  }

  /** Gives the rounds of the outermost loop. */
  write(isDot: boolean): number {
    const { batch, rows, columns } = this.axes;
    const leading = withoutLast(rows);
    const [row, column] = [lastOf(rows), lastOf(columns)];
    const outermost = batch.lengths.length > 0 ? "batch" : leading.lengths.length > 0 ? "leading" : "row";
    const { x, out } = this.tensors;
    const down = [stepping(x, row.x), stepping(out, row.out)];
    const inRows = (body: (count: number) => void) =>
      this.loops.runs(
        row.length,
        isDot ? [rowsPerDotBlock, 1] : [rowsPerPanel, rowsPerPanel / 2, 1],
        down,
        outermost === "row",
        body,
      );
    const inKept = (body: () => void) =>
      this.over(batch, outermost === "batch", () =>
        this.over(leading, outermost === "leading", () => this.over(withoutLast(columns), false, body)),
      );
    if (isDot) inKept(() => inRows((count) => this.dots(count, row, column)));
    else if (this.isBatchInside()) {
      this.inTerms((terms, isFirst) => inKept(() => inRows((count) => this.panel(count, row, column, terms, isFirst))));
    } else {
      inKept(() => this.inTerms((terms, isFirst) => inRows((count) => this.panel(count, row, column, terms, isFirst))));
    }
    return batch.lengths[0] ?? leading.lengths[0] ?? row.length;
  }

  /** Whether what differs by the batch lies closer together than the terms of a sum. */
  private isBatchInside(): boolean {
    const [batch, term] = [lastOf(this.axes.batch), lastOf(this.axes.summed)];
    return batch.x < term.x && batch.y < term.y;
  }

  /** The summed axes, the last one in parts that are few enough to stay in the cache while rows and columns pass. */
  private inTerms(body: (terms: Axes, isFirst: boolean) => void): void {
    const { loops } = this;
    const { x, y } = this.tensors;
    const { summed } = this.axes;
    const { length, ...term } = lastOf(summed);
    if (summed.lengths.length !== 1 || length <= 2 * termsPerBlock) {
      body(summed, true);
      return;
    }
    const part = (size: number) => ({ ...summed, lengths: [size] });
    body(part(termsPerBlock), true);
    const rest = length - termsPerBlock;
    const along = [
      { ...stepping(x, term.x), start: termsPerBlock },
      { ...stepping(y, term.y), start: termsPerBlock },
    ];
    const sizes = rest % termsPerBlock === 0 ? [termsPerBlock] : [termsPerBlock, rest % termsPerBlock];
    loops.runs(rest, sizes, along, false, (size) => body(part(size), false));
  }

  /** `count` rows by blocks of columns, each number added up in a register, from 0 or from what is there. */
  private panel(count: number, row: Axis, column: Axis, summed: Axes, isFirst: boolean): void {
    const { w, loops } = this;
    const { x, y, out } = this.tensors;
    const across = [stepping(y, column.y), stepping(out, column.out)];
    const width = Math.max(1, Math.min(vectorsPerPanel / count, Math.floor(column.length / 2)));
    loops.runs(column.length, vectorRuns(width), across, false, (size) => {
      const vectors = vectorsOf(size);
      const sums = range(count).map((r) =>
        vectors.map((ahead) =>
          isFirst ? w.constant(0) : loops.load(out, r * row.out + ahead * column.out, column.out, size === 1),
        ),
      );
      const along = [
        { tensor: x, strides: summed.x },
        { tensor: y, strides: summed.y },
      ];
      loops.over(summed.lengths, along, false, () => {
        const factors = vectors.map((ahead) => loops.load(y, ahead * column.y, column.y, size === 1));
        sums.forEach((inRow, r) => {
          const factor = loops.load(x, r * row.x, 0, true);
          inRow.forEach((sum, v) => {
            this.accumulate(sum, factor, factors[v]!);
          });
          w.release(factor);
        });
        for (const factor of factors) w.release(factor);
      });
      sums.forEach((inRow, r) => {
        inRow.forEach((sum, v) => {
          loops.store(out, r * row.out + vectors[v]! * column.out, column.out, sum, size === 1);
          w.release(sum);
        });
      });
    });
  }

  /** Scalar products of `count` rows with each column, where both lie in order along the summed axis. */
  private dots(count: number, row: Axis, column: Axis): void {
    const { w, loops } = this;
    const { x, y, out } = this.tensors;
    const { summed } = this.axes;
    const term = lastOf(summed);
    const leading = withoutLast(summed);
    const across = [
      { tensor: y, strides: [column.y] },
      { tensor: out, strides: [column.out] },
    ];
    // A single row has several accumulators, so that additions need not wait for each other.
    const ways = count === 1 ? accumulatorsPerDot : 1;
    loops.over(column.length === 1 ? [] : [column.length], across, false, () => {
      const sums = range(count).map(() => range(ways).map(() => w.constant(0)));
      const along = [
        { tensor: x, strides: leading.x },
        { tensor: y, strides: leading.y },
      ];
      loops.over(leading.lengths, along, false, () => {
        loops.runs(term.length, vectorRuns(ways), [stepping(x, 1), stepping(y, 1)], false, (size) => {
          for (const [k, ahead] of vectorsOf(size).entries()) {
            const factor = loops.load(y, ahead, 1, size === 1);
            // The second lane of a single number adds nothing.
            if (size === 1) w.code.get(factor).f64(0).lane("f64x2.replace_lane", 1).set(factor);
            sums.forEach((ofRow, r) => {
              const other = loops.load(x, r * row.x + ahead, 1, size === 1);
              if (size === 1) w.code.get(other).f64(0).lane("f64x2.replace_lane", 1).set(other);
              this.accumulate(ofRow[k]!, factor, other);
              w.release(other);
            });
            w.release(factor);
          }
        });
      });
      sums.forEach(([total, ...others], r) => {
        for (const sum of others) {
          w.code.get(total!).get(sum).op("f64x2.add").set(total!);
          w.release(sum);
        }
        w.code.get(total!).get(total!).get(total!).shuffle(swappedLanes).op("f64x2.add").set(total!);
        loops.store(out, r * row.out, 0, total!, true);
        w.release(total!);
      });
    });
  }

  private accumulate(sum: Lanes, a: Lanes, b: Lanes): void {
    // Rounded once where the machine can: a sum's terms may be.
    this.w.code.get(a).get(b).get(sum).op("f64x2.relaxed_madd").set(sum);
  }

  private over({ lengths, x, y, out }: Axes, isOutermost: boolean, body: () => void): void {
    const { tensors } = this;
    const steppings = [
      { tensor: tensors.x, strides: x },
      { tensor: tensors.y, strides: y },
      { tensor: tensors.out, strides: out },
    ];
    this.loops.over(lengths, steppings, isOutermost, body);
  }
}

/** The last of some axes, or one of length 1. */
interface Axis {
  readonly length: number;
  readonly x: number;
  readonly y: number;
  readonly out: number;
}

function lastOf({ lengths, x, y, out }: Axes): Axis {
  return { length: lengths.at(-1) ?? 1, x: x.at(-1) ?? 0, y: y.at(-1) ?? 0, out: out.at(-1) ?? 0 };
}

function withoutLast({ lengths, x, y, out }: Axes): Axes {
  return { lengths: lengths.slice(0, -1), x: x.slice(0, -1), y: y.slice(0, -1), out: out.slice(0, -1) };
}

function stepping(tensor: Tensor, stride: number): Stepping {
  return { tensor, strides: [stride] };
}
