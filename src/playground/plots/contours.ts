/** Values on a grid: row by row, `columns` in each. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly values: readonly number[];
}

/** A piece of a contour, in cells of the grid: from x and y to x and y. */
export type Piece = readonly [number, number, number, number];

/** Where values are a level, as pieces of straight lines, one or two a cell (marching squares); none where values are none. */
export function contour({ columns, rows, values }: Grid, level: number): Piece[] {
  const pieces: Piece[] = [];
  for (let j = 0; j + 1 < rows; j++) {
    for (let i = 0; i + 1 < columns; i++) {
      const at = j * columns + i;
      const corners = [values[at]!, values[at + 1]!, values[at + columns + 1]!, values[at + columns]!];
      if (!corners.every(Number.isFinite)) continue;
      const crossings = sides.flatMap(([a, b, ax, ay, bx, by]) => {
        const [from, to] = [corners[a]!, corners[b]!];
        if (from < level === to < level) return [];
        const t = (level - from) / (to - from);
        return [[i + ax + t * (bx - ax), j + ay + t * (by - ay)] as const];
      });
      if (crossings.length === 4) {
        // A saddle: which sides belong together is told by the middle.
        const middle = corners.reduce((sum, value) => sum + value, 0) / 4;
        const turned = middle < level === corners[0]! < level;
        const [p, q, r, s] = crossings as [Crossing, Crossing, Crossing, Crossing];
        pieces.push(...(turned ? [join(p, q), join(r, s)] : [join(s, p), join(q, r)]));
      } else if (crossings.length === 2) pieces.push(join(crossings[0]!, crossings[1]!));
    }
  }
  return pieces;
}

/** So many levels between the smallest and the largest value, closer where there are more values. */
export function levelsOf(values: readonly number[], count: number): number[] {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0 || sorted[0] === sorted.at(-1)) return [];
  const [low, high] = [sorted[0]!, sorted.at(-1)!];
  return Array.from({ length: count }, (_, i) => {
    const share = (i + 0.5) / count;
    const even = low + share * (high - low);
    const ranked = sorted[Math.floor(share * (sorted.length - 1))]!;
    return (even + 2 * ranked) / 3;
  });
}

type Crossing = readonly [number, number];

function join(a: Crossing, b: Crossing): Piece {
  return [a[0], a[1], b[0], b[1]];
}

/** Of each side: its corners, and where those are. */
const sides = [
  [0, 1, 0, 0, 1, 0],
  [1, 2, 1, 0, 1, 1],
  [2, 3, 1, 1, 0, 1],
  [3, 0, 0, 1, 0, 0],
] as const;
