import { bytesPerElement } from "../../graph/dtype.ts";
import { functionsIn, type GraphFunction } from "../../graph/function.ts";
import { type Graph, nodesOf, operationsOf } from "../../graph/graph.ts";
import type { Node } from "../../graph/operator.ts";
import { elementCount } from "../../graph/shape.ts";
import { resultIndex } from "../../operators/results.ts";

/** A loop of a program, as `explain` tells it; bytes and operations are those of one point and one seed. */
export type ToldLoop = {
  readonly kind: "scan" | "while" | "segments";
  /** The name of its body. */
  readonly function: string;
  /** Steps, or segments; of a `while` the most, absent where it has no limit. */
  readonly steps?: number;
  /** Whether it begins at the last row. */
  readonly reverse: boolean;
  /** Operations of one step. */
  readonly operations: number;
  /** Bytes that its steps keep for the loop that goes back. */
  readonly keptBytes: number;
  /** Whether it computes again what another loop of the program computes. */
  readonly again: boolean;
  /** The loops of a step. */
  readonly loops?: ToldLoop[];
};

/** The loops of a program, and what of their steps is kept at once and computed again. */
export type ToldLoops = {
  readonly loops: ToldLoop[];
  readonly keptBytes: number;
  readonly recomputed: number;
};

const loopsMax = 100;

/** The first hundred loops of a graph in primitives. */
export function loopsOf(graph: Graph): ToldLoops {
  let [room, recomputed] = [loopsMax, 0];
  // `times` is how often the nodes run; of a segment that is run backward, what is kept was computed before.
  const walk = (nodes: readonly Node[], times: number, isSegment: boolean): ToldLoop[] => {
    const kept = keptOf(nodes);
    return nodes.flatMap((node) => {
      const facts = node.op.loop?.(node);
      if (!facts) return functionsIn(node).flatMap((held) => walk(nodesOf(held.graph), times, isSegment));
      if (room-- <= 0) return [];
      const { steps, kind, reverse } = facts;
      const bodies = facts.bodies.map((name) => node.attrs[name] as GraphFunction);
      const lists = bodies.map(({ graph: body }) => nodesOf(body));
      const operations = lists.reduce((sum, list) => sum + operationsOf(list), 0);
      const keptBytes = kept.get(node) ?? 0;
      const again = isSegment && keptBytes > 0;
      const count = times * (steps ?? 1);
      if (again) recomputed += count * operations;
      const isSegments = lists.some((list) => list.some((inner) => isApplied(inner) && holdsLoop(inner)));
      const loops = lists.flatMap((list) => walk(list, count, isSegments));
      return [
        {
          kind: isSegments ? "segments" : kind,
          function: bodies[0]!.name,
          ...(steps !== undefined && { steps }),
          reverse,
          operations,
          keptBytes,
          again,
          ...(loops.length > 0 && { loops }),
        },
      ];
    });
  };
  const loops = walk(nodesOf(graph), 1, false);
  return { loops, keptBytes: loops.reduce((sum, loop) => sum + loop.keptBytes, 0), recomputed };
}

/** By loop the bytes of those of its rows that a loop in the other direction reads, or a sum over all steps after one. */
function keptOf(nodes: readonly Node[]): ReadonlyMap<Node, number> {
  const rows = new Map<Node, Set<Node>>();
  for (const node of nodes) {
    const reader = node.op.loop?.(node);
    const read = reader ? node.args : summedRows(node);
    const waiting = [...read];
    for (let arg = waiting.pop(); arg; arg = waiting.pop()) {
      const index = resultIndex(arg);
      const made = index === undefined ? undefined : arg.args[0]!.op.loop?.(arg.args[0]!);
      if (made && index! >= made.rows && made.reverse !== reader?.reverse) {
        rows.set(arg.args[0]!, (rows.get(arg.args[0]!) ?? new Set()).add(arg));
      } else if (index === undefined && (arg.op.form.kind === "view" || arg.op.name === "cast"))
        waiting.push(...arg.args);
    }
  }
  const bytesOf = (node: Node) => elementCount(node.shape) * bytesPerElement.float64;
  return new Map([...rows].map(([node, kept]) => [node, [...kept].reduce((sum, row) => sum + bytesOf(row), 0)]));
}

/** The factors of a product of a derivative that is summed over the first axis of both, that of steps. */
function summedRows({ op: { form }, attrs, args }: Node): readonly Node[] {
  if (form.kind !== "contraction" || !form.absorbs(attrs)) return [];
  const { x, y, out } = form.letters(attrs);
  return x !== "" && x[0] === y[0] && !out.includes(x[0]!) ? args : [];
}

function isApplied({ op, attrs }: Node): boolean {
  return op.loop === undefined && op.form.kind === "loop" && "function" in attrs;
}

function holdsLoop(node: Node): boolean {
  return functionsIn(node).some(({ graph }) => nodesOf(graph).some(({ op }) => op.loop));
}
