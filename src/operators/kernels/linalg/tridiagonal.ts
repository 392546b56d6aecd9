import type { Block } from "./block-product.ts";
import type { Blocks } from "./blocks.ts";
import { formBasis, reflectionOf, reflectionScratch, reflectionsAtOnce } from "./reflections.ts";

/** The numbers of scratch that {@link tridiagonalize} needs. */
export function tridiagonalScratch(n: number): number {
  return 3 * reflectionsAtOnce * n + 2 * reflectionsAtOnce + reflectionScratch(n, n);
}

/**
 * A = Q T Qᵀ for a symmetric n × n block A, whole, which becomes Q: the diagonal of the tridiagonal T in `d`, what is
 * beside it in `e`. Some rows at a time, whose effect on the rest is a product (LAPACK's dsytrd, dlatrd). `vectors` is
 * room for another matrix.
 */
export function tridiagonalize(
  blocks: Blocks,
  a: Block,
  n: number,
  d: Float64Array,
  e: Float64Array,
  vectors: Block,
  scratch: number,
): void {
  const { data } = blocks;
  const most = reflectionsAtOnce;
  const beside: Block = { at: scratch, row: n };
  const turned: Block = { at: scratch + most * n, row: most };
  const turnedBeside: Block = { at: turned.at + most * n, row: most };
  const [ofVectors, ofBeside] = [turnedBeside.at + most * n, turnedBeside.at + most * n + most];
  const taus = new Float64Array(n);
  data.fill(0, vectors.at, vectors.at + n * n);
  for (let first = 0; first < n; first += most) {
    const end = Math.min(n, first + most);
    const known = { at: vectors.at + first * n, row: n };
    for (let i = first; i < end; i++) {
      const done = i - first;
      const row = { at: a.at + i * n + i, row: n };
      if (done > 0) {
        blocks.column(known, i, done, ofVectors);
        blocks.column(beside, i, done, ofBeside);
        blocks.product(row, { at: ofVectors, row: done }, { at: beside.at + i, row: n }, 1, n - i, done, true);
        blocks.product(row, { at: ofBeside, row: done }, { at: known.at + i, row: n }, 1, n - i, done, true);
      }
      d[i] = data[row.at]!;
      if (i === n - 1) break;
      const next = i + 1;
      const length = n - next;
      const v = vectors.at + i * n + next;
      data.copyWithin(v, row.at + 1, row.at + 1 + length);
      const { tau, beta } = reflectionOf(data, v, length);
      taus[i] = tau;
      e[i] = beta;
      const w = beside.at + done * n + next;
      data.fill(0, beside.at + done * n, w + length);
      if (tau === 0) continue;
      blocks.dots(w, { at: a.at + next * (n + 1), row: n }, v, length, length);
      if (done > 0) {
        data.fill(0, ofVectors, ofVectors + 2 * most);
        blocks.dots(ofVectors, { at: known.at + next, row: n }, v, done, length);
        blocks.dots(ofBeside, { at: beside.at + next, row: n }, v, done, length);
        const to = { at: w, row: n };
        blocks.product(to, { at: ofBeside, row: done }, { at: known.at + next, row: n }, 1, length, done, true);
        blocks.product(to, { at: ofVectors, row: done }, { at: beside.at + next, row: n }, 1, length, done, true);
      }
      let dot = 0;
      for (let k = 0; k < length; k++) dot += data[w + k]! * data[v + k]!;
      const half = (tau * tau * dot) / 2;
      for (let k = 0; k < length; k++) data[w + k] = tau * data[w + k]! - half * data[v + k]!;
    }
    if (end >= n) break;
    const [count, left] = [end - first, n - end];
    const rest = { at: a.at + end * (n + 1), row: n };
    const [v, w]: [Block, Block] = [
      { at: known.at + end, row: n },
      { at: beside.at + end, row: n },
    ];
    blocks.transpose(v, turned, count, left);
    blocks.transpose(w, turnedBeside, count, left);
    blocks.product(rest, turned, w, left, left, count, true);
    blocks.product(rest, turnedBeside, v, left, left, count, true);
  }
  data.fill(0, a.at, a.at + n * n);
  data[a.at] = 1;
  if (n === 1) return;
  const reflections = { vectors: { at: vectors.at + 1, row: n }, taus };
  const inner = { at: a.at + n + 1, row: n };
  formBasis(blocks, reflections, n - 1, n - 1, inner, n - 1, ofBeside + most);
}
