import { higherOrder } from "./grammar.ts";
import { describe, faultAt, type Token } from "./lexer.ts";
import type { Keyword } from "./target.ts";
import { Derived, FunctionList, type FunctionName, isFunction, List, plain, type Value } from "./values.ts";

/** What nodes have to know of the formula's functions. */
export interface FunctionTable {
  has(name: string): boolean;
  arity(name: string): number;
  refer(token: Token): FunctionName | Derived;
  nameOf(value: FunctionName | Derived): string;
}

/** What to do with a function where a value is expected. */
export const functionRule = "apply it, f(x), or hand it to map, scan, while, cond, switch or a derivative";

/** The derivative of a function, as a function: `grad(f)`, `D(f, 1)`. */
export function derivedFrom(
  name: Token,
  op: string,
  of: FunctionName | Derived,
  more: readonly Value[],
  keywords: readonly Keyword[],
  functions: FunctionTable,
): Derived {
  const [position] = more;
  const isByPosition = name.text === "D";
  const isKnown = typeof position === "number" && Number.isSafeInteger(position) && more.length === 1;
  if (isByPosition ? !isKnown || keywords.length > 0 : more.length > 0) {
    const shown = isByPosition ? "D(f, 0)(x, y): a function and the position of an argument" : `${op}(f)(x)`;
    throw faultAt(name, `${describe(name)} is written ${shown}`);
  }
  const attrs: Record<string, unknown> = isByPosition ? { wrt: [position] } : {};
  for (const { token, value } of keywords) {
    const isList = value instanceof List || typeof value === "number";
    if (!isList) throw faultAt(token, `${describe(token)} must be a position, or a list of such`);
    attrs[token.text] = [plain(value)].flat();
  }
  return new Derived(op, functions.nameOf(of), attrs, name);
}

/** The functions among the arguments of a call, as attributes, and the other arguments. */
export function handedOn(
  name: Token,
  args: readonly Value[],
  functions: FunctionTable,
): { readonly functions: Readonly<Record<string, unknown>>; readonly rest: readonly Value[] } {
  const given = args.flatMap((arg) => (isFunction(arg) ? [arg] : arg instanceof FunctionList ? arg.items : []));
  if (given.length === 0) return { functions: {}, rest: args };
  const rest = args.filter((arg) => !isFunction(arg) && !(arg instanceof FunctionList));
  const keys = higherOrder.get(name.text);
  if (!keys) throw faultAt(name, `${describe(name)} takes no function: ${functionRule}`);
  const names = given.map((value) => functions.nameOf(value));
  if (keys.includes("branches")) return { functions: { branches: names }, rest };
  if (names.length !== keys.length) {
    const takes = keys.length === 1 ? "one function" : `${keys.length} functions`;
    throw faultAt(name, `${describe(name)} takes ${takes}, ${keys.join(" and ")}, received ${names.length}`);
  }
  return { functions: Object.fromEntries(keys.map((key, i) => [key, names[i]])), rest };
}
