import type { Budget } from "../../../graph/budget.ts";
import { type Block, type Workspace, workspaceOf } from "./block-product.ts";

// Factorisations by halves: what is left of a matrix when one half is done is a product of blocks, which runs as code.
// So nearly all work is in products, whatever the size.

/** So few columns are done one after the other. */
const columnsMax = 8;
const operationsPerProduct = 2 ** 22;

/** A workspace with a budget: each product is accounted for, and large ones are done in parts. */
export class Blocks {
  readonly data: Float64Array;
  private readonly workspace: Workspace;
  private readonly budget: Budget;
  private readonly scratch: number;

  /** Room for so many numbers, and for transposed blocks of matrices of up to `n` columns. */
  constructor(numbers: number, n: number, budget: Budget) {
    this.workspace = workspaceOf(numbers + Math.ceil(n / 2) * Math.ceil(n / 2) + 2 * n);
    this.data = this.workspace.data;
    this.budget = budget;
    this.scratch = numbers;
  }

  /** Accounts for so many operations that a kernel does itself. */
  spend(operations: number): void {
    this.budget.spend(operations);
  }

  /** C + A B or C - A B in place. */
  product(c: Block, a: Block, b: Block, m: number, n: number, k: number, isSubtracted: boolean): void {
    const rows = Math.max(4, 4 * Math.floor(operationsPerProduct / (8 * n * k + 1)));
    for (let i = 0; i < m; i += rows) {
      const count = Math.min(rows, m - i);
      this.budget.spend(2 * count * n * k);
      this.workspace.product(down(c, i), down(a, i), b, count, n, k, isSubtracted);
    }
  }

  /** y + A x in place, for A of m × k and numbers that begin at y and x. */
  dots(y: number, a: Block, x: number, m: number, k: number): void {
    this.budget.spend(2 * m * k);
    this.workspace.dots(y, a, x, m, k);
  }

  /** Rotates rows as {@link Workspace.sweep} does. */
  sweep(first: number, step: number, turns: number, count: number, columns: number): void {
    this.budget.spend(6 * count * columns);
    this.workspace.sweep(first, step, turns, count, columns);
  }

  /** Copies column i of some rows to numbers that follow each other. */
  column(rows: Block, i: number, count: number, to: number): void {
    const { data } = this;
    for (let k = 0; k < count; k++) data[to + k] = data[rows.at + k * rows.row + i]!;
  }

