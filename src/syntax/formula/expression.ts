import { binaries, precedences, prefixes } from "./grammar.ts";
import { operandHint, operatorHint } from "./hints.ts";
import { describe, faultAt, type Token } from "./lexer.ts";
import { closingOf, continuation, isAttribute, operandIn, type Pending } from "./pending.ts";
import { Stack } from "./stack.ts";
import type { ExpressionOptions, ExpressionTarget } from "./target.ts";
import { Derived, Ellipsis, isFunction, List, type Literal, literalAt, Slice, Tuple, type Value } from "./values.ts";

/**
 * Parses the expression that starts at token `start` and ends before a separator or the end; answers its value, or the values
 * of several, and the index after them. The stack is explicit, so nesting costs no call depth, and is limited.
 */
export function parseExpression(
  tokens: readonly Token[],
  start: number,
  target: ExpressionTarget,
  options: ExpressionOptions,
): { values: readonly Value[]; end: number } {
  return new Parser(tokens, start, target, options).parse();
}

const { open, conditional, comparison } = precedences;
const boundsMax = 3;

class Parser extends Stack {
  private readonly tokens: readonly Token[];
  private readonly options: ExpressionOptions;
  private readonly start: number;
  private at: number;

  constructor(tokens: readonly Token[], start: number, target: ExpressionTarget, options: ExpressionOptions) {
    super(target, options.depthMax);
    this.tokens = tokens;
    this.start = start;
    this.at = start;
    this.options = options;
  }

  parse(): { values: readonly Value[]; end: number } {
    for (;;) {
      const token = this.tokens[this.at]!;
      if (this.expectsOperand) this.parseOperand(token);
      else if (token.kind === "separator" || token.kind === "end" || this.endsBlock(token)) {
        this.applyTighter(open + 1);
        const opening = this.pending.at(-1);
        const [first] = this.values;
        if (opening === undefined) return { values: first instanceof Tuple ? first.items : this.values, end: this.at };
        throw this.unexpected(opening, token);
      } else this.parseOperator(token);
    }
  }

  private pushBracket(kind: Pending["kind"], op: string, token: Token, callee?: Derived): void {
    this.push({ kind, op, operands: 1, precedence: open, nests: true, token, callee });
  }

  /** Begins a call whose arguments start at a token. */
  private openCall(token: Token, first: number, callee?: Derived): void {
    this.pushBracket("call", token.text, token, callee);
    this.at = first;
    this.expectsOperand = true;
    if (this.tokens[first]?.text === ")") this.closeEmpty();
  }

  /** A name: with primes after it that of a function is a derivative, which is applied, `f'(…)`, or handed on. */
  private parseName(token: Token): void {
    const value = this.target.symbol(token);
    let next = this.at + 1;
    while (isFunction(value) && isSymbol(this.tokens[next], "'")) next += 1;
    const order = next - this.at - 1;
    this.operand(isFunction(value) && order > 0 ? this.target.primed(value, order, token) : value);
    this.at = next;
  }

  private endsBlock(token: Token): boolean {
    return (
      this.options.inBlock === true && isSymbol(token, ")") && this.pending.every(({ kind }) => kind === "operator")
    );
  }

  private parseOperand(token: Token): void {
    const { tokens, at } = this;
    const next = tokens[at + 1];
    const literal = literalAt(tokens, at);
    const prefix = token.kind === "symbol" ? prefixes.get(token.text) : undefined;
    if (this.top?.kind === "call" && token.kind === "name" && next?.text === "=" && next.kind === "symbol") {
      this.keyword(this.top, token);
    } else if (literal !== undefined) {
      this.operand(literal, true);
      this.at += 1;
    } else if (token.kind === "name" && next?.text === "(") {
      this.openCall(token, at + 2);
    } else if (token.kind === "name") {
      this.parseName(token);
    } else if (token.text === "(") {
      this.pushBracket("group", "(", token);
      this.at += 1;
    } else if (token.text === "[") {
      this.pushBracket("array", "[", token);
      this.at += 1;
      if (tokens[this.at]?.text === "]") this.closeEmpty();
    } else if (token.text === "|") {
      this.pushBracket("bar", "abs", token);
      this.at += 1;
    } else if (prefix) {
      this.parsePrefix(token, prefix);
    } else if (this.top?.kind === "index" && this.parseIndexPart(this.top, token)) {
      this.at += 1;
    } else if (this.top && this.endsWithComma(this.top, token)) {
      this.top.operands -= 1;
      this.close(true);
      this.at += 1;
    } else {
      throw faultAt(token, `expected ${operandIn(this.top)}, found ${describe(token)}${operandHint(tokens, at)}`);
    }
  }

