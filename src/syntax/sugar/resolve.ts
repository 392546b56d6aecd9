import { quote } from "../../errors.ts";
import type { Attrs } from "../../graph/attribute.ts";
import { OperandFault } from "../../graph/fault.ts";
import type { Builder, Node, Operator } from "../../graph/operator.ts";
import { resultNode, resultTypes } from "../../operators/results.ts";
import { indexed, indexedShape, part, type ResolvedIndex, transposed } from "./indexing.ts";
import { staticValue } from "./static.ts";
import type { Index, Meaning, Sugar } from "./sugar.ts";

/** The node that is meant, of its operands. Throws an `OperandFault`. */
export function resolve(
  { meaning }: Sugar,
  builder: Builder,
  operator: Operator | undefined,
  nodes: readonly Node[],
  attrs: Attrs,
): Node {
  const [x] = nodes;
  switch (meaning.kind) {
    case "index": {
      const indices = meaning.indices.map((index) => resolveIndex(index, nodes));
      return indexed(builder, x!, indices);
    }
    case "part":
      return part(builder, x!, meaning);
    case "shape":
      return indexedShape(builder, x!, meaning.index === undefined ? "..." : resolveIndex(meaning.index, nodes));
    case "transpose":
      return transposed(builder, x!, meaning.isStack);
    case "call":
      return called(builder, operator!, nodes, attrs, meaning);
  }
}

function resolveIndex(index: Index, nodes: readonly Node[]): ResolvedIndex {
  if (typeof index === "string") return index;
  if (typeof index === "number") return nodes[index]!;
  const at = (i: number | undefined) => (i === undefined ? undefined : nodes[i]);
  return { start: at(index.start), stop: at(index.stop), step: at(index.step) };
}

function called(
  builder: Builder,
  operator: Operator,
  nodes: readonly Node[],
  given: Attrs,
  { text, later, results, isFirst = false }: Extract<Meaning, { kind: "call" }>,
): Node {
  const attrs: Record<string, unknown> = {};
  // As in Python, None is what is there without it.
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(operator.attributes, key) && operator.operands.includes(key)) {
      throw new OperandFault(`${quote(key)} is an operand: write it without its name`);
    }
    if (value !== null || isNeeded(operator, key)) attrs[key] = value;
  }
  const count = nodes.length - later.length;
  for (const [i, key] of later.entries()) attrs[key] = attributeAt(key, nodes[count + i]!);
  if (text !== undefined) {
    const key = textAttribute(operator);
    if (attrs[key] !== undefined) throw new OperandFault(`attribute ${quote(key)} is given twice`);
    attrs[key] = text;
  }
  const node = builder.apply(operator, nodes.slice(0, count), attrs);
  const types = resultTypes(node);
  const has = types?.length ?? 1;
  if (results === undefined && isFirst && types && has === 2) return resultNode(node, 0, types[0]!.dtype);
  if (results !== undefined && has !== results) {
    const names = `${results} names are to take ${has === 1 ? "it" : "them"} apart`;
    throw new OperandFault(has === 1 ? `has a single result, and ${names}` : `has ${has} results, and ${names}`);
  }
  return node;
}

/** The attribute that a text without a name is: the one of texts that has to be given. */
function textAttribute({ attributes }: Operator): string {
  const key = Object.keys(attributes).find((name) => {
    const { required, schema } = attributes[name]!;
    return required && (schema.type === "string" || schema.enum !== undefined);
  });
  if (key === undefined) throw new OperandFault("takes no text: a text is an attribute, given by its name");
  return key;
}

function isNeeded({ attributes }: Operator, key: string): boolean {
  const spec = attributes[key];
  return spec === undefined || spec.required || spec.fallback !== undefined;
}

function attributeAt(key: string, node: Node): unknown {
  const value = staticValue(node);
  if (value !== undefined) return value;
  throw new OperandFault(`attribute ${quote(key)} must be known beforehand: made of numbers and lengths`);
}
