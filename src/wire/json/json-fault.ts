/** Where a text stops being JSON (RFC 8259), and what is wrong there. */
export interface JsonFault {
  readonly offset: number;
  readonly reason: string;
}

/** The first fault of a text that is not JSON; undefined for JSON. Iterative, one pass. */
export function jsonFault(text: string): JsonFault | undefined {
  try {
    new Scanner(text).scan();
    return undefined;
  } catch (fault) {
    if (fault instanceof Fault) return fault;
    throw fault;
  }
}

class Fault extends Error implements JsonFault {
  readonly offset: number;
  readonly reason: string;

  constructor(offset: number, reason: string) {
    super(reason);
    this.offset = offset;
    this.reason = reason;
  }
}

class Scanner {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  scan(): void {
    /** The closing brackets that are waited for. */
    const closing: string[] = [];
    let isFirst = true;
    let isValue = true;
    for (;;) {
      const character = this.blanksThen();
      const end = closing.at(-1);
      if (isValue) {
        if (end !== undefined && character === end && isFirst) {
          this.at++;
          closing.pop();
          isValue = false;
          continue;
        }
        if (end === "}") this.name();
        const opening = this.value();
        isFirst = opening !== undefined;
        isValue = isFirst;
        if (opening) closing.push(opening);
        continue;
      }
      if (end === undefined) {
        if (character === undefined) return;
        throw this.fault(`expected the end of the body, found ${this.found()}`);
      }
      if (character !== "," && character !== end) {
        throw this.fault(`expected "," or "${end}", found ${this.found()}`);
      }
      this.at++;
      if (character === end) closing.pop();
      isValue = character === ",";
      isFirst = false;
    }
  }

  /** A member's name and the colon after it. */
  private name(): void {
    if (this.text[this.at] !== '"') {
      const word = this.match(/[\w$]+/y);
      const hint = word === undefined ? this.commaHint() : `: write ${JSON.stringify(word)}`;
      throw this.fault(`expected the name of a member, found ${this.found()}${hint}`);
    }
    this.string();
    if (this.blanksThen() !== ":") throw this.fault(`expected ":", found ${this.found()}`);
    this.at++;
    this.blanksThen();
  }

  /** A value; of an array or object only what opens it, for which the closing bracket is given. */
  private value(): string | undefined {
    const character = this.text[this.at];
    if (character === "[" || character === "{") {
      this.at++;
      return character === "[" ? "]" : "}";
    }
    if (character === '"') {
      this.string();
      return undefined;
    }
    const start = this.at;
    const word = this.match(/[-+]?[A-Za-z_]\w*/y);
    const number = word === undefined ? this.match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y) : undefined;
    if (word === undefined && number === undefined) {
      throw this.fault(`expected a value, found ${this.found()}${this.commaHint()}`);
    }
    if (word !== undefined && !literals.has(word)) {
      const hint = Object.hasOwn(instead, word)
        ? `JSON has no ${word}: write ${instead[word]}`
        : `expected a value, found ${this.found()}${/^\w+=/.test(this.text) ? ": forms are not read, send JSON" : ""}`;
      throw this.fault(hint);
    }
    this.at = start + (word ?? number)!.length;
    return undefined;
  }

  /** What to say of a bracket where something else is due. */
  private commaHint(): string {
    const isClosing = /[\]}]/y.test(this.text[this.at] ?? "");
    return isClosing && this.text.slice(0, this.at).trimEnd().endsWith(",")
      ? ": the comma before it is one too many"
      : "";
  }

  private string(): void {
    const start = this.at++;
    for (; ; this.at++) {
      const character = this.text[this.at];
      if (character === '"') break;
      if (character === undefined) throw new Fault(start, "this string does not end");
      if (character < " ")
        throw this.fault(`a ${control[character] ?? "control character"} inside of a string is written \\u or \\n`);
      if (character !== "\\") continue;
      if (this.match(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y) === undefined)
        throw this.fault("no such escape in a string");
      this.at++;
      if (this.text[this.at] === "u") this.at += 4;
    }
    this.at++;
  }

  private blanksThen(): string | undefined {
    while (blanks.has(this.text[this.at]!)) this.at++;
    return this.text[this.at];
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text)?.[0];
  }

  private found(): string {
    if (this.at >= this.text.length) return "the end of the body";
    const hint = hints[this.text[this.at]!] ?? "";
    return `${JSON.stringify(String.fromCodePoint(this.text.codePointAt(this.at)!))}${hint}`;
  }

  private fault(reason: string): Fault {
    return new Fault(this.at, reason);
  }
}

const blanks = new Set([" ", "\t", "\n", "\r"]);
const literals = new Set(["true", "false", "null"]);
const control: Readonly<Record<string, string>> = { "\n": "line break", "\r": "line break", "\t": "tab" };
const hints: Readonly<Record<string, string>> = {
  "'": " (strings are put in double quotes)",
  "/": " (JSON has no comments)",
  "#": " (JSON has no comments)",
  "+": " (a number has no +)",
  ".": " (a number begins with a digit)",
};
/** What other languages write, and what stands for it here. */
const instead: Readonly<Record<string, string>> = {
  NaN: '"NaN"',
  nan: '"NaN"',
  Infinity: '"Infinity"',
  inf: '"Infinity"',
  Inf: '"Infinity"',
  "+Infinity": '"Infinity"',
  "-Infinity": '"-Infinity"',
  "-inf": '"-Infinity"',
  "-Inf": '"-Infinity"',
  True: "true",
  False: "false",
  None: "null",
  nil: "null",
  undefined: "null",
};
