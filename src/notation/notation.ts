import { type Attrs, attributesKey, parseAttributes } from "../graph/attribute.ts";
import { OperandFault } from "../graph/fault.ts";
import { GraphFunction } from "../graph/function.ts";
import { reachable } from "../graph/graph.ts";
import { type NdArray, rowMajorData } from "../graph/ndarray.ts";
import { constantValue, inputOperator, type Node } from "../graph/operator.ts";
import { type Shape, showShape } from "../graph/shape.ts";
import { resultIndex, resultTypes } from "../operators/results.ts";
import { precedences } from "../syntax/formula/grammar.ts";

/** A piece of a formula, and how tightly it holds together. */
export interface Phrase {
  readonly text: string;
  readonly precedence: number;
  /** Whether it is a number, which a minus before it would become part of. */
  readonly isNumber?: boolean;
  /** Whether it is a name that stands for more. */
  readonly isName?: boolean;
}

/** A way to write formulas. */
export interface Notation {
  name(name: string): Phrase;
  constant(value: NdArray): Phrase;
  /** A node's operator on its operands. */
  apply(node: Node, args: readonly Phrase[]): Phrase;
}

/** A formula in several statements: what it shares, named, and then its results. */
export interface Statements {
  readonly shared: readonly { readonly name: string; readonly text: string; readonly node: Node }[];
  readonly results: readonly string[];
}

// Shared parts up to this size are repeated, because that reads better than a name; nesting beyond the depth gets a name.
const repeatedSizeMax = 3;
const depthMax = 32;
const elementsShown = 6;
const separator = ", ";

/**
 * Which nodes of several formulas get a name of their own, so that the formulas' size stays linear in the nodes: those
 * used more than once, unless small, those nested deeply, and what has several results, a name for each, as `a, b`. `own` are
 * names that are wanted anyway. Inputs have theirs.
 */
export function namesOf(
  roots: readonly Node[],
  fresh: () => string,
  own: ReadonlyMap<Node, string> = new Map(),
): Map<Node, string> {
  const nodes = reachable(roots);
  const uses = new Map<Node, number>();
  const use = (node: Node) => uses.set(node, (uses.get(node) ?? 0) + 1);
  for (const node of nodes) node.args.forEach(use);
  roots.forEach(use);
  const names = new Map(own);
  const results = new Map<Node, (Node | undefined)[]>();
  for (const node of nodes) {
    const index = resultIndex(node);
    if (index === undefined) continue;
    const known = results.get(node.args[0]!) ?? [];
    results.set(node.args[0]!, known);
    known[index] = node;
  }
  const extents = new Map<Node, { size: number; depth: number }>();
  const leaf = { size: 1, depth: 0 };
  for (const node of nodes) {
    const types = resultTypes(node);
    if (types) {
      const known = results.get(node) ?? [];
      const list = types.map((_, i) => (known[i] && names.get(known[i])) ?? fresh());
      names.set(node, list.join(separator));
      for (const [i, result] of known.entries()) if (result) names.set(result, list[i]!);
    }
    let [size, depth] = [constantValue(node)?.data.length ?? 1, 1];
    for (const arg of node.args) {
      const extent = extents.get(arg)!;
      size += extent.size;
      depth = Math.max(depth, extent.depth + 1);
    }
    const isNamed = names.has(node) || (uses.get(node)! > 1 && size > repeatedSizeMax) || depth > depthMax;
    if (isNamed && !names.has(node)) names.set(node, fresh());
    extents.set(node, isNamed ? leaf : { size, depth });
  }
  return names;
}

/** Writes formulas; nodes with a name are written by it, and but for inputs and results `shared` defines it. */
export function write(roots: readonly Node[], names: ReadonlyMap<Node, string>, notation: Notation): Statements {
  const phrases = new Map<Node, Phrase>();
  const shared: { name: string; text: string; node: Node }[] = [];
  for (const node of reachable(roots)) {
    const value = constantValue(node);
    const name = names.get(node);
    if (node.op === inputOperator || (resultIndex(node) !== undefined && name !== undefined)) {
      phrases.set(node, notation.name(name ?? (node.attrs.name as string)));
      continue;
    }
    const args = node.args.map((arg) => phrases.get(arg)!);
    const body = value ? notation.constant(value) : notation.apply(node, args);
    if (name === undefined) phrases.set(node, body);
    else {
      phrases.set(node, { ...notation.name(name), isName: true });
      const parts = name.split(separator).map((part) => notation.name(part).text);
      shared.push({ name: parts.join(separator), text: body.text, node });
    }
  }
  return { shared, results: roots.map((root) => phrases.get(root)!.text) };
}

