import type { Block } from "./block-product.ts";
import type { Blocks } from "./blocks.ts";
import { formBasis, reflectionOf, reflectionScratch, reflectionsAtOnce } from "./reflections.ts";

/** The numbers of scratch that {@link bidiagonalize} needs. */
export function bidiagonalScratch(n: number): number {
  return 4 * reflectionsAtOnce * n + 2 * reflectionsAtOnce + reflectionScratch(n, n);
}

/**
 * A = L B Rᵀ for a square n × n block A, which becomes L, and R at `right`: B has `d` on its diagonal and `e` above. Some
 * columns and rows at a time, whose effect on the rest is a product (LAPACK's dgebrd, dlabrd). `lefts` and `rights` are
 * room for two more matrices.
 */
export function bidiagonalize(
  blocks: Blocks,
  a: Block,
  n: number,
  d: Float64Array,
  e: Float64Array,
  { right, lefts, rights }: { readonly right: Block; readonly lefts: Block; readonly rights: Block },
  scratch: number,
): void {
  const { data } = blocks;
  const most = reflectionsAtOnce;
  // The rest is A − V Yᵀ − X Uᵀ, V and U being the vectors of this part; all four are kept as rows.
  const [y, x]: [Block, Block] = [
    { at: scratch, row: n },
    { at: scratch + most * n, row: n },
  ];
  const turned: readonly [Block, Block] = [
    { at: scratch + 2 * most * n, row: most },
    { at: scratch + 3 * most * n, row: most },
  ];
  const [first, second] = [scratch + 4 * most * n, scratch + 4 * most * n + most];
  const [leftTaus, rightTaus] = [new Float64Array(n), new Float64Array(n)];
  for (const { at } of [lefts, rights]) data.fill(0, at, at + n * n);
  const vector = (rows: Block, i: number, from: number) => rows.at + i * n + from;

  for (let begin = 0; begin < n; begin += most) {
    const end = Math.min(n, begin + most);
    const [v, u]: [Block, Block] = [
      { at: vector(lefts, begin, 0), row: n },
      { at: vector(rights, begin, 0), row: n },
    ];
    /** Takes what two lots of rows say of one column, and of another, from a row of numbers. */
    const take = (to: number, p: Block, ofP: number, q: Block, ofQ: number, from: number, counts: [number, number]) => {
      const target = { at: to, row: n };
      const [many, few] = counts;
      if (many > 0)
        blocks.product(target, { at: ofP, row: many }, { at: p.at + from, row: n }, 1, n - from, many, true);
      if (few > 0) blocks.product(target, { at: ofQ, row: few }, { at: q.at + from, row: n }, 1, n - from, few, true);
    };
    /** The products of two lots of rows with a vector. */
    const dots = (p: Block, q: Block, at: number, from: number, counts: [number, number]) => {
      data.fill(0, first, first + 2 * most);
      const [many, few] = counts;
      blocks.dots(first, { at: p.at + from, row: n }, at, many, n - from);
      blocks.dots(second, { at: q.at + from, row: n }, at, few, n - from);
    };
    for (let i = begin; i < end; i++) {
      const done = i - begin;
      const next = i + 1;
      // Column i, and its reflection.
      const left = vector(lefts, i, i);
      for (let k = i; k < n; k++) data[left + k - i] = data[a.at + k * n + i]!;
      blocks.column(y, i, done, first);
      blocks.column(u, i, done, second);
      take(left, v, first, x, second, i, [done, done]);
      const { tau, beta } = reflectionOf(data, left, n - i);
      leftTaus[i] = tau;
      d[i] = beta;
      if (next === n) break;
      // What it does to the columns after it.
      const length = n - next;
      const ofY = vector(y, done, next);
      data.fill(0, vector(y, done, 0), ofY + length);
      if (tau !== 0) {
        blocks.product(
          { at: ofY, row: n },
          { at: left, row: n },
          { at: a.at + i * n + next, row: n },
          1,
          length,
          n - i,
          false,
        );
        dots(v, x, left, i, [done, done]);
        take(ofY, y, first, u, second, next, [done, done]);
        for (let k = 0; k < length; k++) data[ofY + k]! *= tau;
      }
      // Row i after that, and its reflection.
      const across = vector(rights, i, next);
      data.copyWithin(across, a.at + i * n + next, a.at + next * n);
      blocks.column(v, i, done + 1, first);
      blocks.column(x, i, done, second);
      take(across, y, first, u, second, next, [done + 1, done]);
      const turn = reflectionOf(data, across, length);
      rightTaus[i] = turn.tau;
      e[i] = turn.beta;
      // What that does to the rows after it.
      const ofX = vector(x, done, next);
      data.fill(0, vector(x, done, 0), ofX + length);
      if (turn.tau === 0) continue;
      blocks.dots(ofX, { at: a.at + next * (n + 1), row: n }, across, length, length);
      dots(y, u, across, next, [done + 1, done]);
      take(ofX, v, first, x, second, next, [done + 1, done]);
      for (let k = 0; k < length; k++) data[ofX + k]! *= turn.tau;
    }
    if (end === n) break;
    const [count, rest] = [end - begin, n - end];
    const target = { at: a.at + end * (n + 1), row: n };
    [v, x].forEach((rows, k) => {
      blocks.transpose({ at: rows.at + end, row: n }, turned[k]!, count, rest);
      const other = k === 0 ? y : u;
      blocks.product(target, turned[k]!, { at: other.at + end, row: n }, rest, rest, count, true);
    });
  }

  const after = second + most;
  formBasis(blocks, { vectors: lefts, taus: leftTaus }, n, n, a, n, after);
  data.fill(0, right.at, right.at + n * n);
  data[right.at] = 1;
  const shifted = { at: rights.at + 1, row: n };
  if (n > 1) {
    const inner = { at: right.at + n + 1, row: n };
    formBasis(blocks, { vectors: shifted, taus: rightTaus }, n - 1, n - 1, inner, n - 1, after);
  }
}
