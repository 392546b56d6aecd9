import type { Tensor, Trace, TraceNode } from "../api/wire.ts";
import type { Direction } from "../state/session.ts";
import { elementsOf, shapeOf, tensorOf } from "../state/tensor.ts";

/** One step of a sweep: the row of the table that is made, and the edges that something flows along. */
export interface Step {
  readonly row: string;
  /** In reverse mode: which part of the row's sum. */
  readonly part?: number;
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/**
 * The steps of a sweep in their order. Forward: a row for each input and node. Reverse: a step for each use of a node,
 * which adds to its adjoint; `from` and `to` of an edge are as the function computes.
 */
export function stepsOf(trace: Trace, direction: Direction): Step[] {
  if (direction === "forward") {
    return trace.nodes.map(({ name, args }) => ({
      row: name,
      edges: [...new Set(args)].map((from) => ({ from, to: name })),
    }));
  }
  const rows = new Map(trace.nodes.map((node) => [node.name, node]));
  return (trace.reverse ?? []).flatMap((name): Step[] => {
    const parts = rows.get(name)?.parts ?? [];
    if (parts.length === 0) return [{ row: name, edges: [] }];
    return parts.map(({ from }, part) => ({
      row: name,
      part,
      edges: from === undefined ? [] : [{ from: name, to: from }],
    }));
  });
}

/** What is known of a node after so many steps of a sweep. */
export interface Known {
  readonly value: Tensor | undefined;
  readonly derivative: Tensor | undefined;
  /** Whether nothing will be added to the derivative any more. */
  readonly isWhole: boolean;
}

/** What is known of each node after `count` steps: rows that were made, and adjoints as far as they are added up. */
export function knownAfter(
  trace: Trace,
  direction: Direction,
  steps: readonly Step[],
  count: number,
): Map<string, Known> {
  const made = new Map<string, number>();
  for (const { row } of steps.slice(0, count)) made.set(row, (made.get(row) ?? 0) + 1);
  return new Map(
    trace.nodes.map((node) => {
      const done = made.get(node.name) ?? 0;
      if (direction === "forward") {
        const isMade = done > 0;
        return [
          node.name,
          {
            value: isMade ? node.value : undefined,
            derivative: isMade ? node.tangent : undefined,
            isWhole: isMade,
          },
        ];
      }
      const parts = node.parts?.length ?? 0;
      const isWhole = done > 0 && done >= parts;
      const derivative = done === 0 ? undefined : isWhole ? node.adjoint : sumOfParts(node, done);
      return [node.name, { value: node.value, derivative, isWhole }];
    }),
  );
}

function sumOfParts(node: TraceNode, count: number): Tensor {
  const parts = (node.parts ?? []).slice(0, count).map(({ value }) => elementsOf(value));
  return tensorOf(shapeOf(node.value), (i) => parts.reduce((sum, part) => sum + part[i]!, 0));
}
