/** Which entries of a matrix may be other than 0: rows one after the other, the columns of each in order. */
export class Pattern {
  readonly rows: number;
  readonly columns: number;
  /** Where each row's entries start in `indices`, and where the last one's end. */
  readonly starts: Int32Array;
  readonly indices: Int32Array;

  constructor(rows: number, columns: number, starts: Int32Array, indices: Int32Array) {
    this.rows = rows;
    this.columns = columns;
    this.starts = starts;
    this.indices = indices;
  }

  /** A pattern of columns listed row by row. */
  static of(columns: number, rows: readonly (readonly number[])[]): Pattern {
    const starts = new Int32Array(rows.length + 1);
    rows.forEach((row, i) => {
      starts[i + 1] = starts[i]! + row.length;
    });
    return new Pattern(rows.length, columns, starts, Int32Array.from(rows.flat()));
  }

  get nonzeros(): number {
    return this.indices.length;
  }

  /** Nonzeros among all entries; 1 of none. */
  get density(): number {
    const entries = this.rows * this.columns;
    return entries === 0 ? 1 : this.nonzeros / entries;
  }

  get bytes(): number {
    return this.starts.byteLength + this.indices.byteLength;
  }

  /** The most entries that a row has. */
  get rowNonzerosMax(): number {
    let most = 0;
    for (let i = 0; i < this.rows; i++) most = Math.max(most, this.starts[i + 1]! - this.starts[i]!);
    return most;
  }

  /** The row of each entry. */
  rowIndices(): Int32Array {
    const rows = new Int32Array(this.nonzeros);
    for (let i = 0; i < this.rows; i++) rows.fill(i, this.starts[i], this.starts[i + 1]);
    return rows;
  }

  /** For each entry of the transposed pattern, in its order, the entry of this one. */
  transposedEntries(): Int32Array {
    const { columns, indices, nonzeros } = this;
    const next = new Int32Array(columns + 1);
    for (let e = 0; e < nonzeros; e++) next[indices[e]! + 1]!++;
    for (let j = 0; j < columns; j++) next[j + 1]! += next[j]!;
    const entries = new Int32Array(nonzeros);
    for (let e = 0; e < nonzeros; e++) entries[next[indices[e]!]!++] = e;
    return entries;
  }

  transposed(): Pattern {
    const entries = this.transposedEntries();
    const starts = new Int32Array(this.columns + 1);
    for (const column of this.indices) starts[column + 1]!++;
    for (let j = 0; j < this.columns; j++) starts[j + 1]! += starts[j]!;
    const rows = this.rowIndices();
    return new Pattern(
      this.columns,
      this.rows,
      starts,
      entries.map((e) => rows[e]!),
    );
  }

  /** The rows that `isKept` picks; the others are left empty. */
  keeping(isKept: (row: number) => boolean): Pattern {
    const starts = new Int32Array(this.rows + 1);
    for (let i = 0; i < this.rows; i++) {
      starts[i + 1] = starts[i]! + (isKept(i) ? this.starts[i + 1]! - this.starts[i]! : 0);
    }
    const indices = new Int32Array(starts[this.rows]!);
    for (let i = 0; i < this.rows; i++) {
      if (isKept(i)) indices.set(this.indices.subarray(this.starts[i], this.starts[i + 1]), starts[i]!);
    }
    return new Pattern(this.rows, this.columns, starts, indices);
  }

  /** The entries of a square pattern and their mirror images. */
  symmetric(): Pattern {
    const mirror = this.transposed();
    const starts = new Int32Array(this.rows + 1);
    const indices = new Int32Array(2 * this.nonzeros);
    let next = 0;
    for (let i = 0; i < this.rows; i++) {
      let [a, b] = [this.starts[i]!, mirror.starts[i]!];
      const [aEnd, bEnd] = [this.starts[i + 1]!, mirror.starts[i + 1]!];
      while (a < aEnd || b < bEnd) {
        const x = a < aEnd ? this.indices[a]! : this.columns;
        const y = b < bEnd ? mirror.indices[b]! : this.columns;
        indices[next++] = Math.min(x, y);
        if (x <= y) a++;
        if (y <= x) b++;
      }
      starts[i + 1] = next;
    }
    return new Pattern(this.rows, this.columns, starts, indices.slice(0, next));
  }
}
