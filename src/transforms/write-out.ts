import { copyNode } from "../graph/copy.ts";
import { runnableForm } from "../graph/form.ts";
import { type Graph, reachable, rebuild } from "../graph/graph.ts";
import { zeros } from "../graph/ndarray.ts";
import type { Body, Builder, Node, Rows } from "../graph/operator.ts";
import { castNode } from "../operators/cast.ts";
import { less_equal, where } from "../operators/families/choice.ts";
import { concat, slice } from "../operators/families/structure.ts";
import { resultIndex, resultNode, tupleNode } from "../operators/results.ts";
import { reshape } from "../operators/views.ts";

/**
 * A graph in primitives without its loops and branches, as far as they have no more than `nodesMax` nodes written out: each
 * step of a loop stands for itself, and of branches all are computed and one is taken. What is longer stays.
 */
export function writeOut(graph: Graph, nodesMax: number, builder: Builder): Graph {
  let room = nodesMax;
  const copy = (node: Node, args: readonly Node[]): Node => {
    const index = resultIndex(node);
    if (index !== undefined) {
      const value = resultNode(args[0]!, index, node.dtype);
      // A part of a tuple is that value itself, which a bundle has in float64.
      return resultIndex(value) === undefined ? castNode(value, node.dtype) : value;
    }
    const form = runnableForm(node.op);
    if (form?.kind === "loop") {
      const rows = form.rows(node.attrs);
      const size = rows.length * sizeOf(rows);
      if (rows.counted || size > room || rows.outputs.length === 0) return copyNode(node, args, builder);
      room -= size;
      return tupleNode(stepped(rows, args));
    }
    if (form?.kind === "choice") {
      const branches = form.branches(node.attrs);
      const size = branches.reduce((sum, branch) => sum + sizeOf(branch), 0);
      if (size > room) return copyNode(node, args, builder);
      room -= size;
      return tupleNode(taken(branches, args));
    }
    return copyNode(node, args, builder);
  };
  const within = ({ inputs, outputs }: Body, args: readonly Node[]) =>
    rebuild(outputs, new Map(inputs.map((input, i) => [input, args[i]!])), copy);

  function stepped(rows: Rows, args: readonly Node[]): Node[] {
    const { constants, carry, length, reverse, outputs } = rows;
    const xs = args.slice(constants + carry);
    const found: Node[][] = outputs.slice(carry).map(() => new Array(length));
    let carries = args.slice(constants, constants + carry);
    for (let step = 0; step < length; step++) {
      const at = reverse ? length - 1 - step : step;
      const made = within(rows, [...args.slice(0, constants), ...carries, ...xs.map((x) => rowOf(x, at))]);
      carries = made.slice(0, carry);
      for (const [i, value] of made.slice(carry).entries()) found[i]![at] = value;
    }
    return [...carries, ...found.map((values, i) => stacked(values, outputs[carry + i]!, rows.length, builder))];
  }

  function taken(branches: readonly Body[], [i, ...args]: readonly Node[]): Node[] {
    const made = branches.map((branch) => within(branch, args));
    const last = made.at(-1)!;
    return last.map((_, k) => {
      const values = made.map((branch) => branch[k]!);
      return values.slice(0, -1).reduceRight((rest, value, b) => where(less_equal(i!, b), value, rest), values.at(-1)!);
    });
  }

  const inputs = graph.inputs.map((input) => ({ ...input, node: builder.input(input.name, input.shape, input.dtype) }));
  const known = new Map(graph.inputs.map(({ node }, i) => [node, inputs[i]!.node]));
  const nodes = rebuild(
    graph.outputs.map(({ node }) => node),
    known,
    copy,
  );
  return { inputs, outputs: graph.outputs.map((output, i) => ({ ...output, node: nodes[i]! })) };
}

function sizeOf({ outputs }: Body): number {
  return 1 + reachable(outputs).length;
}

/** One row of a tensor. */
export function rowOf(x: Node, i: number): Node {
  const [, ...shape] = x.shape;
  const open = shape.map(() => null);
  return reshape(slice(x, { start: [i, ...open], stop: [i + 1, ...open] }), { shape });
}

/** Rows one above the other, each as long as `like`. */
export function stacked(rows: readonly Node[], like: Node, length: number, builder: Builder): Node {
  if (length === 0) return builder.constant(zeros(like.dtype, [0, ...like.shape]));
  return builder.build(
    concat.operator,
    rows.map((row) => reshape(row, { shape: [1, ...row.shape] })),
    { axis: 0 },
  );
}
