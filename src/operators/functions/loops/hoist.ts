import { copyNode } from "../../../graph/copy.ts";
import { bytesPerElement } from "../../../graph/dtype.ts";
import { isView } from "../../../graph/form.ts";
import type { GraphFunction } from "../../../graph/function.ts";
import { nodesOf, rebuild } from "../../../graph/graph.ts";
import { type Builder, constantValue, type Node } from "../../../graph/operator.ts";
import { elementCount } from "../../../graph/shape.ts";
import { resultIndex } from "../../results.ts";
import { functionOf } from "../body.ts";
import { invariantNodes } from "./cut.ts";

/** Functions of a loop, and further constants for them, which come after those that they had. */
interface Hoisted {
  readonly functions: readonly GraphFunction[];
  readonly further: readonly Node[];
}

/** What is computed once beside a loop takes no more bytes than this, or than the loop's constants if these take more. */
const hoistedBytesMax = 2 ** 24;

/**
 * The functions that each step of a loop runs, without what depends on its constants alone: that is computed once, of the
 * `args` that the constants are, and handed to them as further constants. Views are left, for they cost nothing.
 */
export function hoisted(functions: readonly GraphFunction[], args: readonly Node[], builder: Builder): Hoisted {
  let room = Math.max(hoistedBytesMax, bytesOf(args));
  const found = functions.map((held) => {
    const taken = invariantOf(held, args.length).filter((node) => {
      const bytes = bytesOf([node]);
      if (bytes > room) return false;
      room -= bytes;
      return true;
    });
    const known = new Map(held.graph.inputs.slice(0, args.length).map(({ node }, i) => [node, args[i]!]));
    return { taken, copies: rebuild(taken, known, (node, operands) => copyNode(node, operands, builder)) };
  });
  const further = [...new Set(found.flatMap(({ copies }) => copies))];
  if (further.length === 0) return { functions, further };
  return {
    functions: functions.map((held, k) => {
      const { taken, copies } = found[k]!;
      const types = held.inputs.toSpliced(args.length, 0, ...further.map(({ shape, dtype }) => ({ shape, dtype })));
      return functionOf(held.name, types, builder, (inputs, inner) => {
        const own = inputs.toSpliced(args.length, further.length);
        const known = new Map(held.graph.inputs.map(({ node }, i) => [node, own[i]!]));
        taken.forEach((node, i) => {
          known.set(node, inputs[args.length + further.indexOf(copies[i]!)]!);
        });
        const outputs = held.graph.outputs.map(({ node }) => node);
        return rebuild(outputs, known, (node, operands) => copyNode(node, operands, inner));
      });
    }),
    further,
  };
}

/** The nodes of a function that cost something and depend on the first inputs alone, where what depends on more reads them. */
function invariantOf({ graph }: GraphFunction, constants: number): Node[] {
  const given = graph.inputs.slice(0, constants).map(({ node }) => node);
  const invariant = invariantNodes(nodesOf(graph), given);
  const inputs = new Set(given);
  const found = new Set<Node>();
  const seen = new Set<Node>();
  const waiting = graph.outputs.map(({ node }) => node);
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (seen.has(node) || inputs.has(node)) continue;
    seen.add(node);
    if (!invariant.has(node) || isShown(node)) waiting.push(...node.args);
    else if (node.args.length > 0 && !constantValue(node)) found.add(node);
  }
  return [...found].sort((a, b) => a.index - b.index);
}

function isShown(node: Node): boolean {
  return isView(node.op) && resultIndex(node) === undefined;
}

function bytesOf(nodes: readonly Node[]): number {
  return nodes.reduce((sum, { shape, dtype }) => sum + elementCount(shape) * bytesPerElement[dtype], 0);
}
