import type { Canonical } from "../graph/canonical.ts";
import { functionsOf, GraphFunction } from "../graph/function.ts";
import type { Graph } from "../graph/graph.ts";
import { constantValue, type Node } from "../graph/operator.ts";
import { resultIndex, resultTypes } from "../operators/results.ts";
import { encodeTensor } from "../wire/json/tensor-value.ts";
import { freshNames } from "./names.ts";

/**
 * A graph as a document that has the same id: nodes `n1`, `n2`, … in canonical order, no labels. Functions have the names
 * that they were read with, as far as these are distinct. `minusZero` is what stands for that number in attributes, as if
 * for JSON.
 */
export function printGraph(
  graph: Graph,
  { order }: Canonical,
  minusZero: unknown = minusZeroText,
): Record<string, unknown> {
  const functions = functionsOf(order);
  const names = functionNames(functions);
  const printed = functions.map((held) => {
    const { rule } = held;
    const custom = rule && { [rule.mode]: names.get(rule.function.id) };
    return [names.get(held.id), { ...printBody(held.graph, held.canonical.order, minusZero, names), ...custom }];
  });
  return {
    ...(printed.length > 0 && { functions: Object.fromEntries(printed) }),
    ...printBody(graph, order, minusZero, names),
  };
}

/** Names of functions by their ids. */
function functionNames(functions: readonly GraphFunction[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { id, name } of functions) {
    const free = taken.has(name) ? freshNames(`${name}_`, taken)() : name;
    taken.add(free);
    names.set(id, free);
  }
  return names;
}

function printBody(
  graph: Graph,
  order: readonly Node[],
  minusZero: unknown,
  functions: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const taken = new Set(graph.inputs.map((input) => input.name));
  const names = new Map<Node, string>(graph.inputs.map(({ node, name }) => [node, name]));
  const constants: Record<string, unknown>[] = [];
  const nodes: Record<string, unknown>[] = [];
  const outputNodes = new Set(graph.outputs.map((output) => output.node));
  const nextNode = freshNames("n", taken);
  const nextConstant = freshNames("c", taken);
  const inline = new Map<Node, unknown>();
  for (const node of order) {
    const value = constantValue(node);
    const index = resultIndex(node);
    if (index !== undefined) {
      const [bundle] = node.args;
      names.set(node, resultTypes(bundle!)!.length === 1 ? names.get(bundle!)! : `${names.get(bundle!)}:${index}`);
    } else if (!value) {
      const id = nextNode();
      names.set(node, id);
      const args = node.args.map((arg) => names.get(arg) ?? inline.get(arg));
      const attrs = printAttributes(node, minusZero, functions);
      nodes.push({ id, op: node.op.name, args, ...(Object.keys(attrs).length > 0 && { attrs }) });
    } else if (
      value.shape.length === 0 &&
      value.dtype === "float64" &&
      !outputNodes.has(node) &&
      !Object.is(value.data[0], -0)
    ) {
      inline.set(node, encodeTensor(value, "json"));
    } else {
      const name = nextConstant();
      names.set(node, name);
      constants.push({ name, value: encodeTensor(value, "base64") });
    }
  }
  return {
    inputs: graph.inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    ...(constants.length > 0 ? { constants } : {}),
    nodes,
    outputs: graph.outputs.map(({ name, dtype, node }) => ({ name, node: names.get(node), dtype })),
  };
}

function printAttributes({ op, attrs }: Node, minusZero: unknown, functions: ReadonlyMap<string, string>): object {
  const print = (value: unknown): unknown => {
    if (value instanceof GraphFunction) return functions.get(value.id);
    if (Array.isArray(value)) return value.map(print);
    if (Object.is(value, -0)) return minusZero;
    return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  };
  // What an operator keeps besides follows from what it takes.
  const given = Object.entries(attrs).filter(
    ([key, value]) => value !== undefined && Object.hasOwn(op.attributes, key),
  );
  return Object.fromEntries(given.map(([key, value]) => [key, print(value)]));
}

// As a number it would be written without its sign, and the document would have another id.
const minusZeroText = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON("-0");
