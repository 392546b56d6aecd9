import { limitExceeded } from "../errors.ts";
import type { Argument, Inline } from "./document.ts";
import { describe, faultAt, type Token } from "./formula-lexer.ts";
import { binaries, precedences } from "./symbols.ts";

/** What an expression is made into: both answer the argument that stands for the symbol or the new node. */
export interface ExpressionTarget {
  symbol(token: Token): Argument;
  node(op: string, args: readonly Argument[], token: Token): Argument;
}

/**
 * Parses the expression that starts at token `start` and ends before a separator or the end; answers its value and the
 * index after it. The stack is explicit, so nesting costs no call depth, and is limited by `depthMax`.
 */
export function parseExpression(
  tokens: readonly Token[],
  start: number,
  target: ExpressionTarget,
  depthMax: number,
): { value: Argument; end: number } {
  const values: Argument[] = [];
  const pending: Pending[] = [];
  let depth = 0;
  let at = start;
  let expectsOperand = true;

  const push = (entry: Pending) => {
    if (entry.nests && ++depth > depthMax) throw limitExceeded("formulaDepth", depthMax, depth);
    pending.push(entry);
  };
  const pop = (): Pending => {
    const entry = pending.pop()!;
    if (entry.nests) depth -= 1;
    return entry;
  };
  const operand = (value: Argument) => {
    values.push(value);
    expectsOperand = false;
  };
  const apply = ({ op, operands, token }: Pending) => {
    operand(target.node(op, values.splice(values.length - operands), token));
  };
  const applyTighter = (precedence: number) => {
    while (pending.length > 0 && pending.at(-1)!.precedence >= precedence) apply(pop());
  };
  const close = () => {
    const entry = pop();
    if (entry.op !== group) apply(entry);
    expectsOperand = false;
  };

  const parseOperand = (token: Token) => {
    const next = tokens[at + 1];
    const literal = literalAt(tokens, at);
    if (literal !== undefined) {
      operand(inline(literal));
      at += 1;
    } else if (token.kind === "name" && next?.text === "(") {
      const empty = tokens[at + 2]?.text === ")";
      push({ op: token.text, operands: empty ? 0 : 1, precedence: open, nests: true, token });
      at += empty ? 3 : 2;
      if (empty) close();
    } else if (token.kind === "name") {
      operand(target.symbol(token));
      at += 1;
    } else if (token.text === "(") {
      push({ op: group, operands: 1, precedence: open, nests: true, token });
      at += 1;
    } else if (token.text === "+") {
      at += 1;
    } else if (token.text === "-") {
      const magnitude = literalAt(tokens, at + 1);
      if (magnitude !== undefined && tokens[at + 2]?.text !== "^") {
        operand(inline(-magnitude));
        at += 2;
      } else {
        push({ op: "negative", operands: 1, precedence: unary, nests: true, token });
        at += 1;
      }
    } else {
      throw faultAt(token, `expected an operand, found ${describe(token)}${operandHint(token)}`);
    }
  };

  const parseOperator = (token: Token) => {
    const binary = token.kind === "symbol" ? binaries.get(token.text) : undefined;
    if (binary !== undefined) {
      applyTighter(binary.precedence + (binary.associates === "left" ? 0 : 1));
      if (binary.associates === "no" && pending.at(-1)?.precedence === binary.precedence) {
        throw faultAt(token, `comparisons do not chain: put one into parentheses before ${describe(token)}`);
      }
      const { op, precedence } = binary;
      push({ op, operands: 2, precedence, nests: binary.associates === "right", token });
      expectsOperand = true;
    } else {
      applyTighter(open + 1);
      const opening = pending.at(-1);
      if (token.text === ")" && opening !== undefined) {
        close();
      } else if (token.text === "," && opening !== undefined && opening.op !== group) {
        opening.operands += 1;
        expectsOperand = true;
      } else {
        throw faultAt(token, `expected ${continuation(opening)}, found ${describe(token)}${operatorHint(token)}`);
      }
    }
    at += 1;
  };

  for (;;) {
    const token = tokens[at]!;
    if (expectsOperand) parseOperand(token);
    else if (isEnd(token)) {
      applyTighter(open + 1);
      const opening = pending.at(-1);
      if (opening === undefined) return { value: values[0]!, end: at };
      throw faultAt(token, `expected ${continuation(opening)}, found ${describe(token)}`);
    } else parseOperator(token);
  }
}

/** A number as an argument. */
export function inline(value: number): Inline {
  return Number.isFinite(value) ? value : (String(value) as Inline);
}

/** An operator or parenthesis that waits for its operands; `nests` when it counts towards the depth. */
interface Pending {
  readonly op: string;
  operands: number;
  readonly precedence: number;
  readonly nests: boolean;
  readonly token: Token;
}

/** What a bare parenthesis has for an operator; no call can be named so. */
const group = "(";

const { open, unary } = precedences;

function literalAt(tokens: readonly Token[], at: number): number | undefined {
  const token = tokens[at];
  return token?.kind === "name" && tokens[at + 1]?.text === "(" ? undefined : token?.value;
}

function isEnd(token: Token): boolean {
  return token.kind === "separator" || token.kind === "end";
}

function continuation(opening: Pending | undefined): string {
  if (opening === undefined) return "an operator or the end of the statement";
  const { line, column } = opening.token;
  const whose = `for the ${opening.op === group ? '"("' : `call of ${describe(opening.token)}`}`;
  return `an operator${opening.op === group ? "" : ', ","'} or the ")" ${whose} at line ${line}, column ${column}`;
}

function operandHint(token: Token): string {
  if (token.text === "\n")
    return " (a statement goes on over lines inside parentheses, or by an operator that begins a line)";
  return token.text === "/" ? " (// is written floor(a / b))" : "";
}

function operatorHint(token: Token): string {
  if (token.kind === "number" || token.kind === "name" || token.text === "(") return " (a product is written with *)";
  return token.text === "=" ? ' ("=" follows the name that starts a statement; equality is "==")' : "";
}
