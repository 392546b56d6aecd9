import type { Token } from "./lexer.ts";
import type { Derived, FunctionName, Index, Value } from "./values.ts";

/** What an expression is made into: each answers the value that stands for what was made. */
export interface ExpressionTarget {
  symbol(token: Token): Value;
  /** An operator of the grammar on its operands. */
  node(op: string, args: readonly Value[], token: Token): Value;
  /** `f'`, `f''`, …: the derivative of a function of one argument, at a token. */
  primed(of: FunctionName | Derived, order: number, token: Token): Derived;
  /** A derivative applied. */
  apply(derived: Derived, args: readonly Value[], keywords: readonly Keyword[], token: Token): Value;
  call(name: Token, args: readonly Value[], keywords: readonly Keyword[]): Value;
  /** An array of which something is not written out. */
  stack(items: readonly Value[], token: Token): Value;
  index(base: Value, indices: readonly Index[], token: Token): Value;
  member(base: Value, token: Token): Value;
}

/** An attribute in a call. */
export interface Keyword {
  readonly token: Token;
  readonly value: Value;
}

/** How expressions are read. */
export interface ExpressionOptions {
  readonly depthMax: number;
  /** Whether it ends before a parenthesis that nothing in it opens. */
  readonly inBlock?: boolean;
  /** Whether several may stand there, in parentheses or not, with commas between them. */
  readonly several: boolean;
}
