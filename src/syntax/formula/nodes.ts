import type { Limits } from "../../config.ts";
import { limitExceeded, quote } from "../../errors.ts";
import type { Budget } from "../../graph/budget.ts";
import type { DType } from "../../graph/dtype.ts";
import { specialNumbers } from "../../wire/json/tensor-value.ts";
import type { Argument, ConstantEntry, NodeEntry } from "../document.ts";
import { Sugar, type Index as SugarIndex } from "../sugar/sugar.ts";
import { derivativesOf, firstIsMeant, higherOrder, members } from "./grammar.ts";
import { derivedFrom, type FunctionTable, functionRule, handedOn } from "./handed-on.ts";
import { memberHint } from "./hints.ts";
import { describe, faultAt, type Token } from "./lexer.ts";
import type { FreshName } from "./naming.ts";
import type { ExpressionTarget, Keyword } from "./target.ts";
import { dtypeNamed, listFault, writtenTensor } from "./tensors.ts";
import {
  Derived,
  Ellipsis,
  FunctionList,
  type FunctionName,
  type Index,
  inline,
  isFunction,
  List,
  plain,
  ShapeOf,
  Slice,
  Text,
  Tuple,
  type Value,
} from "./values.ts";

const budgetPerNode = 10;
// Each is a function of its own, and those nest no deeper.
const primesMax = 64;

/** The nodes and constants that expressions are made into, in order. */
export class Nodes implements Omit<ExpressionTarget, "symbol"> {
  readonly entries: (Omit<NodeEntry, "id"> & { id: string })[] = [];
  readonly constants: ConstantEntry[] = [];
  /** Where the operator of the newest node stands. */
  newest: Token | undefined;
  /** The node that was named last. */
  private named: NodeEntry | undefined;
  private readonly fresh: FreshName;
  private readonly limits: Pick<Limits, "nodes">;
  private readonly budget: Budget;
  private readonly functions: FunctionTable;
  private readonly lists = new Map<List, string>();

  constructor(fresh: FreshName, limits: Pick<Limits, "nodes">, budget: Budget, functions: FunctionTable) {
    this.fresh = fresh;
    this.limits = limits;
    this.budget = budget;
    this.functions = functions;
  }

  primed(value: FunctionName | Derived, order: number, token: Token): Derived {
    const { functions } = this;
    let of = functions.nameOf(value);
    const count = functions.arity(of);
    if (count !== 1) {
      throw faultAt(token, `${quote(of)} has ${count} arguments: D(${of}, 0) is its derivative by the first`);
    }
    if (order > primesMax) throw faultAt(token, `${order} primes: a derivative has at most ${primesMax}`);
    for (let i = 1; i < order; i++) of = functions.nameOf(new Derived("grad", of, {}, token));
    return new Derived("grad", of, {}, token);
  }

  apply({ op, of, attrs }: Derived, args: readonly Value[], keywords: readonly Keyword[], token: Token): Value {
    const [keyword] = keywords;
    if (keyword) throw faultAt(keyword.token, "a function takes its arguments by position");
    return this.add(op, args, token, { attrs: { ...attrs, function: of } });
  }

  node(op: string, args: readonly Value[], token: Token): Value {
    if (op === "?") return this.add("where", [args[1]!, args[0]!, args[2]!], token);
    if (op === "'") return this.add("matrix_transpose", args, token, { sugar: transpose });
    return this.add(op, args, token);
  }

