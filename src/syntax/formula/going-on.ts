import { findOperator } from "../../operators/index.ts";
import { isNamePart, isNameStart, skip } from "./characters.ts";
import { binaries } from "./grammar.ts";

/** Whether what begins a line at a place, no opening bracket, goes on with the line before. */
export function continues(text: string, at: number): boolean {
  if (isNameStart(text.charCodeAt(at))) return continuing.has(text.slice(at, skip(text, at, isNamePart)));
  return [3, 2, 1].some((length) => continuing.has(text.slice(at, at + length)));
}

/** How a formula uses names, so far: which of them are called, and which are values. */
export class Uses {
  private readonly called = new Set<string>();
  private readonly given = new Set<string>();
  private readonly used = new Set<string>();

  /** Notes what follows a name on its line. */
  note(name: string, next: string): void {
    (next === "(" ? this.called : this.used).add(name);
    if (next === "=") this.given.add(name);
  }

  /**
   * Whether what begins a line is a bracket and goes on with the tokens before: where an operand lacks there, where they end
   * with the name of what is called, or where the bracket indexes.
   */
  goesOn(text: string, at: number, tokens: readonly Written[], endsOperand: boolean): boolean {
    const bracket = text[at];
    if (bracket !== "(" && bracket !== "[") return false;
    if (!endsOperand) return true;
    const last = tokens.at(-1)!;
    if (bracket === "[") return last.kind !== "number" && last.kind !== "text" && indexes(text, at);
    const name = last.text === "'" ? tokens.at(-2) : last;
    return name?.kind === "name" && this.isFunction(name.text);
  }

  private isFunction(name: string): boolean {
    if (this.given.has(name)) return false;
    return this.called.has(name) || (!this.used.has(name) && findOperator(name) !== undefined);
  }
}

interface Written {
  readonly kind: string;
  readonly text: string;
}

/** Whether a bracket that begins a line holds what no array does, a slice, `...` or `None`, or one whole number. */
function indexes(text: string, at: number): boolean {
  let depth = 0;
  for (let end = at; end < text.length; end++) {
    const character = text[end]!;
    if ("([".includes(character)) depth += 1;
    else if (")]".includes(character)) depth -= 1;
    else if (depth === 1 && (character === ":" || text.startsWith("...", end))) return true;
    if (depth === 0) return /^\[\s*-?\d+\s*\]$/.test(text.slice(at, end + 1)) || /\bNone\b/.test(text.slice(at, end));
  }
  return false;
}

/** What a line begins with that continues the last: all that stands between operands, or closes a bracket. */
const continuing = new Set([...binaries.keys(), "if", "else", ")", "]", ","]);
