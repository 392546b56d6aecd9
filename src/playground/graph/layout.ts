import dagre from "@dagrejs/dagre";
import { placeInLayers } from "./layers.ts";
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

/** Lays a graph out in layers: inputs at the left, outputs at the right; a large one more simply. */
export function layoutOf(model: GraphModel): Layout {
  const { places, ways } = isLarge(model) ? simply(model) : carefully(model);
  const centres = model.nodes.map(({ name }) => places.get(name)!);
  // The first input is read first, so it is above the last.
  const inputs = model.nodes.filter(({ kind }) => kind === "input").map(({ name }) => places.get(name)!.y);
  const up = inputs.length > 1 && inputs[0]! > inputs.at(-1)! ? -1 : 1;
  const left = least(centres.map(({ x }) => x)) - nodeSize.width / 2 - margin;
  const top = least(centres.map(({ y }) => up * y)) - nodeSize.height / 2 - margin;
  const moved = ({ x, y }: Point) => ({ x: x - left, y: up * y - top });
  const nodes = new Map([...places].map(([name, place]) => [name, { ...moved(place), ...nodeSize }]));
  const boxes = [...nodes.values()];
  return {
    width: -least(boxes.map(({ x }) => -x)) + nodeSize.width / 2 + margin,
    height: -least(boxes.map(({ y }) => -y)) + nodeSize.height / 2 + margin,
    nodes,
    edges: model.edges.map(({ from, to }) => {
      const [a, b] = [nodes.get(from)!, nodes.get(to)!];
      const between = (ways.get(`${from} ${to}`) ?? []).map(moved);
      return { from, to, points: [{ x: a.x + a.width / 2, y: a.y }, ...between, { x: b.x - b.width / 2, y: b.y }] };
    }),
  };
}

interface Placed {
  readonly places: ReadonlyMap<string, Point>;
  /** What edges pass between their ends, by both names. */
  readonly ways: ReadonlyMap<string, readonly Point[]>;
}

/** Dagre takes long for many nodes, and for edges that pass many layers. */
function isLarge({ nodes, edges }: GraphModel): boolean {
  const layer = new Map<string, number>();
  let passed = 0;
  for (const { from, to } of edges) layer.set(to, Math.max(layer.get(to) ?? 0, (layer.get(from) ?? 0) + 1));
  for (const { from, to } of edges) passed += (layer.get(to) ?? 0) - (layer.get(from) ?? 0);
  return nodes.length > carefulNodesMax || passed > carefulPassedMax;
}

const carefulNodesMax = 140;
const carefulPassedMax = 400;

function simply(model: GraphModel): Placed {
  const places = placeInLayers(model, { x: nodeSize.width + layerGap, y: nodeSize.height + nodeGap });
  return { places, ways: new Map() };
}

function carefully({ nodes, edges }: GraphModel): Placed {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: nodeGap, ranksep: layerGap });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of nodes) graph.setNode(id(name), { ...nodeSize });
  for (const { from, to } of edges) graph.setEdge(id(from), id(to), { weight: 2 });
  // All inputs hang on one node that is not drawn, and all outputs on another, so that each kind is in one layer.
  for (const name of [start, end]) graph.setNode(name, { width: 1, height: 1 });
  for (const { name, kind, outputs } of nodes) {
    if (kind === "input") graph.setEdge(start, id(name), { weight: 50 });
    if (outputs.length > 0) graph.setEdge(id(name), end, { weight: 50 });
  }
  dagre.layout(graph);
  const places = new Map(
    nodes.map(({ name }) => {
      const { x, y } = graph.node(id(name));
      return [name, { x, y }];
    }),
  );
  const ways = edges.map(({ from, to }) => {
    const { points } = graph.edge(id(from), id(to)) as { points: readonly Point[] };
    // Every second one is half-way between two layers, where a label would be.
    return [`${from} ${to}`, points.slice(1, -1).filter((_, i) => i % 2 === 1)] as const;
  });
  return { places, ways: new Map(ways) };
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
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
const nodeGap = 26;
const layerGap = 56;
const start = "start";
const end = "end";

function id(name: string): string {
  return `node ${name}`;
}

function round(x: number): number {
  return Math.round(x * 10) / 10;
}
