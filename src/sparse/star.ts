import type { Budget } from "../graph/budget.ts";
import { type Adjacency, bestOf, type Coloring, colorColumns, oneEach } from "./coloring.ts";
import type { Pattern } from "./pattern.ts";

const workMax = 1 << 27;
const lightDegreeMin = 32;
const heavyShare = 8;

/**
 * Colours the columns of a symmetric pattern so that neighbours differ and no path of four has only two colours: then
 * each entry stands alone in its row or its mirror image in its own (Coleman and Moré, 1984). Columns with very many
 * entries get colours of their own first, which no such path can then cross. Never worse than {@link colorColumns}.
 */
export function colorStar(pattern: Pattern, budget: Budget): Coloring {
  const degree = (v: number) => pattern.starts[v + 1]! - pattern.starts[v]!;
  const isActive = Uint8Array.from({ length: pattern.columns }, (_, v) => (degree(v) > 0 ? 1 : 0));
  const all = oneEach(isActive);
  const limit = Math.max(lightDegreeMin, (heavyShare * pattern.nonzeros) / Math.max(1, all.count));
  const isLight = isActive.map((active, v) => (active && degree(v) <= limit ? 1 : 0));
  const light = lightGraph(pattern, isLight);
  const heavy = isActive.reduce((count, active, v) => count + active - isLight[v]!, 0);
  let work = 0;
  for (let v = 0; v < pattern.columns; v++) work += (light.starts[v + 1]! - light.starts[v]!) ** 2;
  const columns = colorColumns(pattern, budget);
  if (work > workMax || columns.count <= heavy + 1) return columns;
  const least = light.items.length > 0 ? 2 : 1;
  const star = bestOf(least, (order) => greedyStar(light, order(light, budget), isLight, budget));
  if (columns.count <= star.count + heavy) return columns;
  let next = star.count;
  const colors = star.colors.map((color, v) => (isActive[v] && !isLight[v] ? next++ : color));
  return { colors, count: next };
}

/** The edges between light vertices, without loops. */
function lightGraph(pattern: Pattern, isLight: ArrayLike<number>): Adjacency {
  const starts = new Int32Array(pattern.rows + 1);
  const items = new Int32Array(pattern.nonzeros);
  let count = 0;
  for (let v = 0; v < pattern.rows; v++) {
    for (let e = pattern.starts[v]!; isLight[v] && e < pattern.starts[v + 1]!; e++) {
      const w = pattern.indices[e]!;
      if (w !== v && isLight[w]) items[count++] = w;
    }
    starts[v + 1] = count;
  }
  return { starts, items: items.slice(0, count) };
}

/**
 * Star colouring by two-coloured stars (Gebremedhin, Tarafdar, Manne and Pothen, 2007): each edge is in a star, a star
 * with more than one edge has a hub, and a vertex avoids the colours that would make a path of four from two stars.
 */
function greedyStar(graph: Adjacency, order: Int32Array, isActive: ArrayLike<number>, budget: Budget): Coloring {
  const size = order.length;
  const { starts, items } = graph;
  const colors = new Int32Array(size).fill(-1);
  const forbidden = new Int32Array(size + 1).fill(-1);
  // For each colour the neighbour of `firstOf` that was seen first.
  const firstOf = new Int32Array(size + 1).fill(-1);
  const firstNeighbor = new Int32Array(size + 1);
  const treated = new Int32Array(size).fill(-1);
  // Whether v has two or more neighbours of one colour is asked of pairs (v, colour).
  const forbidNeighbors = (w: number, v: number) => {
    budget.spend(starts[w + 1]! - starts[w]!);
    for (let k = starts[w]!; k < starts[w + 1]!; k++) {
      const color = colors[items[k]!]!;
      if (items[k] !== v && color >= 0) forbidden[color] = v;
    }
    treated[w] = v;
  };
  let count = 0;
  for (const v of order) {
    if (!isActive[v]) continue;
    for (let k = starts[v]!; k < starts[v + 1]!; k++) {
      const w = items[k]!;
      const color = colors[w]!;
      if (color < 0) continue;
      forbidden[color] = v;
      if (firstOf[color] === v) {
        // v would join two edges of this colour, so neither end may have another edge to v's colour.
        if (treated[firstNeighbor[color]!] !== v) forbidNeighbors(firstNeighbor[color]!, v);
        forbidNeighbors(w, v);
      } else {
        firstOf[color] = v;
        firstNeighbor[color] = w;
        forbidLeaves(w, v);
      }
    }
    let color = 0;
    while (forbidden[color] === v) color++;
    colors[v] = color;
    count = Math.max(count, color + 1);
  }
  return { colors, count };

  /** Forbids the colours of w's neighbours that have another neighbour of w's colour. */
  function forbidLeaves(w: number, v: number): void {
    for (let k = starts[w]!; k < starts[w + 1]!; k++) {
      const x = items[k]!;
      const color = colors[x]!;
      if (x === v || color < 0 || forbidden[color] === v) continue;
      budget.spend(starts[x + 1]! - starts[x]!);
      for (let p = starts[x]!; p < starts[x + 1]!; p++) {
        const y = items[p]!;
        if (y !== w && colors[y] === colors[w]) {
          forbidden[color] = v;
          break;
        }
      }
    }
  }
}