  call(name: Token, args: readonly Value[], keywords: readonly Keyword[]): Value {
    const isOwn = this.functions.has(name.text);
    if (isOwn) return this.apply(this.applicable(name), args, keywords, name);
    const dtype = dtypeNamed(name.text);
    if (dtype) return this.tensor(name, dtype, args, keywords);
    const [first] = args;
    const derivative = derivativesOf.get(name.text);
    if (derivative && isFunction(first))
      return derivedFrom(name, derivative, first, args.slice(1), keywords, this.functions);
    const { functions, rest } = handedOn(name, args, this.functions);
    const needed = derivative === undefined ? higherOrder.get(name.text)?.[0] : "function";
    if (
      needed !== undefined &&
      functions[needed] === undefined &&
      !keywords.some(({ token }) => token.text === needed)
    ) {
      const { text } = name;
      const shown = derivative === undefined ? `${text}(f, …)` : `${text}(f${text === "D" ? ", 0" : ""})(…)`;
      throw faultAt(name, `${describe(name)} takes a function that the formula defines: f(t) = …; ${shown}`);
    }
    // First as in einsum("i->", x), or last as in cast(x, "int32").
    const at = first instanceof Text ? 0 : rest.at(-1) instanceof Text ? rest.length - 1 : undefined;
    const text = at === undefined ? undefined : (rest[at] as Text).text;
    const operands = at === undefined ? rest : rest.toSpliced(at, 1);
    const attrs: Record<string, unknown> = { ...functions };
    const later = new Map<string, Value>();
    for (const { token, value } of keywords) {
      const key = token.text;
      if (Object.hasOwn(attrs, key) || later.has(key)) {
        throw faultAt(token, `the attribute ${describe(token)} is given twice`);
      }
      if (value instanceof Ellipsis || value instanceof Tuple) {
        throw faultAt(token, `${describe(token)} takes one value`);
      }
      if (isFunction(value)) attrs[key] = this.functions.nameOf(value);
      else if (value instanceof FunctionList) attrs[key] = value.items.map((item) => this.functions.nameOf(item));
      else if (typeof value === "string" || value instanceof ShapeOf) later.set(key, value);
      else attrs[key] = plain(value);
    }
    // A loop that does not say how many carries it has has one.
    if (name.text === "scan" && attrs.function !== undefined && attrs.carry === undefined) attrs.carry = 1;
    if (text === undefined && keywords.length === 0 && Object.keys(attrs).length === 0) {
      return this.add(name.text, operands, name);
    }
    const isFirst = firstIsMeant.has(name.text);
    const sugar = new Sugar({ kind: "call", text, later: [...later.keys()], isFirst });
    return this.add(name.text, [...operands, ...later.values()], name, { attrs, sugar });
  }

  /** A function that is called by its name. */
  private applicable(name: Token): Derived {
    const own = this.functions.refer(name);
    return own instanceof Derived ? own : new Derived("call", own.name, {}, name);
  }

  stack(items: readonly Value[], token: Token): Value {
    if (items.length > 0 && items.every(isFunction)) return new FunctionList(items);
    return this.add("stack", items, token);
  }

  member(base: Value, token: Token): Value {
    if (token.text === "shape") return new ShapeOf(base instanceof ShapeOf ? this.argument(base, token) : base, token);
    if (token.text === "T") return this.add("matrix_transpose", [base], token, { sugar: matrixTranspose });
    if (token.text === "mT") return this.add("matrix_transpose", [base], token, { sugar: transpose });
    const known = [...members.keys()].map((name) => `.${name}`).join(", ");
    const hint = memberHint(token.text, typeof base === "string" ? base : undefined);
    throw faultAt(token, `${describe(token)} is nothing that follows a dot: ${hint}; known: ${known}`);
  }

  index(base: Value, indices: readonly Index[], token: Token): Value {
    const args: Value[] = [base instanceof ShapeOf ? base.of : base];
    const number = (value: Value) => args.push(value) - 1;
    const bound = (value: Value | undefined) => (value === undefined || value === null ? undefined : number(value));
    const parts = indices.map((index): SugarIndex => {
      if (index instanceof Ellipsis) return "...";
      if (index === null) return "new";
      if (!(index instanceof Slice)) return number(index);
      const [start, stop, step] = index.bounds.map(bound);
      return { start, stop, step };
    });
    if (!(base instanceof ShapeOf)) {
      return this.add("index", args, token, { sugar: new Sugar({ kind: "index", indices: parts }) });
    }
    if (parts.length !== 1) throw faultAt(token, "a shape has one axis: x.shape[0]");
    return this.add("shape", args, token, { sugar: new Sugar({ kind: "shape", index: parts[0] }) });
  }

