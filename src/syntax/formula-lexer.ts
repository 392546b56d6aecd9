import { quote } from "../errors.ts";
import type { Budget } from "../graph/budget.ts";
import type { Position } from "../text/place.ts";
import { hintFor } from "./formula-hints.ts";

/** One lexical unit of a formula; `value` is the number that a literal or a reserved name stands for. */
export interface Token extends Position {
  readonly kind: "number" | "name" | "symbol" | "separator" | "end";
  readonly text: string;
  readonly value: number | undefined;
}

/** A formula's tokens, the last of kind `end`, and every name that occurs among them. */
export interface Lexed {
  readonly tokens: readonly Token[];
  readonly names: ReadonlySet<string>;
}

const budgetPerToken = 10;

/** The names that a formula cannot redefine, with the numbers they stand for. */
export const reservedNames: ReadonlyMap<string, number> = new Map([
  ["pi", Math.PI],
  ["e", Math.E],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
]);

/**
 * Cuts a formula into tokens in linear time. A newline separates statements only outside parentheses, and where the next
 * line does not continue this one by beginning with a binary operator or a parenthesis.
 */
export function tokenize(text: string, budget: Budget): Lexed {
  const tokens: Token[] = [];
  const names = new Map<string, string>();
  let at = 0;
  let line = 1;
  let lineStart = 0;
  let open = 0;
  const position = (offset: number): Position => ({ line, column: offset - lineStart + 1 });
  const push = (kind: Token["kind"], word: string, end: number, value?: number) => {
    budget.spend(budgetPerToken);
    tokens.push({ kind, text: word, value, line, column: at - lineStart + 1 });
    at = end;
  };
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === space || code === tab) {
      at += 1;
    } else if (code === lineFeed || code === carriageReturn) {
      const separator = { kind: "separator", text: "\n", value: undefined, ...position(at) } as const;
      for (; isBlank(text.charCodeAt(at)); at++) {
        if (!isNewline(text, at)) continue;
        line += 1;
        lineStart = at + 1;
      }
      const isContinued = open > 0 || ((tokens.at(-1)?.kind ?? "separator") !== "separator" && continues(text, at));
      if (!isContinued) tokens.push(separator);
    } else if (isNameStart(code)) {
      const end = skip(text, at, isNamePart);
      const name = ownName(names, text.slice(at, end), position(at));
      push("name", name, end, reservedNames.get(name));
    } else if (isDigit(code) || (code === dot && isDigit(text.charCodeAt(at + 1)))) {
      const end = numberEnd(text, at);
      const word = text.slice(at, end);
      const value = Number(word);
      if (value === Number.POSITIVE_INFINITY) throw faultAt(position(at), `the number ${quote(word)} is too large`);
      if (isNamePart(text.charCodeAt(end)) || text.charCodeAt(end) === dot) {
        const found = quote(text[end]!);
        throw faultAt(position(end), `expected an operator after the number ${quote(word)}, found ${found}`);
      }
      push("number", word, end, value);
    } else {
      const written = symbolAt(text, at, position, tokens.at(-1));
      const symbol = written === "**" ? "^" : written;
      if (symbol === "(") open += 1;
      else if (symbol === ")") open = Math.max(0, open - 1);
      push(symbol === ";" ? "separator" : "symbol", symbol, at + written.length);
    }
  }
  push("end", "", at);
  return { tokens, names: new Set(names.values()) };
}

/** What is wrong with a formula, and where. */
export class FormulaFault extends Error {
  readonly position: Position;

  constructor({ line, column }: Position, reason: string) {
    super(`line ${line}, column ${column}: ${reason}`);
    this.name = "FormulaFault";
    this.position = { line, column };
  }
}

/** A fault at a token or another position. */
export function faultAt(position: Position, reason: string): FormulaFault {
  return new FormulaFault(position, reason);
}

/** What a token is called in a message. */
export function describe(token: Token): string {
  if (token.kind === "end") return "the end of the formula";
  return token.text === "\n" ? "the end of the line" : quote(token.text);
}

const nameLengthMax = 128;
const [tab, lineFeed, carriageReturn, space, dot] = [0x09, 0x0a, 0x0d, 0x20, 0x2e];

function ownName(names: Map<string, string>, slice: string, position: Position): string {
  const known = names.get(slice);
  if (known !== undefined) return known;
  if (slice.length > nameLengthMax) {
    throw faultAt(position, `the name ${quote(slice)} is longer than ${nameLengthMax} characters`);
  }
  if (slice === "__proto__") throw faultAt(position, `the name ${quote(slice)} is refused`);
  // V8's slice would keep the whole formula alive for as long as the name lives, in a cached graph for instance.
  const name = String.fromCharCode(...Array.from(slice, (character) => character.charCodeAt(0)));
  names.set(name, name);
  return name;
}

function numberEnd(text: string, start: number): number {
  let end = skip(text, start, isDigit);
  if (text.charCodeAt(end) === dot) end = skip(text, end + 1, isDigit);
  if (text[end] !== "e" && text[end] !== "E") return end;
  const digits = text[end + 1] === "+" || text[end + 1] === "-" ? end + 2 : end + 1;
  return isDigit(text.charCodeAt(digits)) ? skip(text, digits, isDigit) : end;
}

function symbolAt(text: string, at: number, position: (offset: number) => Position, last: Token | undefined): string {
  const first = text[at]!;
  const pair = text.slice(at, at + 2);
  if (pairs.has(pair)) return pair;
  if (singles.has(first)) return first;
  const character = String.fromCodePoint(text.codePointAt(at)!);
  const endsOperand = last?.kind === "number" || last?.kind === "name" || last?.text === ")";
  const hint = hintFor(character, pair, endsOperand);
  const shown = `${quote(character)} (${codePointName(character)})`;
  throw faultAt(position(at), `unexpected character ${shown}${hint === undefined ? "" : `: write ${hint}`}`);
}

/** Whether what begins a line goes on with the line before. */
function continues(text: string, at: number): boolean {
  return continuing.has(text[at]!) || pairs.has(text.slice(at, at + 2));
}

function codePointName(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

const pairs = new Set(["<=", ">=", "==", "!=", "**"]);
const singles = new Set(["+", "-", "*", "/", "@", "^", "<", ">", "=", "(", ")", ",", ";"]);
const continuing = new Set(["+", "-", "*", "/", "@", "^", "<", ">", "("]);

function isBlank(code: number): boolean {
  return code === space || code === tab || code === lineFeed || code === carriageReturn;
}

/** Whether a line ends with a character; of a carriage return and a line feed it is the second that ends it. */
function isNewline(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === lineFeed || (code === carriageReturn && text.charCodeAt(at + 1) !== lineFeed);
}

function skip(text: string, at: number, holds: (code: number) => boolean): number {
  while (at < text.length && holds(text.charCodeAt(at))) at += 1;
  return at;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isNameStart(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f;
}

function isNamePart(code: number): boolean {
  return isNameStart(code) || isDigit(code);
}