/** A phrase in parentheses where it holds together less tightly than its place needs. */
export function wrapped({ text, precedence }: Phrase, needed: number, open = "(", close = ")"): string {
  return precedence >= needed ? text : `${open}${text}${close}`;
}

/** A phrase that needs no parentheses anywhere. */
export function atom(text: string): Phrase {
  return { text, precedence: precedences.atom };
}

/** The attributes that say more than their absence would, as `axis=[0], keepdims=true`. */
export function attributesText(node: Node): string {
  return Object.entries(attributesOf(node))
    .map(([key, value]) => `${key}=${attributeText(value)}`)
    .join(", ");
}

/** The attributes that say more than their absence would, sorted by name; `said` are there already. */
export function attributesOf(node: Node, said: Attrs = {}): Attrs {
  const { op, attrs } = node;
  if (Object.keys(attrs).length === 0 || isSame(node, said)) return {};
  const more = Object.entries(attrs)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .filter(([key, value]) => value !== undefined && value !== (key in said ? said[key] : op.attributes[key]?.fallback))
    .map(([key, value]) => {
      const isOne = Array.isArray(value) && value.length === 1 && typeof value[0] === "number";
      return [key, isOne && isSame(node, { ...attrs, [key]: value[0] }) ? value[0] : value];
    });
  return Object.fromEntries(more);
}

/** Whether attributes, as documents give them, are those of a node. */
function isSame({ op, args, attrs }: Node, given: Attrs): boolean {
  try {
    return attributesKey(op.infer(args, parseAttributes(op.attributes, given)).attrs) === attributesKey(attrs);
  } catch (fault) {
    if (fault instanceof OperandFault) return false;
    throw fault;
  }
}

/** The value of an attribute as formulas write it. */
export function attributeText(value: unknown): string {
  if (value instanceof GraphFunction) return value.name;
  if (Array.isArray(value)) return `[${value.map(attributeText).join(", ")}]`;
  if (typeof value === "string") return `"${value.replaceAll(/["\\]/g, "\\$&")}"`;
  if (typeof value === "number") return numberText(value);
  return value === null ? "None" : String(value);
}

/** A tensor for people: nested lists, long ones cut; `digits` significant ones, all if not given. */
export function tensorForPeople(array: NdArray, digits?: number): string {
  const data = rowMajorData(array);
  const show = (x: number) => (array.dtype === "bool" ? String(x !== 0) : numberText(x, digits));
  if (data.length > elementsShown * elementsShown) return `${array.dtype}${showShape(array.shape)}`;
  let position = 0;
  const build = (shape: Shape): string => {
    if (shape.length === 0) return show(data[position++]!);
    const rows = Array.from({ length: shape[0]! }, () => build(shape.slice(1)));
    return `[${rows.length > elementsShown ? [...rows.slice(0, elementsShown), "…"].join(", ") : rows.join(", ")}]`;
  };
  return build(array.shape);
}

/** How e, π and their negatives are written; undefined for other values. */
export function constantName({ shape, dtype, data }: NdArray, e: string, pi: string): string | undefined {
  if (shape.length > 0 || dtype !== "float64") return undefined;
  const name = new Map([
    [Math.E, e],
    [Math.PI, pi],
  ]).get(Math.abs(data[0]!));
  return name && (data[0]! < 0 ? `-${name}` : name);
}

/** A number for people, with the sign of zero. */
export function numberText(x: number, digits?: number): string {
  if (Object.is(x, -0)) return "-0";
  return String(digits === undefined || !Number.isFinite(x) ? x : Number(x.toPrecision(digits)));
}
