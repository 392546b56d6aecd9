import { quote } from "../../errors.ts";
import type { Budget } from "../../graph/budget.ts";
import type { Position } from "../../text/place.ts";
import {
  apostrophe,
  backslash,
  backtick,
  bar,
  carriageReturn,
  codePointName,
  dot,
  hash,
  isBlank,
  isDigit,
  isInApostrophes,
  isInQuotes,
  isNamePart,
  isNameStart,
  isNewline,
  isNoNewline,
  isQuotedNamePart,
  lineFeed,
  numberEnd,
  quotes,
  skip,
  space,
  tab,
} from "./characters.ts";
import { continues, Uses } from "./going-on.ts";
import { binaries, constants, prefixes, punctuation, words } from "./grammar.ts";
import { hintFor, numberHint } from "./hints.ts";

/** One lexical unit of a formula. */
export interface Token extends Position {
  readonly kind: "number" | "name" | "text" | "member" | "symbol" | "separator" | "end";
  readonly text: string;
  /** What a number or a reserved name stands for; what a text says. */
  readonly value: number | boolean | null | string | undefined;
  /** Of a bar: whether it stands where an operand begins. */
  readonly opens?: boolean;
}

/** A formula's tokens, the last of kind `end`, and every name that occurs among them. */
export interface Lexed {
  readonly tokens: readonly Token[];
  readonly names: ReadonlySet<string>;
}

const budgetPerToken = 10;

/**
 * Cuts a formula into tokens in linear time. A newline separates statements only outside brackets, and where the next line
 * does not continue this one by beginning with what stands between operands or closes a bracket.
 */
export function tokenize(text: string, budget: Budget): Lexed {
  return new Lexer(text, budget).tokenize();
}

class Lexer {
  private readonly text: string;
  private readonly budget: Budget;
  private readonly tokens: Token[] = [];
  private readonly names = new Map<string, string>();
  private at = 0;
  private line = 1;
  private lineStart = 0;
  /** How many brackets are open, and how many of them are bars. */
  private open = 0;
  private bars = 0;
  private readonly uses = new Uses();

  constructor(text: string, budget: Budget) {
    this.text = text;
    this.budget = budget;
  }

  tokenize(): Lexed {
    const { text, tokens } = this;
    while (this.at < text.length) {
      const { at } = this;
      const code = text.charCodeAt(at);
      if (code === space || code === tab) this.at += 1;
      else if (code === hash) this.at = skip(text, at, isNoNewline);
      else if (code === lineFeed || code === carriageReturn) this.newline();
      else if (isNameStart(code)) this.name(at, skip(text, at, isNamePart));
      else if (isDigit(code) || (code === dot && isDigit(text.charCodeAt(at + 1)))) this.number(at);
      else if (code === quotes || (code === apostrophe && !this.endsOperand)) this.quoted(code);
      else if (code === backtick) this.backticks();
      else if (code === dot && this.endsOperand && isNameStart(text.charCodeAt(at + 1))) {
        const end = skip(text, at + 1, isNamePart);
        this.push("member", this.ownName(text.slice(at + 1, end), at + 1), end);
      } else if (code === bar) this.bar();
      else this.symbol();
    }
    this.push("end", "", this.at);
    return { tokens, names: new Set(this.names.values()) };
  }

  private get last(): Token | undefined {
    return this.tokens.at(-1);
  }

  /** Whether an operand ends before this place. */
  private get endsOperand(): boolean {
    const { last } = this;
    if (last === undefined) return false;
    if (last.kind === "symbol") return closing.has(last.text) && last.opens !== true;
    return last.kind !== "separator";
  }

  private position(offset: number): Position {
    return { line: this.line, column: offset - this.lineStart + 1 };
  }

  private push(kind: Token["kind"], word: string, end: number, value?: Token["value"]): void {
    this.budget.spend(budgetPerToken);
    if (this.last?.kind === "name") this.uses.note(this.last.text, word);
    this.tokens.push({ kind, text: word, value, line: this.line, column: this.at - this.lineStart + 1 });
    this.at = end;
  }

  private newline(): void {
    const { text, tokens } = this;
    const separator = { kind: "separator", text: "\n", value: undefined, ...this.position(this.at) } as const;
    for (;;) {
      const code = text.charCodeAt(this.at);
      if (code === hash) {
        this.at = skip(text, this.at, isNoNewline);
      } else if (isBlank(code)) {
        if (isNewline(text, this.at)) {
          this.line += 1;
          this.lineStart = this.at + 1;
        }
        this.at += 1;
      } else break;
    }
    const isAfterStatement = (this.last?.kind ?? "separator") !== "separator";
    if (
      this.open === 0 &&
      !(isAfterStatement && (continues(text, this.at) || this.uses.goesOn(text, this.at, tokens, this.endsOperand)))
    )
      tokens.push(separator);
  }

  private name(start: number, end: number): void {
    const name = this.ownName(this.text.slice(start, end), start);
    if (words.has(name)) this.push("symbol", name, end);
    else this.push("name", name, end, constants.get(name));
  }