  private parsePrefix(token: Token, { op, precedence }: { op: string | undefined; precedence: number }): void {
    const { tokens, at } = this;
    const magnitude = op === "negative" ? literalAt(tokens, at + 1) : undefined;
    if (typeof magnitude === "number" && !isPower(tokens[at + 2])) {
      this.operand(-magnitude, true);
      this.at += 2;
    } else {
      if (op !== undefined) this.push({ kind: "operator", op, operands: 1, precedence, nests: true, token });
      this.at += 1;
    }
  }

  /** Whether a bracket is closed after a comma, as in a list that is written over lines. */
  private endsWithComma({ kind, operands, keywords }: Pending, token: Token): boolean {
    if (operands < 2 || !isSymbol(token, closingOf[kind] ?? "") || keywords.has(operands - 1)) return false;
    return kind === "call" || kind === "array" || (kind === "group" && isAttribute(this.pending.at(-2)));
  }

  /** What may stand in an index where otherwise an operand is expected. */
  private parseIndexPart(index: Pending, token: Token): boolean {
    const isFirst = index.bounds.length === 0;
    if (token.text === ":" && index.bounds.length < boundsMax - 1) {
      index.bounds.push(undefined);
      return true;
    }
    if (token.text === "..." && isFirst) {
      this.operand(new Ellipsis());
      return true;
    }
    if (isFirst && token.text === "]" && index.indices.length > 0) {
      this.close();
      return true;
    }
    if (isFirst || (token.text !== "," && token.text !== "]")) return false;
    this.endIndex(index, undefined, token.text === "]");
    return true;
  }

  private parseOperator(token: Token): void {
    const binary = token.kind === "symbol" ? binaries.get(token.text) : undefined;
    const last = this.values.at(-1);
    if (last instanceof Derived && isSymbol(token, "(")) {
      this.values.pop();
      this.openCall(last.token, this.at + 1, last);
      return;
    }
    if (binary !== undefined) {
      this.parseBinary(token, binary);
    } else if (token.kind === "symbol" && token.text === "if") {
      this.applyTighter(conditional + 1);
      this.push({ kind: "if", op: "if", operands: 1, precedence: open, nests: true, token });
      this.expectsOperand = true;
    } else if (token.kind === "symbol" && token.text === "[") {
      this.pushBracket("index", "[", token);
      this.expectsOperand = true;
    } else if (token.kind === "symbol" && token.text === "'") {
      const [primed] = this.take(1);
      this.operand(isFunction(primed) ? this.target.primed(primed, 1, token) : this.target.node("'", [primed!], token));
    } else if (token.kind === "member") {
      this.operand(this.target.member(this.values.pop()!, token));
    } else {
      this.parseEnd(token);
    }
    this.at += 1;
  }

  private parseBinary(
    token: Token,
    { op, precedence, associates }: NonNullable<ReturnType<typeof binaries.get>>,
  ): void {
    this.applyTighter(precedence + (associates === "left" ? 0 : 1));
    const before = this.top;
    const nests = associates === "right";
    const entry = { kind: "operator", op, operands: 2, precedence, nests, token } as const;
    if (associates === "chain" && before?.precedence === comparison) {
      const right = this.values.at(-1)!;
      this.apply(this.pop());
      this.push({ ...entry, chain: this.values.pop()! });
      this.values.push(right);
    } else {
      this.push(entry);
    }
    this.expectsOperand = true;
  }

