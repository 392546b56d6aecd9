import { parseExpression } from "./expression.ts";
import { headAt } from "./heads.ts";
import { describe, faultAt, type Token } from "./lexer.ts";
import type { Nodes } from "./nodes.ts";
import type { ExpressionTarget } from "./target.ts";
import type { Value } from "./values.ts";

/** What a block is read into; `locals` are the names that its statements give. */
export interface BlockReader {
  readonly target: ExpressionTarget;
  readonly nodes: Nodes;
  readonly locals: Map<string, Value>;
  readonly depthMax: number;
}

/**
 * Reads the body of a function that is several statements, `(t = …; u = …; t * u)`, from the token after its parenthesis:
 * the values that the last gives, and the place after the closing one.
 */
export function readBlock(
  tokens: readonly Token[],
  start: number,
  { target, nodes, locals, depthMax }: BlockReader,
): { readonly values: readonly Value[]; readonly end: number } {
  for (let at = start; ; ) {
    const head = headAt(tokens, at);
    const { names } = head;
    if (head.dtype) throw faultAt(head.dtype.token, "only outputs have a dtype of their own");
    const options = { depthMax, several: names.length !== 1, inBlock: true };
    const { values, end } = parseExpression(tokens, at + head.length, target, options);
    const next = tokens[end]!;
    if (names.length === 0) {
      const after = tokens[end + 1];
      if (next.text === ")" && after && after.kind !== "separator" && after.kind !== "end") {
        throw faultAt(after, `expected the end of the function, found ${describe(after)}`);
      }
      if (next.text === ")") return { values, end: end + 1 };
      throw faultAt(next, `expected the ")" that ends the function, found ${describe(next)}`);
    }
    if (next.text !== ";") throw faultAt(next, `expected ";" and what the function gives, found ${describe(next)}`);
    const seen = new Set<string>();
    const known = names.find(({ text }) => text !== ignored && (locals.has(text) || seen.size === seen.add(text).size));
    if (known) throw faultAt(known, `${describe(known)} is already defined`);
    const { values: parts } = partsOf(names, values, nodes);
    for (const [i, { text }] of names.entries())
      if (text !== ignored || names.length === 1) locals.set(text, parts[i]!);
    at = end + 1;
  }
}

/** The values that names stand for: one, those of a row, the results of one call, or the elements of an array. */
export function partsOf(
  names: readonly Token[],
  values: readonly Value[],
  nodes: Nodes,
): { readonly values: readonly Value[]; readonly isCall: boolean } {
  if (names.length === values.length) return { values, isCall: false };
  if (values.length === 1) return nodes.takeApart(values[0]!, names);
  throw faultAt(names[0]!, `${names.length} names stand for ${values.length} values`);
}

/** The name of what is not wanted of several values; any number may be called so, and none is meant by it. */
export const ignored = "_";
