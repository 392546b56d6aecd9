import type { Limits } from "../../config.ts";
import { limitExceeded, quote } from "../../errors.ts";
import type { AttributeSpec } from "../../graph/attribute.ts";
import type { Budget } from "../../graph/budget.ts";
import { type DType, dtypes } from "../../graph/dtype.ts";
import { OperandFault } from "../../graph/fault.ts";
import type { Node, Operator } from "../../graph/operator.ts";
import { findOperator } from "../../operators/index.ts";
import type { Position } from "../../text/place.ts";
import type { Argument, ConstantEntry, NodeEntry } from "../document.ts";
import { Sugar } from "../sugar.ts";
import type { ExpressionTarget, Keyword } from "./expression.ts";
import { members } from "./grammar.ts";
import { indexed, indexedShape, type ResolvedIndex, shapeConstant, transposed } from "./indexing.ts";
import { describe, faultAt, type Token } from "./lexer.ts";
import { staticValue } from "./static.ts";
import { Ellipsis, type Index, inline, List, plain, ShapeOf, Slice, Text, type Value } from "./values.ts";

/** Makes a name of a word and a position. */
export type FreshName = (word: string, position: Position) => string;

const budgetPerNode = 10;

/** The nodes and constants that expressions are made into, in order. */
export class Nodes implements Omit<ExpressionTarget, "symbol"> {
  readonly entries: (Omit<NodeEntry, "id"> & { id: string })[] = [];
  readonly constants: ConstantEntry[] = [];
  /** Where the operator of the newest node stands. */
  newest: Token | undefined;
  private readonly fresh: FreshName;
  private readonly limits: Pick<Limits, "nodes">;
  private readonly budget: Budget;
  private readonly lists = new Map<List, string>();

  constructor(fresh: FreshName, limits: Pick<Limits, "nodes">, budget: Budget) {
    this.fresh = fresh;
    this.limits = limits;
    this.budget = budget;
  }

  node(op: string, args: readonly Value[], token: Token): Value {
    if (op === "?") return this.add("where", [args[1]!, args[0]!, args[2]!], token);
    if (op === "'") return this.add(transpose, args, token);
    if (op === "floor_divide" && !findOperator(op)) return this.add("floor", [this.add("divide", args, token)], token);
    return this.add(op, args, token);
  }

  call(name: Token, args: readonly Value[], keywords: readonly Keyword[]): Value {
    const operator = findOperator(name.text);
    if (!operator && isDType(name.text)) return this.tensor(name, name.text, args, keywords);
    const [first] = args;
    const text = first instanceof Text && operator ? textAttribute(operator) : undefined;
    const operands = text === undefined ? args : args.slice(1);
    const given = new Map<string, Value>(text === undefined ? [] : [[text, first!]]);
    for (const { token, value } of keywords) {
      if (operator) checkKeyword(operator, token);
      if (given.has(token.text)) throw faultAt(token, `the attribute ${describe(token)} is given twice`);
      given.set(token.text, value);
    }
    return given.size === 0 ? this.add(name.text, operands, name) : this.apply(name, operator, operands, given);
  }

  stack(items: readonly Value[], token: Token): Value {
    return this.add("stack", items, token);
  }

  member(base: Value, token: Token): Value {
    if (token.text === "shape") return new ShapeOf(base instanceof ShapeOf ? this.argument(base, token) : base, token);
    if (token.text === "T") return this.add(matrixTranspose, [base], token);
    if (token.text === "mT") return this.add(transpose, [base], token);
    const known = [...members.keys()].map((name) => `.${name}`).join(", ");
    throw faultAt(token, `${describe(token)} is nothing that follows a dot; known: ${known}`);
  }

