import dagre from "@dagrejs/dagre";
import type { GraphModel } from "./model.ts";

/** Where everything is; lengths in units of the drawing. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, Box>;
  readonly edges: readonly EdgePath[];
}

/** Where a node is, by its middle. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The way of an edge, from the right side of a node to the left side of another. */
export interface EdgePath {
  readonly from: string;
  readonly to: string;
  readonly points: readonly Point[];
}

/** A place in the drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Lays a graph out in layers: inputs at the left, outputs at the right. */
export function layoutOf({ nodes, edges }: GraphModel): Layout {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 26, ranksep: 56, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of nodes) graph.setNode(id(name), { ...nodeSize });
  for (const { from, to } of edges) graph.setEdge(id(from), id(to), { weight: 2 });
  // All inputs hang on one node that is not drawn, and all outputs on another, so that each kind is in one layer.
  const ends = nodes.some(({ kind }) => kind !== "operator");
  if (ends) graph.setNode(start, { width: 1, height: 1 });
  graph.setNode(end, { width: 1, height: 1 });
  for (const { name, kind, outputs } of nodes) {
    if (kind === "input") graph.setEdge(start, id(name), { weight: 50 });
    if (outputs.length > 0) graph.setEdge(id(name), end, { weight: 50 });
  }
  dagre.layout(graph);
  // The first input is read first, so it is above the last.
  const inputs = nodes.filter(({ kind }) => kind === "input").map(({ name }) => graph.node(id(name)).y as number);
  const up = inputs.length > 1 && inputs[0]! > inputs.at(-1)! ? -1 : 1;
  const placed = new Map(
    nodes.map(({ name }) => {
      const { x, y } = graph.node(id(name));
      return [name, { x, y: up * y, ...nodeSize }];
    }),
  );
  const boxes = [...placed.values()];
  const [left, top] = [Math.min(...boxes.map(({ x }) => x)), Math.min(...boxes.map(({ y }) => y))];
  const dx = nodeSize.width / 2 + margin - left;
  const dy = nodeSize.height / 2 + margin - top;
  const moved = new Map([...placed].map(([name, box]) => [name, { ...box, x: box.x + dx, y: box.y + dy }]));
  return {
    width: Math.max(...boxes.map(({ x }) => x)) + dx + nodeSize.width / 2 + margin,
    height: Math.max(...boxes.map(({ y }) => y)) + dy + nodeSize.height / 2 + margin,
    nodes: moved,
    edges: edges.map(({ from, to }) => {
      const { points } = graph.edge(id(from), id(to)) as { points: readonly Point[] };
      const [a, b] = [moved.get(from)!, moved.get(to)!];
      // Every second one is half-way between two layers, where a label would be.
      const passed = points.slice(1, -1).filter((_, i) => i % 2 === 1);
      const between = passed.map(({ x, y }) => ({ x: x + dx, y: up * y + dy }));
      return {
        from,
        to,
        points: [{ x: a.x + a.width / 2, y: a.y }, ...between, { x: b.x - b.width / 2, y: b.y }],
      };
    }),
  };
}

/** The size of a node. */
export const nodeSize = { width: 112, height: 72 } as const;

/** The way of an edge as SVG's path data, leaving and arriving level. */
export function pathData(points: readonly Point[]): string {
  const [first, ...rest] = points;
  let from = first!;
  let data = `M${round(from.x)} ${round(from.y)}`;
  for (const to of rest) {
    const middle = round((from.x + to.x) / 2);
    data += `C${middle} ${round(from.y)} ${middle} ${round(to.y)} ${round(to.x)} ${round(to.y)}`;
    from = to;
  }
  return data;
}

const margin = 14;
const start = "start";
const end = "end";

function id(name: string): string {
  return `node ${name}`;
}

function round(x: number): number {
  return Math.round(x * 10) / 10;
}
