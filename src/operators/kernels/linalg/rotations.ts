import type { Block } from "./block-product.ts";
import type { Blocks } from "./blocks.ts";

/** So many sweeps are kept before rows are rotated, some columns at a time, so that these stay near. */
const sweepsAtOnce = 24;
const numbersNear = 2 ** 14;

/** The numbers that sweeps of n rows are kept in. */
export function turnsOf(n: number): number {
  return 2 * n * sweepsAtOnce;
}

/** The cosine and the sine of a rotation. */
export interface Turn {
  c: number;
  s: number;
}

/** Fills in the rotation that makes (f, g) to (r, 0), for numbers that do not overflow, and gives r. */
export function turnOf(f: number, g: number, turn: Turn): number {
  const squares = f * f + g * g;
  // Squares of numbers that are small have few digits, or none.
  const scale = squares > 1e-280 ? 1 : Math.max(Math.abs(f), Math.abs(g));
  if (scale === 0) {
    turn.c = 1;
    turn.s = 0;
    return 0;
  }
  const [x, y] = [f / scale, g / scale];
  const r = scale === 1 ? Math.sqrt(squares) : Math.sqrt(x * x + y * y);
  turn.c = x / r;
  turn.s = y / r;
  return scale * r;
}

interface Sweep {
  readonly row: number;
  readonly step: 1 | -1;
  readonly at: number;
  readonly count: number;
}

/** Rotations of neighbouring rows of a square block, which are done many at once. */
export class Rotations {
  private readonly blocks: Blocks;
  private readonly rows: Block;
  private readonly n: number;
  private readonly turns: number;
  private sweeps: Sweep[] = [];
  private next = 0;

  /** For n × n rows, with room for {@link turnsOf} numbers. */
  constructor(blocks: Blocks, rows: Block, n: number, turns: number) {
    this.blocks = blocks;
    this.rows = rows;
    this.n = n;
    this.turns = turns;
  }

  /** Begins a sweep of up to so many rotations: of a row and the next one in a direction, of that and the next, … */
  begin(row: number, step: 1 | -1, count: number): void {
    if (this.next + 2 * count > turnsOf(this.n)) this.flush();
    this.sweeps.push({ row, step, at: this.turns + this.next, count });
  }

  /** A rotation of the sweep that was begun: x and y become c x + s y and c y − s x. */
  turn(c: number, s: number): void {
    const { data } = this.blocks;
    data[this.turns + this.next++] = c;
    data[this.turns + this.next++] = s;
  }

  /** One rotation of any two rows. */
  rotate(first: number, second: number, c: number, s: number): void {
    this.flush();
    const { data } = this.blocks;
    const [x, y] = [this.rows.at + first * this.rows.row, this.rows.at + second * this.rows.row];
    for (let k = 0; k < this.n; k++) {
      const [a, b] = [data[x + k]!, data[y + k]!];
      data[x + k] = c * a + s * b;
      data[y + k] = c * b - s * a;
    }
  }

  /** Does what is kept. */
  flush(): void {
    const { blocks, rows, n } = this;
    const width = Math.max(8, 4 * Math.floor(numbersNear / (4 * n)));
    for (let column = 0; column < n; column += width) {
      for (const { row, step, at, count } of this.sweeps) {
        const first = rows.at + row * rows.row + column;
        blocks.sweep(first, step * rows.row, at, count, Math.min(width, n - column));
      }
    }
    this.sweeps = [];
    this.next = 0;
  }
}