  index(base: Value, indices: readonly Index[], token: Token): Value {
    const args: Value[] = [base instanceof ShapeOf ? base.of : base];
    const number = (value: Value) => args.push(value) - 1;
    const bound = (value: Value | undefined) => (value === undefined || value === null ? undefined : number(value));
    const parts = indices.map((index) => {
      if (index instanceof Ellipsis) return "...";
      if (index === null) return "new";
      if (!(index instanceof Slice)) return number(index);
      const [start, stop, step] = index.bounds.map(bound);
      return { start, stop, step };
    });
    const resolve = (nodes: readonly Node[]) =>
      parts.map((part): ResolvedIndex => {
        if (typeof part === "string") return part === "..." ? "..." : "new";
        if (typeof part === "number") return nodes[part]!;
        const at = (i: number | undefined) => (i === undefined ? undefined : nodes[i]);
        return { start: at(part.start), stop: at(part.stop), step: at(part.step) };
      });
    if (!(base instanceof ShapeOf)) {
      const sugar = new Sugar("index", (builder, nodes) => indexed(builder, nodes[0]!, resolve(nodes)));
      return this.add(sugar, args, token);
    }
    if (parts.length !== 1) throw faultAt(token, "a shape has one axis: x.shape[0]");
    const sugar = new Sugar("shape", (builder, nodes) => indexedShape(builder, nodes[0]!, resolve(nodes)[0]!));
    return this.add(sugar, args, token);
  }

  /** A value as an argument of the graph form; `token` is where it is used. */
  argument(value: Value, token: Token): Argument {
    if (typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "boolean") return inline(value);
    if (value instanceof List) return this.constant(value);
    if (value instanceof ShapeOf) {
      return this.add(new Sugar("shape", (builder, [x]) => shapeConstant(builder, x!.shape)), [value.of], value.token);
    }
    if (value instanceof Text) throw faultAt(token, `${describe(token)} takes no text: ${textRule}`);
    throw faultAt(
      token,
      `${describe(token)} takes no ${value === null ? "None" : "..."}, which stands in an index only`,
    );
  }

  /** A list as a constant, `name` if it may be called so. */
  constant(list: List, name = this.fresh("constant", list.token)): string {
    const known = this.lists.get(list);
    if (known !== undefined) return known;
    const fault = listFault(list);
    if (fault) throw faultAt(fault.token, fault.reason);
    this.lists.set(list, name);
    this.constants.push({ name, value: plain(list) });
    return name;
  }

  private add(
    op: string | Sugar,
    values: readonly Value[],
    token: Token,
    attrs?: Readonly<Record<string, unknown>>,
  ): string {
    const args = values.map((value) => this.argument(value, token));
    this.newest = token;
    this.budget.spend(budgetPerNode);
    const { limits, entries } = this;
    if (entries.length >= limits.nodes) throw limitExceeded("nodes", limits.nodes, entries.length + 1);
    const id = this.fresh(typeof op === "string" ? op : op.name, token);
    entries.push(attrs === undefined ? { id, op, args } : { id, op, args, attrs });
    return id;
  }

  /** An operator with attributes, of which some may be made of lengths, and are known when those are. */
  private apply(
    name: Token,
    operator: Operator | undefined,
    operands: readonly Value[],
    given: ReadonlyMap<string, Value>,
  ): string {
    const attrs: Record<string, unknown> = {};
    const later: { readonly key: string; readonly value: Value }[] = [];
    for (const [key, value] of given) {
      if (typeof value === "string" || value instanceof ShapeOf) later.push({ key, value });
      else if (value instanceof Ellipsis) throw faultAt(name, "... stands in an index only");
      // As in Python, None is what is there without it.
      else if (value !== null || hasFallback(operator?.attributes[key])) attrs[key] = plain(value);
    }
    if (later.length === 0 || !operator) return this.add(name.text, operands, name, attrs);
    const count = operands.length;
    const values = later.map(({ value }) => value);
    const sugar = new Sugar(
      operator.name,
      (builder, nodes) => {
        const full = { ...attrs };
        later.forEach(({ key }, i) => {
          full[key] = attributeOf(key, nodes[count + i]!);
        });
        return builder.apply(operator, nodes.slice(0, count), full);
      },
      operator,
    );
    return this.add(sugar, [...operands, ...values], name);
  }