  /** A transposed copy of an m × n block at another place. */
  transpose(a: Block, to: Block, m: number, n: number): void {
    const { data } = this;
    this.budget.spend(m * n);
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) data[to.at + j * to.row + i] = data[a.at + i * a.row + j]!;
  }

  /** Overwrites the lower triangle of a symmetric n × n block by its Cholesky factor; false where it is not positive. */
  cholesky(a: Block, n: number): boolean {
    if (n <= columnsMax) {
      this.budget.spend(n * n * n);
      return choleskyOfFew(this.data, a, n);
    }
    const half = halfOf(n);
    const [left, right] = [down(a, half), diagonal(a, half)];
    if (!this.cholesky(a, half)) return false;
    this.solveFromRight(a, half, left, n - half);
    // Below the diagonal only, in stripes.
    const turned = this.transposed(left, n - half, half);
    for (let i = 0; i < n - half; i += stripe) {
      const rows = Math.min(stripe, n - half - i);
      this.product(down(right, i), down(left, i), turned, rows, i + rows, half, true);
    }
    return this.cholesky(right, n - half);
  }

  /** Overwrites an n × n block by L and U of P A = L U, rows being exchanged in the whole; `order` holds rows' origins. */
  lu(a: Block, n: number, order: Float64Array, first = 0, end = n): void {
    if (end - first <= columnsMax) {
      this.luOfFew(a, n, order, first, end);
      return;
    }
    const middle = first + halfOf(end - first);
    this.lu(a, n, order, first, middle);
    const left = diagonal(a, first);
    const right = across(left, middle - first);
    this.solveLower(left, middle - first, right, end - middle, true);
    const below = down(left, middle - first);
    this.product(diagonal(a, middle), below, right, n - middle, end - middle, middle - first, true);
    this.lu(a, n, order, middle, end);
  }

  /** Solves L X = B in place for B of n × m. */
  solveLower(l: Block, n: number, b: Block, m: number, isUnit: boolean): void {
    if (n <= columnsMax) {
      this.budget.spend(n * n * m);
      const { data } = this;
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < i; k++)
          subtractRow(data, b.at + i * b.row, b.at + k * b.row, data[l.at + i * l.row + k]!, m);
        if (!isUnit) divideRow(data, b.at + i * b.row, data[l.at + i * l.row + i]!, m);
      }
      return;
    }
    const half = halfOf(n);
    this.solveLower(l, half, b, m, isUnit);
    this.product(down(b, half), down(l, half), b, n - half, m, half, true);
    this.solveLower(diagonal(l, half), n - half, down(b, half), m, isUnit);
  }

  /** Solves U X = B in place for B of n × m. */
  solveUpper(u: Block, n: number, b: Block, m: number, isUnit: boolean): void {
    if (n <= columnsMax) {
      this.budget.spend(n * n * m);
      const { data } = this;
      for (let i = n - 1; i >= 0; i--) {
        for (let k = i + 1; k < n; k++) {
          subtractRow(data, b.at + i * b.row, b.at + k * b.row, data[u.at + i * u.row + k]!, m);
        }
        if (!isUnit) divideRow(data, b.at + i * b.row, data[u.at + i * u.row + i]!, m);
      }
      return;
    }
    const half = halfOf(n);
    this.solveUpper(diagonal(u, half), n - half, down(b, half), m, isUnit);
    this.product(b, across(u, half), down(b, half), half, m, n - half, true);
    this.solveUpper(u, half, b, m, isUnit);
  }

  /** Solves X Lᵀ = B in place for B of m × n. */
  private solveFromRight(l: Block, n: number, b: Block, m: number): void {
    if (n <= columnsMax) {
      this.budget.spend(n * n * m);
      const { data } = this;
      for (let i = 0; i < m; i++) {
        const row = b.at + i * b.row;
        for (let j = 0; j < n; j++) {
          let x = data[row + j]!;
          const lower = l.at + j * l.row;
          for (let k = 0; k < j; k++) x -= data[row + k]! * data[lower + k]!;
          data[row + j] = x / data[lower + j]!;
        }
      }
      return;
    }
    const half = halfOf(n);
    this.solveFromRight(l, half, b, m);
    const turned = this.transposed(down(l, half), n - half, half);
    this.product(across(b, half), b, turned, m, n - half, half, true);
    this.solveFromRight(diagonal(l, half), n - half, across(b, half), m);
  }

  /** A transposed copy of an m × n block, until the next is made. */
  private transposed(a: Block, m: number, n: number): Block {
    const { data, scratch } = this;
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) data[scratch + j * m + i] = data[a.at + i * a.row + j]!;
    return { at: scratch, row: m };
  }

  private luOfFew(a: Block, n: number, order: Float64Array, first: number, end: number): void {
    const { data } = this;
    this.budget.spend((n - first) * (end - first) * (end - first));
    for (let j = first; j < end; j++) {
      let pivot = j;
      let largest = Math.abs(data[a.at + j * a.row + j]!);
      for (let i = j + 1; i < n; i++) {
        const size = Math.abs(data[a.at + i * a.row + j]!);
        if (size > largest) [pivot, largest] = [i, size];
      }
      if (pivot !== j) {
        exchangeRows(data, a.at + j * a.row, a.at + pivot * a.row, n);
        [order[j], order[pivot]] = [order[pivot]!, order[j]!];
      }
      if (largest === 0) continue;
      const top = a.at + j * a.row;
      for (let i = j + 1; i < n; i++) {
        const row = a.at + i * a.row;
        const factor = data[row + j]! / data[top + j]!;
        data[row + j] = factor;
        for (let k = j + 1; k < end; k++) data[row + k]! -= factor * data[top + k]!;
      }
    }
  }
}

/** Rows of a symmetric product that are done at once. */
const stripe = 32;

/** The first half, of which code can take four at a time. */
function halfOf(n: number): number {
  return 4 * Math.ceil(n / 8);
}

function down({ at, row }: Block, rows: number): Block {
  return { at: at + rows * row, row };
}

function across({ at, row }: Block, columns: number): Block {
  return { at: at + columns, row };
}

function diagonal({ at, row }: Block, steps: number): Block {
  return { at: at + steps * (row + 1), row };
}

function choleskyOfFew(data: Float64Array, { at, row }: Block, n: number): boolean {
  for (let j = 0; j < n; j++) {
    const ofJ = at + j * row;
    let square = data[ofJ + j]!;
    for (let k = 0; k < j; k++) square -= data[ofJ + k]! * data[ofJ + k]!;
    if (!(square > 0 && square < Number.POSITIVE_INFINITY)) return false;
    const root = Math.sqrt(square);
    data[ofJ + j] = root;
    for (let i = j + 1; i < n; i++) {
      const ofI = at + i * row;
      let x = data[ofI + j]!;
      for (let k = 0; k < j; k++) x -= data[ofI + k]! * data[ofJ + k]!;
      data[ofI + j] = x / root;
    }
  }
  return true;
}

function subtractRow(data: Float64Array, to: number, from: number, factor: number, length: number): void {
  for (let k = 0; k < length; k++) data[to + k]! -= factor * data[from + k]!;
}

function divideRow(data: Float64Array, at: number, divisor: number, length: number): void {
  for (let k = 0; k < length; k++) data[at + k]! /= divisor;
}

function exchangeRows(data: Float64Array, a: number, b: number, length: number): void {
  for (let k = 0; k < length; k++) {
    const x = data[a + k]!;
    data[a + k] = data[b + k]!;
    data[b + k] = x;
  }
}