  /** A value as an argument of the graph form; `token` is where it is used. */
  argument(value: Value, token: Token): Argument {
    if (typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "boolean") return inline(value);
    if (value instanceof List) return this.constant(value);
    if (value instanceof ShapeOf) return this.add("shape", [value.of], value.token, { sugar: shape });
    if (isFunction(value) || value instanceof FunctionList) {
      const what = isFunction(value) && value.token === token ? "is a function" : "takes no function";
      throw faultAt(token, `${describe(token)} ${what}: ${functionRule}`);
    }
    if (value instanceof Tuple) throw faultAt(token, `${describe(token)} takes one value where several stand`);
    if (value instanceof Text) throw faultAt(token, `${describe(token)} takes no text: ${textRule}`);
    throw faultAt(
      token,
      `${describe(token)} takes no ${value === null ? "None" : "..."}, which stands in an index only`,
    );
  }

  /** The values that several names stand for: the results of the newest node, where that is a call, or the elements of an array. */
  takeApart(value: Value, names: readonly Token[]): { readonly values: readonly Value[]; readonly isCall: boolean } {
    const node = this.entries.at(-1);
    const count = names.length;
    const meaning = node?.sugar?.meaning ?? { kind: "call", text: undefined, later: [] };
    if (!node || node.id !== value || meaning.kind !== "call" || !this.newest || this.newest.kind !== "name") {
      const ofShape = value instanceof ShapeOf;
      const whole = this.argument(ofShape ? value.of : value, names[0]!);
      const sugar = (index: number) => new Sugar({ kind: "part", index, count, ofShape });
      return {
        values: names.map((name, i) => this.add("index", [whole], name, { sugar: sugar(i) })),
        isCall: false,
      };
    }
    this.entries[this.entries.length - 1] = { ...node, sugar: new Sugar({ ...meaning, results: count }) };
    return { values: Array.from({ length: count }, (_, i) => `${node.id}:${i}`), isCall: true };
  }

  /** Calls the newest node by a name, where a value is that; gives the place of its operator. */
  rename(value: Value, name: string): Token | undefined {
    const node = this.entries.at(-1);
    if (!node || node.id !== value || this.named === node) return undefined;
    node.id = name;
    this.named = node;
    return this.newest;
  }

  /** The name of a value, which becomes a constant where it is written out: of a name of its own, or one made up. */
  reference(value: Value, token: Token, own: string | undefined): string {
    const argument =
      value instanceof List && own !== undefined ? this.constant(value, own) : this.argument(value, token);
    if (typeof argument === "string" && !Object.hasOwn(specialNumbers, argument)) return argument;
    const name = own ?? this.fresh("constant", token);
    this.constants.push({ name, value: argument });
    return name;
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

  private tensor(name: Token, dtype: DType, args: readonly Value[], keywords: readonly Keyword[]): Value {
    const value = writtenTensor(name, dtype, args, keywords);
    if (value === undefined) return this.add("cast", args, name, { attrs: { dtype } });
    const id = this.fresh("constant", name);
    this.constants.push({ name: id, value });
    return id;
  }

  private add(
    op: string,
    values: readonly Value[],
    token: Token,
    more: Pick<NodeEntry, "attrs" | "sugar"> = {},
  ): string {
    const args = values.map((value) => this.argument(value, token));
    this.newest = token;
    this.budget.spend(budgetPerNode);
    const { limits, entries } = this;
    if (entries.length >= limits.nodes) throw limitExceeded("nodes", limits.nodes, entries.length + 1);
    const id = this.fresh(op, token);
    entries.push({ id, op, args, ...more });
    return id;
  }
}

/** Where an expression is made into nodes; its symbols are looked up. */
export function targetOf(nodes: Nodes, symbol: ExpressionTarget["symbol"]): ExpressionTarget {
  return {
    symbol,
    node: nodes.node.bind(nodes),
    call: nodes.call.bind(nodes),
    stack: nodes.stack.bind(nodes),
    index: nodes.index.bind(nodes),
    member: nodes.member.bind(nodes),
    primed: nodes.primed.bind(nodes),
    apply: nodes.apply.bind(nodes),
  };
}

const transpose = new Sugar({ kind: "transpose", isStack: true });
const matrixTranspose = new Sugar({ kind: "transpose", isStack: false });
const shape = new Sugar({ kind: "shape", index: undefined });
const textRule = "a text is an attribute, or the first or last argument of an operator that needs one";