  /** A constant of a dtype, `int32([1, 2])`; of bytes, `float64("…", shape=[2])`. */
  private tensor(name: Token, dtype: DType, args: readonly Value[], keywords: readonly Keyword[]): Value {
    const [value] = args;
    const shape = keywords.find(({ token }) => token.text === "shape")?.value;
    const other = keywords.find(({ token }) => token.text !== "shape");
    if (other) throw faultAt(other.token, `unknown attribute ${describe(other.token)} of ${dtype}; known: shape`);
    const isPlain = typeof value === "number" || typeof value === "boolean";
    const fault = value instanceof List ? listFault(value) : undefined;
    if (fault) throw faultAt(fault.token, fault.reason);
    const isKnown = isPlain || value instanceof List || (value instanceof Text && shape !== undefined);
    if (args.length !== 1 || !isKnown) {
      if (args.length === 1 && typeof value === "string" && findOperator("cast")) {
        return this.add("cast", [value], name, { dtype });
      }
      throw faultAt(name, `${dtype}(…) takes one number or array that is written out, or base64 text and a shape`);
    }
    const lengths = shape instanceof List ? plain(shape) : shapeOf(isPlain ? value : plain(value));
    const data = isPlain ? [inline(value)] : value instanceof List ? flat(plain(value)) : plain(value);
    const id = this.fresh("constant", name);
    this.constants.push({ name: id, value: { shape: lengths, dtype, data } });
    return id;
  }
}

const transpose = new Sugar("matrix_transpose", (builder, [x]) => transposed(builder, x!, true));
const matrixTranspose = new Sugar("matrix_transpose", (builder, [x]) => transposed(builder, x!, false));
const textRule = "a text is an attribute, or the first argument of an operator that needs one";

function isDType(name: string): name is DType {
  return dtypes.includes(name as DType);
}

/** The attribute that a first text is: the one of texts that has to be given. */
function textAttribute({ attributes }: Operator): string | undefined {
  return Object.keys(attributes).find((key) => {
    const { required, schema } = attributes[key]!;
    return required && schema.type === "string";
  });
}

function hasFallback(spec: AttributeSpec | undefined): boolean {
  return spec === undefined || spec.required || spec.fallback !== undefined;
}

function checkKeyword({ name, operands, attributes }: Operator, token: Token): void {
  if (Object.hasOwn(attributes, token.text)) return;
  if (operands.includes(token.text)) {
    throw faultAt(token, `${describe(token)} is an operand of ${name}: write it without its name`);
  }
  const known = Object.keys(attributes);
  const has = known.length > 0 ? `known: ${known.join(", ")}` : "it takes none";
  throw faultAt(token, `unknown attribute ${describe(token)} of ${name}; ${has}`);
}

function attributeOf(key: string, node: Node): unknown {
  const value = staticValue(node);
  if (value !== undefined) return value;
  throw new OperandFault(`attribute ${quote(key)} must be known beforehand: made of numbers and lengths`);
}

/** What a list cannot hold to be a constant; rows of different lengths are found where it is read. */
function listFault(list: List): { readonly token: Token; readonly reason: string } | undefined {
  const open = [list];
  for (let next = open.pop(); next; next = open.pop()) {
    const { items, token } = next;
    const rows = items.filter((item) => item instanceof List);
    if (items.some((item) => item === null || item instanceof Text)) {
      return { token, reason: "an array holds numbers and truth values only" };
    }
    const lengths = new Set(rows.map((row) => row.items.length));
    if (lengths.size > 1 || (rows.length > 0 && rows.length < items.length)) {
      return { token, reason: `the rows of this array differ in length: ${[...lengths].join(", ")}` };
    }
    open.push(...rows);
  }
  return undefined;
}

function shapeOf(value: unknown): number[] {
  const shape: number[] = [];
  for (let level = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  return shape;
}

function flat(value: unknown): unknown {
  return Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : value;
}
