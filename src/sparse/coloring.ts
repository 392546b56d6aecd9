import type { Budget } from "../graph/budget.ts";
import type { Pattern } from "./pattern.ts";

/** Groups of columns (or rows) that are swept together: the colour of each, -1 for those without entries. */
export interface Coloring {
  readonly colors: Int32Array;
  readonly count: number;
}

/** A graph whose vertices are coloured: the neighbours of v lie from `starts[v]` to before `starts[v + 1]`. */
export interface Adjacency {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

/** The orders in which a greedy colouring takes the vertices. */
export const orders = { natural, largestFirst, smallestLast, incidenceDegree } as const;

const workMax = 1 << 27;

/** Colours columns so that no row has entries in two columns of one colour: the best of the greedy orders. */
export function colorColumns(pattern: Pattern, budget: Budget): Coloring {
  const isActive = new Uint8Array(pattern.columns);
  for (const column of pattern.indices) isActive[column] = 1;
  const least = pattern.rowNonzerosMax;
  const all = oneEach(isActive);
  if (least >= all.count) return all;
  const graph = conflicts(pattern, budget);
  if (!graph) return all;
  return bestOf(least, (order) => greedy(graph, order(graph, budget), isActive, budget));
}

/** The best that `color` does in the usual orders; it stops at `least`, below which no colouring can be. */
export function bestOf(least: number, color: (order: (typeof orders)[keyof typeof orders]) => Coloring): Coloring {
  let best: Coloring | undefined;
  for (const order of Object.values(orders)) {
    const found = color(order);
    if (!best || found.count < best.count) best = found;
    if (best.count <= least) break;
  }
  return best!;
}

/** A colour of its own for each vertex that has entries. */
export function oneEach(isActive: ArrayLike<number>): Coloring {
  let count = 0;
  const colors = Int32Array.from(isActive, (active) => (active ? count++ : -1));
  return { colors, count };
}

/** Which columns share a row; undefined where finding out would take too long, which is where rows are very dense. */
export function conflicts(pattern: Pattern, budget: Budget): Adjacency | undefined {
  let work = 0;
  for (let i = 0; i < pattern.rows; i++) work += (pattern.starts[i + 1]! - pattern.starts[i]!) ** 2;
  if (work > workMax) return undefined;
  const columns = pattern.transposed();
  const stamps = new Int32Array(pattern.columns).fill(-1);
  const starts = new Int32Array(pattern.columns + 1);
  const visit = (j: number, take: (k: number) => void) => {
    stamps[j] = j;
    for (let p = columns.starts[j]!; p < columns.starts[j + 1]!; p++) {
      const i = columns.indices[p]!;
      for (let q = pattern.starts[i]!; q < pattern.starts[i + 1]!; q++) {
        const k = pattern.indices[q]!;
        if (stamps[k] === j) continue;
        stamps[k] = j;
        take(k);
      }
    }
  };
  budget.spend(2 * work);
  let count = 0;
  for (let j = 0; j < pattern.columns; j++) {
    visit(j, () => count++);
    starts[j + 1] = count;
  }
  stamps.fill(-1);
  const items = new Int32Array(count);
  count = 0;
  for (let j = 0; j < pattern.columns; j++) {
    visit(j, (k) => {
      items[count++] = k;
    });
  }
  budget.check();
  return { starts, items };
}

/** Gives each active vertex, in order, the first colour that no neighbour has. */
export function greedy(graph: Adjacency, order: Int32Array, isActive: ArrayLike<number>, budget: Budget): Coloring {
  const colors = new Int32Array(order.length).fill(-1);
  const forbidden = new Int32Array(order.length + 1).fill(-1);
  let count = 0;
  budget.spend(order.length + graph.items.length);
  for (const v of order) {
    if (!isActive[v]) continue;
    for (let k = graph.starts[v]!; k < graph.starts[v + 1]!; k++) {
      const color = colors[graph.items[k]!]!;
      if (color >= 0) forbidden[color] = v;
    }
    let color = 0;
    while (forbidden[color] === v) color++;
    colors[v] = color;
    count = Math.max(count, color + 1);
  }
  return { colors, count };
}

/** As they come. */
function natural({ starts }: Adjacency): Int32Array {
  return Int32Array.from({ length: starts.length - 1 }, (_, i) => i);
}

/** Those with most neighbours first. */
function largestFirst(graph: Adjacency): Int32Array {
  const degrees = degreesOf(graph);
  return natural(graph).sort((a, b) => degrees[b]! - degrees[a]! || a - b);
}

/** Backward: last the one with fewest neighbours, before it the one with fewest among the others, and so on. */
function smallestLast(graph: Adjacency, budget: Budget): Int32Array {
  return byDegree(graph, degreesOf(graph), -1, budget).reverse();
}

/** Always the one with most neighbours that have had their turn. */
function incidenceDegree(graph: Adjacency, budget: Budget): Int32Array {
  return byDegree(graph, new Int32Array(graph.starts.length - 1), 1, budget);
}

function degreesOf({ starts }: Adjacency): Int32Array {
  return Int32Array.from({ length: starts.length - 1 }, (_, v) => starts[v + 1]! - starts[v]!);
}

/**
 * Takes vertices one by one, always one of the least degree (`step` -1) or of the most (`step` 1), and then changes its
 * neighbours' degrees by `step`. Buckets of doubly linked lists, so that it is linear in the graph.
 */
function byDegree(graph: Adjacency, degrees: Int32Array, step: 1 | -1, budget: Budget): Int32Array {
  const size = degrees.length;
  const heads = new Int32Array(size + 1).fill(-1);
  const next = new Int32Array(size);
  const previous = new Int32Array(size);
  const isTaken = new Uint8Array(size);
  const link = (v: number) => {
    const head = heads[degrees[v]!]!;
    next[v] = head;
    previous[v] = -1;
    if (head >= 0) previous[head] = v;
    heads[degrees[v]!] = v;
  };
  const unlink = (v: number) => {
    if (previous[v]! >= 0) next[previous[v]!] = next[v]!;
    else heads[degrees[v]!] = next[v]!;
    if (next[v]! >= 0) previous[next[v]!] = previous[v]!;
  };
  for (let v = size - 1; v >= 0; v--) link(v);
  const order = new Int32Array(size);
  budget.spend(size + graph.items.length);
  let at = 0;
  for (let taken = 0; taken < size; taken++) {
    // A step moves the extreme by one at most, so it is looked for from beside the last one.
    if (step < 0) {
      at = Math.max(0, at - 1);
      while (heads[at]! < 0) at++;
    } else {
      at = Math.min(size, at + 1);
      while (heads[at]! < 0) at--;
    }
    const v = heads[at]!;
    unlink(v);
    isTaken[v] = 1;
    order[taken] = v;
    for (let k = graph.starts[v]!; k < graph.starts[v + 1]!; k++) {
      const w = graph.items[k]!;
      if (isTaken[w]) continue;
      unlink(w);
      degrees[w]! += step;
      link(w);
    }
  }
  return order;
}
