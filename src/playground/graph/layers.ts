import type { GraphModel } from "./model.ts";

/** Where the middles of nodes are. */
export type Places = ReadonlyMap<string, { readonly x: number; readonly y: number }>;

const sweeps = 6;

/**
 * Lays a large graph out in layers, in nearly linear time: each node one layer after its last operand, inputs first,
 * outputs last; in each layer nodes are as near to their neighbours as there is room. Operands come before users.
 */
export function placeInLayers({ nodes, edges }: GraphModel, step: { readonly x: number; readonly y: number }): Places {
  const layerOf = new Map<string, number>();
  const operands = Map.groupBy(edges, ({ to }) => to);
  const users = Map.groupBy(edges, ({ from }) => from);
  for (const { name } of nodes) {
    const before = (operands.get(name) ?? []).map(({ from }) => layerOf.get(from) ?? 0);
    layerOf.set(name, before.length === 0 ? 0 : Math.max(...before) + 1);
  }
  const last = Math.max(0, ...layerOf.values());
  for (const { name, outputs } of nodes) {
    if (outputs.length > 0 && !users.has(name)) layerOf.set(name, last);
  }
  const layers = Array.from({ length: last + 1 }, (): string[] => []);
  for (const { name } of nodes) layers[layerOf.get(name)!]!.push(name);
  const y = new Map<string, number>();
  for (const layer of layers) for (const [i, name] of layer.entries()) y.set(name, i - (layer.length - 1) / 2);
  // What is far away says little about where a node belongs: an input that is used everywhere would pull at all.
  const near = (name: string, other: string) => Math.abs(layerOf.get(name)! - layerOf.get(other)!) <= nearLayers;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const order = sweep % 2 === 0 ? layers : [...layers].reverse();
    for (const layer of order) {
      const wanted = new Map(
        layer.map((name) => {
          const others = [
            ...(operands.get(name) ?? []).map(({ from }) => from),
            ...(users.get(name) ?? []).map(({ to }) => to),
          ].filter((other) => near(name, other));
          const sum = others.reduce((total, other) => total + y.get(other)!, 0);
          return [name, others.length === 0 ? y.get(name)! : sum / others.length];
        }),
      );
      spread(layer, wanted, y);
    }
  }
  return new Map(nodes.map(({ name }) => [name, { x: layerOf.get(name)! * step.x, y: y.get(name)! * step.y }]));
}

const nearLayers = 3;

/** Puts the nodes of a layer where they want to be, a step apart at least, and together where they would be in the middle. */
function spread(layer: string[], wanted: ReadonlyMap<string, number>, y: Map<string, number>): void {
  layer.sort((a, b) => wanted.get(a)! - wanted.get(b)!);
  let floor = Number.NEGATIVE_INFINITY;
  const places = layer.map((name) => {
    floor = Math.max(floor + 1, wanted.get(name)!);
    return floor;
  });
  const off = layer.reduce((sum, name, i) => sum + places[i]! - wanted.get(name)!, 0) / layer.length;
  for (const [i, name] of layer.entries()) y.set(name, places[i]! - off);
}
