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
  for (let at = 0; at < tokens.length; at += 1) {
    if (at > 0 && tokens[at - 1]!.kind !== "separator") continue;
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
