import { type Token, TooDeep } from "./lexer.ts";
import type { Pending } from "./pending.ts";
import type { ExpressionTarget } from "./target.ts";
import type { Value } from "./values.ts";

/** What an expression leaves open while it is read: values, and the operators and brackets that wait for them. */
export class Stack {
  protected readonly target: ExpressionTarget;
  private readonly depthMax: number;
  protected readonly values: Value[] = [];
  protected readonly pending: Pending[] = [];
  /** Those of `pending` that are brackets. */
  private readonly brackets: Pending[] = [];
  private depth = 0;
  protected expectsOperand = true;

  constructor(target: ExpressionTarget, depthMax: number) {
    this.target = target;
    this.depthMax = depthMax;
  }

  protected get top(): Pending | undefined {
    return this.pending.at(-1);
  }

  protected push(entry: Entry): void {
    const { depthMax } = this;
    if (entry.nests && ++this.depth > depthMax) throw new TooDeep(entry.token, depthMax);
    const isBracket = entry.kind !== "operator" && entry.kind !== "if";
    const full = isBracket
      ? { ...entry, isStatic: true, keywords: new Map(), indices: [], bounds: [] }
      : { ...entry, isStatic: true, keywords: none.keywords, indices: none.indices, bounds: none.bounds };
    this.pending.push(full);
    if (isBracket) this.brackets.push(full);
  }

  protected pop(): Pending {
    const entry = this.pending.pop()!;
    if (entry.nests) this.depth -= 1;
    if (this.brackets.at(-1) === entry) this.brackets.pop();
    return entry;
  }

  /** An operand that is written out, or else is not. */
  protected operand(value: Value, isStatic = false): void {
    this.values.push(value);
    this.expectsOperand = false;
    const bracket = this.brackets.at(-1);
    if (!isStatic && bracket) bracket.isStatic = false;
  }

  protected take(count: number): Value[] {
    return this.values.splice(this.values.length - count);
  }

  protected apply({ op, operands, token, chain }: Pending): void {
    const made = this.target.node(op, this.take(operands), token);
    this.operand(chain === undefined ? made : this.target.node("logical_and", [chain, made], token));
  }

  protected applyTighter(precedence: number): void {
    while (this.pending.length > 0 && this.top!.precedence >= precedence) this.apply(this.pop());
  }
}

const none = { keywords: new Map<number, Token>(), indices: [], bounds: [] };

type Entry = Pick<Pending, "kind" | "op" | "operands" | "precedence" | "nests" | "token" | "chain" | "callee">;
