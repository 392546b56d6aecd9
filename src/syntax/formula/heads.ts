import { type DType, dtypes } from "../../graph/dtype.ts";
import { describe, faultAt, type Token } from "./lexer.ts";

/** What a statement begins with: the names that it gives, none where it is an expression alone. */
export interface Head {
  readonly names: readonly Token[];
  /** The dtype that `v: float32 =` gives an output. */
  readonly dtype: { readonly name: DType; readonly token: Token } | undefined;
  /** The number of its tokens, up to and with `=`. */
  readonly length: number;
}

/** The definition of a function: its name, its parameters, and the number of tokens up to and with `=`. */
export interface Definition {
  readonly name: Token;
  readonly parameters: readonly Token[];
  /** The dtypes that parameters declare, by their numbers. */
  readonly dtypes: ReadonlyMap<number, DType>;
  readonly length: number;
}

/** That a function is the derivative of another, `f.jvp = df`. */
export interface RuleHead {
  readonly of: Token;
  readonly mode: "jvp" | "vjp";
  readonly rule: Token;
}

/** The number of tokens of a {@link RuleHead}. */
export const ruleLength = 4;

/** What a statement says of the derivative of a function; undefined where it says nothing of one. */
export function ruleAt(tokens: readonly Token[], at: number): RuleHead | undefined {
  const [of, member, equals, rule] = tokens.slice(at, at + ruleLength);
  if (of?.kind !== "name" || member?.kind !== "member" || !isSymbol(equals, "=")) return undefined;
  const mode = (["jvp", "vjp"] as const).find((name) => name === member.text);
  if (mode === undefined) throw faultAt(member, `a function has .jvp or .vjp, not .${member.text}`);
  const end = tokens[at + ruleLength];
  if (rule?.kind !== "name" || (end?.kind !== "separator" && end?.kind !== "end")) {
    throw faultAt(rule!, `expected the name of the function that is the ${mode} of ${describe(of)}`);
  }
  return { of, mode, rule };
}

/** Where statements begin; those of a function's body, in its parentheses, are its own. */
function* statementsOf(tokens: readonly Token[]): Generator<number> {
  let depth = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const { kind, text } = tokens[at]!;
    if (depth === 0 && (at === 0 || tokens[at - 1]!.kind === "separator")) yield at;
    if (kind !== "symbol") continue;
    if (text === "(" || text === "[") depth += 1;
    else if (text === ")" || text === "]") depth = Math.max(0, depth - 1);
  }
}

/** Whether a body is a block at a token: statements in parentheses, the last of which is what it gives. */
export function isBlockAt(tokens: readonly Token[], at: number): boolean {
  return isSymbol(tokens[at], "(") && headAt(tokens, at + 1).names.length > 0;
}

/** The definition of a function that starts at a token; undefined where none does. */
export function definitionAt(tokens: readonly Token[], at: number): Definition | undefined {
  const name = tokens[at]!;
  if (name.kind !== "name" || !isSymbol(tokens[at + 1], "(")) return undefined;
  const parameters: Token[] = [];
  const declared: Token[] = [];
  let next = at + 2;
  for (; tokens[next]?.kind === "name"; next += 2) {
    parameters.push(tokens[next]!);
    if (isSymbol(tokens[next + 1], ":") && tokens[next + 2]?.kind === "name") {
      declared[parameters.length - 1] = tokens[next + 2]!;
      next += 2;
    }
    if (!isSymbol(tokens[next + 1], ",")) break;
  }
  const end = parameters.length === 0 ? next : next + 1;
  if (!isSymbol(tokens[end], ")") || !isSymbol(tokens[end + 1], "=")) return undefined;
  const dtypes = new Map<number, DType>();
  declared.forEach((token, i) => {
    dtypes.set(i, dtypeAt(token));
  });
  return { name, parameters, dtypes, length: end + 2 - at };
}

/** The definitions of functions by name. Throws where one is defined twice, or has parameters of one name. */
export function findFunctions(tokens: readonly Token[]): ReadonlyMap<string, Definition> {
  const found = new Map<string, Definition>();
  for (const at of statementsOf(tokens)) {
    const definition = definitionAt(tokens, at);
    if (!definition) continue;
    const { name, parameters } = definition;
    const known = found.get(name.text);
    if (known) throw faultAt(name, `${describe(name)} is already defined on line ${known.name.line}`);
    checkParameters(parameters);
    found.set(name.text, definition);
  }
  return found;
}

function checkParameters(parameters: readonly Token[]): void {
  const seen = new Set<string>();
  for (const token of parameters) {
    if (token.value !== undefined) throw faultAt(token, `${describe(token)} is reserved and cannot be a parameter`);
    if (seen.has(token.text)) throw faultAt(token, `two parameters are called ${describe(token)}`);
    seen.add(token.text);
  }
}

/** The head of the statement that starts at a token. Throws where it declares no dtype that there is. */
export function headAt(tokens: readonly Token[], at: number): Head {
  const names: Token[] = [];
  let next = at;
  for (; tokens[next]!.kind === "name"; next += 2) {
    names.push(tokens[next]!);
    if (!isSymbol(tokens[next + 1], ",")) break;
  }
  if (names.length === 0 || tokens[next]!.kind !== "name") return none;
  const colon = isSymbol(tokens[next + 1], ":");
  const end = next + (colon ? 3 : 1);
  if (!isSymbol(tokens[end], "=")) return none;
  const dtype = colon ? { name: dtypeAt(tokens[next + 2]!), token: tokens[next + 2]! } : undefined;
  return { names, dtype, length: end + 1 - at };
}

/** The tokens that first define each name. */
export function findDefinitions(tokens: readonly Token[]): ReadonlyMap<string, Token> {
  const definitions = new Map<string, Token>();
  for (const at of statementsOf(tokens)) {
    for (const name of headAt(tokens, at).names) if (!definitions.has(name.text)) definitions.set(name.text, name);
  }
  return definitions;
}

const none: Head = { names: [], dtype: undefined, length: 0 };

function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === "symbol" && token.text === text;
}

function dtypeAt(token: Token): DType {
  const dtype = dtypes.find((name) => name === token.text);
  if (!dtype) throw faultAt(token, `${describe(token)} is no dtype; known: ${dtypes.join(", ")}`);
  return dtype;
}
