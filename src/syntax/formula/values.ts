import type { Inline } from "../document.ts";
import { faultAt, type Token } from "./lexer.ts";

const listDepthMax = 32;

/** A text in quotes. */
export class Text {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An array of literals, which may be constants or attributes. */
export class List {
  readonly items: readonly Literal[];
  readonly token: Token;
  /** How deep arrays nest in it, itself included. */
  readonly depth: number;

  constructor(items: readonly Literal[], token: Token) {
    this.items = items;
    this.token = token;
    this.depth = 1 + items.reduce<number>((depth, item) => Math.max(depth, item instanceof List ? item.depth : 0), 0);
    if (this.depth > listDepthMax) throw faultAt(token, `arrays nest at most ${listDepthMax} deep`);
  }
}

/** The shape of a value: constants that are not known before the value is. */
export class ShapeOf {
  readonly of: Value;
  readonly token: Token;

  constructor(of: Value, token: Token) {
    this.of = of;
    this.token = token;
  }
}

/** The three dots in an index. */
export class Ellipsis {}

/** A function that is defined in the formula. */
export class FunctionName {
  readonly name: string;
  readonly token: Token;

  constructor(name: string, token: Token) {
    this.name = name;
    this.token = token;
  }
}

/** A derivative of a function, which is one: an operator on it, with attributes. */
export class Derived {
  readonly op: string;
  readonly of: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly token: Token;

  constructor(op: string, of: string, attrs: Readonly<Record<string, unknown>>, token: Token) {
    this.op = op;
    this.of = of;
    this.attrs = attrs;
    this.token = token;
  }
}

/** Functions in brackets. */
export class FunctionList {
  readonly items: readonly (FunctionName | Derived)[];

  constructor(items: readonly (FunctionName | Derived)[]) {
    this.items = items;
  }
}

/** Several values in parentheses, which are taken apart at once. */
export class Tuple {
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

/** What is written out; null is `None`. */
export type Literal = number | boolean | null | Text | List;

/** What a part of a formula stands for: the name of an input, constant or node, or something written out. */
export type Value = string | Literal | ShapeOf | Ellipsis | Tuple | FunctionName | Derived | FunctionList;

/** Whether a value is a function. */
export function isFunction(value: Value | undefined): value is FunctionName | Derived {
  return value instanceof FunctionName || value instanceof Derived;
}

/** An index: a value, or the bounds of a slice. */
export type Index = Value | Slice;

/** A slice in an index; bounds that are absent are undefined. */
export class Slice {
  readonly bounds: readonly (Value | undefined)[];

  constructor(bounds: readonly (Value | undefined)[]) {
    this.bounds = bounds;
  }
}

/** A number or truth value as an argument of the graph form. */
export function inline(value: number | boolean): Inline {
  return typeof value === "boolean" || Number.isFinite(value) ? value : (String(value) as Inline);
}

/** A literal as documents have it. */
export function plain(literal: Literal): unknown {
  if (literal instanceof Text) return literal.text;
  if (literal instanceof List) return literal.items.map(plain);
  return literal === null ? null : inline(literal);
}

/** What stands at a token that is written out; a name before a bracket is that of a call. */
export function literalAt(tokens: readonly Token[], at: number): number | boolean | null | Text | undefined {
  const token = tokens[at];
  if (token?.kind === "text") return new Text(token.value as string);
  return token?.kind === "name" && tokens[at + 1]?.text === "("
    ? undefined
    : (token?.value as number | boolean | null | undefined);
}