  private number(start: number): void {
    const { text } = this;
    const end = numberEnd(text, start);
    const word = text.slice(start, end);
    const value = Number(word);
    if (value === Number.POSITIVE_INFINITY) {
      throw faultAt(this.position(start), `the number ${quote(word)} is too large`);
    }
    if (isNamePart(text.charCodeAt(end)) || (text.charCodeAt(end) === dot && text[end + 1] !== ".")) {
      const found = quote(text[end]!);
      const hint = numberHint(word, text.slice(end, end + numberRestMax));
      throw faultAt(this.position(end), `expected an operator after the number ${quote(word)}, found ${found}${hint}`);
    }
    this.push("number", word, end, value);
  }

  /** A text in quotes, which ends on its line; a backslash takes the next character as it is. */
  private quoted(mark: number): void {
    const { text, at } = this;
    const parts: string[] = [];
    let from = at + 1;
    for (let end = from; ; ) {
      end = skip(text, end, mark === quotes ? isInQuotes : isInApostrophes);
      const code = text.charCodeAt(end);
      if (code === mark) {
        parts.push(text.slice(from, end));
        this.push("text", ownText(text.slice(at, end + 1)), end + 1, ownText(parts.join("")));
        return;
      }
      if (code !== backslash || end + 1 >= text.length) {
        throw faultAt(this.position(at), `this text has no end: expected ${text[at]} on the same line`);
      }
      parts.push(text.slice(from, end));
      from = end + 1;
      end += 2;
    }
  }

  /** A name in backticks, which may have dots and hyphens, or be a word. */
  private backticks(): void {
    const { text, at } = this;
    const end = skip(text, at + 1, isQuotedNamePart);
    if (text.charCodeAt(end) !== backtick || !isNameStart(text.charCodeAt(at + 1))) {
      throw faultAt(this.position(at), "expected a name of letters, digits, _, . and - in backticks");
    }
    this.push("name", this.ownName(text.slice(at + 1, end), at + 1), end + 1);
  }

  /** A bar opens where an operand begins, and closes where one ends. */
  private bar(): void {
    const { at, text } = this;
    const opens = !this.endsOperand;
    if (text.charCodeAt(at + 1) === bar && (opens || this.bars > 0)) {
      const why = opens ? "norm(x) for ||x||, | |x| | with blanks" : "or for ||, or blanks between bars";
      throw faultAt(this.position(at), `"||" can be misread here: write ${why}`);
    }
    if (text.charCodeAt(at + 1) === bar) {
      this.push("symbol", "||", at + 2);
      return;
    }
    if (!opens && this.bars === 0) this.unexpected(at);
    this.open += opens ? 1 : -1;
    this.bars += opens ? 1 : -1;
    this.budget.spend(budgetPerToken);
    this.tokens.push({ kind: "symbol", text: "|", value: undefined, ...this.position(at), opens });
    this.at += 1;
  }

  private symbol(): void {
    const { text, at } = this;
    const symbol = [3, 2, 1].map((length) => text.slice(at, at + length)).find((word) => symbols.has(word));
    if (symbol === undefined) this.unexpected(at);
    if (symbol === "(" || symbol === "[") this.open += 1;
    else if (symbol === ")" || symbol === "]") this.open = Math.max(0, this.open - 1);
    this.push(symbol === ";" ? "separator" : "symbol", symbol, at + symbol.length);
  }

  private unexpected(at: number): never {
    const { text } = this;
    const character = String.fromCodePoint(text.codePointAt(at)!);
    const hint = hintFor(character, text.slice(at, at + character.length + 1), this.endsOperand);
    const shown = `${quote(character)} (${codePointName(character)})`;
    throw faultAt(this.position(at), `unexpected character ${shown}${hint === undefined ? "" : `: write ${hint}`}`);
  }

  private ownName(slice: string, start: number): string {
    const known = this.names.get(slice);
    if (known !== undefined) return known;
    if (slice.length > nameLengthMax) {
      throw faultAt(this.position(start), `the name ${quote(slice)} is longer than ${nameLengthMax} characters`);
    }
    if (slice === "__proto__") throw faultAt(this.position(start), `the name ${quote(slice)} is refused`);
    const name = ownText(slice);
    this.names.set(name, name);
    return name;
  }
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

/** That a formula nests deeper, at a token, than it may. */
export class TooDeep extends Error {
  readonly position: Position;
  readonly allowed: number;

  constructor({ line, column }: Position, allowed: number) {
    super(`line ${line}, column ${column}: nests too deep`);
    this.name = "TooDeep";
    this.position = { line, column };
    this.allowed = allowed;
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
const numberRestMax = 8;
/** V8's slice would keep the whole formula alive for as long as a part of it lives, in a cached graph for instance. */
function ownText(slice: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(slice));
}

const isWord = (symbol: string) => words.has(symbol);
const symbols = new Set([...binaries.keys(), ...prefixes.keys(), ...punctuation].filter((symbol) => !isWord(symbol)));
/** What ends an operand; a bar where it does not open. */
const closing = new Set([")", "]", "'", "|"]);
