import { describe, type Token } from "./lexer.ts";
import type { Derived, Index, Value } from "./values.ts";

/** An operator or bracket that waits for its operands. */
export interface Pending {
  readonly kind: "operator" | "group" | "call" | "array" | "index" | "bar" | "if";
  readonly op: string;
  operands: number;
  readonly precedence: number;
  /** Whether it counts towards the depth. */
  readonly nests: boolean;
  readonly token: Token;
  /** Of a comparison: what those before it in a row come to. */
  readonly chain?: Value;
  /** Of a bracket: whether all in it is written out. */
  isStatic: boolean;
  /** Of a call: the derivative that is applied. */
  readonly callee?: Derived | undefined;
  /** Of a call: its keywords, by the number of the argument. */
  readonly keywords: Map<number, Token>;
  /** Of an index: those that are complete, and the bounds of the slice that is not. */
  readonly indices: Index[];
  bounds: (Value | undefined)[];
}

/** What closes a bracket; the end of an index is told apart elsewhere. */
export const closingOf: Readonly<Partial<Record<Pending["kind"], string>>> = {
  group: ")",
  call: ")",
  array: "]",
  bar: "|",
};

/** What is expected inside of what is open, after an operand. */
export function continuation(opening: Pending | undefined): string {
  if (opening === undefined) return "an operator or the end of the statement";
  const { kind, token } = opening;
  const whose = kind === "call" ? `call of ${describe(token)}` : describe(token);
  return `an operator${further[kind]} for the ${whose} at line ${token.line}, column ${token.column}`;
}

/** What is expected inside of what is open, where an operand begins. */
export function operandIn(opening: Pending | undefined): string {
  return opening?.kind === "index" ? "an index" : "an operand";
}

/** Whether what opens here is all of the value of an attribute; in parentheses, `axis=(0, 1)`, it is a list. */
export function isAttribute(call: Pending | undefined): boolean {
  return call?.kind === "call" && call.keywords.has(call.operands - 1);
}

const further: Readonly<Record<Pending["kind"], string>> = {
  operator: "",
  group: ' or the ")"',
  call: ', "," or the ")"',
  array: ', "," or the "]"',
  index: ', ":", "," or the "]"',
  bar: ' or the "|"',
  if: ' or the "else"',
};
