import type { Coloring } from "./coloring.ts";
import type { Pattern } from "./pattern.ts";

/** The sweeps of one direction: which seeds each one adds up, and which entries are read off where. */
export interface Sweeps {
  readonly count: number;
  /** The seeds of sweep s, ascending, from `seedStarts[s]` to before `seedStarts[s + 1]`. */
  readonly seedStarts: Int32Array;
  readonly seeds: Int32Array;
  /** The entries that sweep s gives, likewise, and the position of each in what it computes. */
  readonly entryStarts: Int32Array;
  readonly entries: Int32Array;
  readonly places: Int32Array;
}

/** How a sparse matrix is had from few sweeps: tangents of columns forward, cotangents of rows in reverse. */
export interface Compression {
  readonly forward: Sweeps;
  readonly reverse: Sweeps;
  readonly bytes: number;
}

/** No groups at all. */
export const noColors: Coloring = { colors: new Int32Array(0), count: 0 };

/**
 * Where each entry of a pattern is to be read: from its column's sweep if it stands alone there in its row, else from
 * its row's sweep if it stands alone there in its column. With `isSymmetric` rows are swept as the columns that they
 * mirror. Throws where a colouring leaves an entry that stands alone in neither.
 */
export function compress(pattern: Pattern, columns: Coloring, rows: Coloring, isSymmetric = false): Compression {
  const { nonzeros, indices } = pattern;
  const rowOf = pattern.rowIndices();
  const sweepOf = new Int32Array(nonzeros).fill(-1);
  const isForward = new Uint8Array(nonzeros);
  const taken = aloneIn(
    pattern,
    columns,
    (e) => indices[e]!,
    (e) => e,
  );
  for (let e = 0; e < nonzeros; e++) {
    if (!taken[e]) continue;
    sweepOf[e] = columns.colors[indices[e]!]!;
    isForward[e] = 1;
  }
  if (rows.count > 0) {
    const order = pattern.transposedEntries();
    const alone = aloneIn(
      pattern.transposed(),
      rows,
      (k) => rowOf[order[k]!]!,
      (k) => order[k]!,
    );
    for (let e = 0; e < nonzeros; e++) if (!taken[e] && alone[e]) sweepOf[e] = rows.colors[rowOf[e]!]!;
  }
  if (sweepOf.includes(-1)) throw new Error("a colouring leaves an entry that no sweep gives alone");
  const places = Int32Array.from(rowOf, (row, e) => (isForward[e] ? row : indices[e]!));
  if (isSymmetric) isForward.fill(1);
  const forward = sweepsOf(columns, sweepOf, places, (e) => isForward[e] === 1);
  const reverse = sweepsOf(isSymmetric ? noColors : rows, sweepOf, places, (e) => isForward[e] === 0);
  return { forward, reverse, bytes: bytesOf(forward) + bytesOf(reverse) };
}

/** Which entries are the only ones of their line with the colour of what `colored` gives for them. */
function aloneIn(
  { rows, starts, nonzeros }: Pattern,
  { colors, count }: Coloring,
  colored: (entry: number) => number,
  entryAt: (k: number) => number,
): Uint8Array {
  const alone = new Uint8Array(nonzeros);
  const lines = new Int32Array(count).fill(-1);
  const times = new Int32Array(count);
  for (let i = 0; i < rows; i++) {
    for (let k = starts[i]!; k < starts[i + 1]!; k++) {
      const color = colors[colored(k)] ?? -1;
      if (color < 0) continue;
      if (lines[color] !== i) times[color] = 0;
      lines[color] = i;
      times[color]!++;
    }
    for (let k = starts[i]!; k < starts[i + 1]!; k++) {
      const color = colors[colored(k)] ?? -1;
      if (color >= 0 && times[color] === 1) alone[entryAt(k)] = 1;
    }
  }
  return alone;
}

function sweepsOf(
  { colors, count }: Coloring,
  sweepOf: Int32Array,
  placeOf: Int32Array,
  isMine: (entry: number) => boolean,
): Sweeps {
  const [seedStarts, seeds] = grouped(count, colors.length, (seed) => colors[seed]!);
  const [entryStarts, entries] = grouped(count, sweepOf.length, (e) => (isMine(e) ? sweepOf[e]! : -1));
  return { count, seedStarts, seeds, entryStarts, entries, places: entries.map((e) => placeOf[e]!) };
}

/** The numbers below `size` by their group, ascending within each; those of group -1 are left out. */
function grouped(count: number, size: number, groupOf: (i: number) => number): [Int32Array, Int32Array] {
  const starts = new Int32Array(count + 1);
  for (let i = 0; i < size; i++) if (groupOf(i) >= 0) starts[groupOf(i) + 1]!++;
  for (let g = 0; g < count; g++) starts[g + 1]! += starts[g]!;
  const next = starts.slice();
  const items = new Int32Array(starts[count]!);
  for (let i = 0; i < size; i++) if (groupOf(i) >= 0) items[next[groupOf(i)]!++] = i;
  return [starts, items];
}

function bytesOf({ seedStarts, seeds, entryStarts, entries, places }: Sweeps): number {
  return 4 * (seedStarts.length + seeds.length + entryStarts.length + entries.length + places.length);
}