  /** What ends an operand: a separator or a closing bracket of what is open, or `else`. */
  private parseEnd(token: Token): void {
    const word = token.kind === "symbol" ? token.text : "";
    this.applyTighter(open + 1);
    const opening = this.top;
    if (opening?.kind === "if" && word === "else") {
      this.pop();
      this.push({ kind: "operator", op: "?", operands: 3, precedence: conditional, nests: true, token: opening.token });
      this.expectsOperand = true;
    } else if (opening?.kind === "index" && (word === ":" || word === "," || word === "]")) {
      if (word === ":" && opening.bounds.length < boundsMax - 1) {
        opening.bounds.push(this.values.pop());
        this.expectsOperand = true;
      } else if (word !== ":") this.endIndex(opening, this.values.pop()!, word === "]");
      else throw this.unexpected(opening, token);
    } else if (opening && word !== "" && word === closingOf[opening.kind]) {
      this.close();
    } else if (word === "," && this.mayHold(opening)) {
      if (opening) opening.operands += 1;
      this.expectsOperand = true;
    } else throw this.unexpected(opening, token);
  }

  /** Whether a comma may stand in what is open: of a group, where that is all of an expression that may be several. */
  private mayHold(opening: Pending | undefined): boolean {
    if (opening?.kind === "call" || opening?.kind === "array") return true;
    if (opening?.kind === "group" && isAttribute(this.pending.at(-2))) return true;
    if (!this.options.several) return false;
    return opening ? opening.kind === "group" && opening.token === this.tokens[this.start] : true;
  }

  private unexpected(opening: Pending | undefined, token: Token): Error {
    return faultAt(
      token,
      `expected ${continuation(opening)}, found ${describe(token)}${operatorHint(this.tokens, this.at, opening?.kind)}`,
    );
  }

  private keyword(call: Pending, token: Token): void {
    const number = call.operands - 1;
    if (call.keywords.has(number)) throw faultAt(token, `expected a value, found ${describe(token)} and another "="`);
    call.keywords.set(number, token);
    this.at += 2;
  }

  private endIndex(index: Pending, last: Value | undefined, isLast: boolean): void {
    const { bounds } = index;
    index.indices.push(bounds.length > 0 ? new Slice([...bounds, last]) : last!);
    index.bounds = [];
    this.expectsOperand = !isLast;
    if (isLast) this.close();
  }

  private closeEmpty(): void {
    this.top!.operands = 0;
    this.close();
    this.at += 1;
  }

  /** Closes the innermost bracket; `isList` where a comma is all that tells that it is one. */
  private close(isList = false): void {
    const bracket = this.pop();
    const { kind, token, isStatic, keywords, indices, operands, callee } = bracket;
    if (kind === "array" || (kind === "group" && (isList || operands > 1) && isAttribute(this.top))) {
      const items = this.take(operands);
      if (isStatic) this.operand(new List(items as Literal[], token), true);
      else this.operand(this.target.stack(items, token));
    } else if (kind === "group" && operands > 1) {
      this.operand(new Tuple(this.take(operands)));
    } else if (kind === "group") {
      this.operand(this.values.pop()!, isStatic);
    } else if (kind === "bar") {
      this.operand(this.target.node("abs", this.take(1), token));
    } else if (kind === "index") {
      this.operand(this.target.index(this.values.pop()!, indices, token));
    } else {
      const values = this.take(operands);
      const named = [...keywords].map(([number, key]) => ({ token: key, value: values[number]! }));
      const args = keywords.size === 0 ? values : values.filter((_, number) => !keywords.has(number));
      this.operand(callee ? this.target.apply(callee, args, named, token) : this.target.call(token, args, named));
    }
  }
}

function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === "symbol" && token.text === text;
}

function isPower(token: Token | undefined): boolean {
  return token?.kind === "symbol" && binaries.get(token.text)?.precedence === precedences.power;
}
