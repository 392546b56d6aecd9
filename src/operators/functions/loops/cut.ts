import { isView } from "../../../graph/form.ts";
import { reachable } from "../../../graph/graph.ts";
import { constantValue, inputOperator, type Node } from "../../../graph/operator.ts";
import { resultIndex } from "../../results.ts";

/**
 * Where the nodes that depend on seeds meet those that do not: inputs that are constants or rows, and what else is read,
 * which has to be kept. What costs nothing, or depends on constants only, is computed again.
 */
export function cutOff(
  targets: readonly Node[],
  seeds: readonly Node[],
  inputs: readonly Node[],
  constants: number,
  carry: number,
) {
  const nodes = reachable(targets);
  const moving = dependentOn(nodes, seeds);
  const invariant = invariantNodes(nodes, inputs.slice(0, constants));
  const number = new Map(inputs.map((input, i) => [input, i]));
  const found = { constants: new Set<number>(), rows: new Set<number>(), kept: new Set<Node>() };
  const seen = new Set<Node>();
  const needed = [...targets, ...nodes.filter((node) => moving.has(node)).flatMap((node) => node.args)];
  while (needed.length > 0) {
    const node = needed.pop()!;
    if (moving.has(node) || seen.has(node)) continue;
    seen.add(node);
    const i = number.get(node);
    if (i !== undefined) {
      if (i < constants) found.constants.add(i);
      else if (i < constants + carry) found.kept.add(node);
      else found.rows.add(i);
    } else if (!constantValue(node)) {
      // Not past a result: a bundle is nothing that could be kept.
      const isShown = isView(node.op) && resultIndex(node) === undefined;
      if (invariant.has(node) || isShown) needed.push(...node.args);
      else found.kept.add(node);
    }
  }
  const sorted = (set: ReadonlySet<number>) => [...set].sort((a, b) => a - b);
  return {
    constants: sorted(found.constants),
    rows: sorted(found.rows),
    kept: [...found.kept].sort((a, b) => a.index - b.index),
  };
}

/** The nodes of a list, operands first, that depend on some, these included. */
export function dependentOn(nodes: readonly Node[], sources: readonly Node[]): Set<Node> {
  const dependent = new Set(sources);
  for (const node of nodes) if (node.args.some((arg) => dependent.has(arg))) dependent.add(node);
  return dependent;
}

/** The nodes of a list, operands first, that depend on constants alone, these included. */
export function invariantNodes(nodes: readonly Node[], constants: readonly Node[]): Set<Node> {
  const invariant = new Set(constants);
  for (const node of nodes) {
    const isLeaf = node.args.length === 0 && node.op !== inputOperator;
    if (isLeaf || (node.args.length > 0 && node.args.every((arg) => invariant.has(arg)))) invariant.add(node);
  }
  return invariant;
}
