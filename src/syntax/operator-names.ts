import { quote } from "../errors.ts";
import { constantValue, type Node, type Operator } from "../graph/operator.ts";
import { findOperator, operators } from "../operators/index.ts";
import { nearest } from "../text/spelling.ts";
import { elsewhere } from "./elsewhere.ts";

/** Says that there is no operator of a name, and what to write instead where that can be told. */
export function unknownOperator(name: string): string {
  const meant = [name, name.toLowerCase()].find((word) => Object.hasOwn(elsewhere, word));
  if (meant !== undefined) return `unknown operator ${quote(name)}: write ${written(elsewhere[meant]!)}`;
  const near = nearest(name, names());
  return `unknown operator ${quote(name)}${near === undefined ? "" : `: did you mean ${written(elsewhere[near] ?? near)}?`}`;
}

/** What to write in place of an operator applied to a number of operands that it does not take; empty where none is known. */
export function otherArity({ name, operands: own, attributes }: Operator, operands: readonly Node[]): string {
  const known = Object.keys(attributes);
  const more = operands.slice(own.length);
  const hasMore = more.length > 0 && known.length > 0 && !own.at(-1)?.startsWith("...");
  // What is written out was meant as an attribute, where the next ones are such elsewhere.
  const isAttribute = hasMore && positional.has(name) && more.every(constantValue);
  const meant = isAttribute ? undefined : byArity[name]?.[operands.length];
  const write = meant === undefined ? "" : `; write ${written(meant)}`;
  if (!hasMore) return write;
  const shown = [...own, ...known.map((key) => `${key}=…`)].join(", ");
  return `${write}; its attributes are given by their names: ${name}(${shown})`;
}

/** An operator's name becomes a call of it, with the attributes that it needs; anything else is what to write. */
function written(text: string): string {
  const op = findOperator(text);
  if (!op) return text;
  const needed = Object.keys(op.attributes).filter((key) => op.attributes[key]!.required);
  return `${text}(${[...op.operands, ...needed.map((key) => `${key}=…`)].join(", ")})`;
}

function names(): string[] {
  return [...operators.flatMap(({ name, aliases }) => [name, ...aliases]), ...Object.keys(elsewhere)];
}

/** Operators that take attributes by their positions elsewhere, of those that {@link byArity} has. */
const positional = new Set(["sum", "prod", "norm", "logsumexp", "clip"]);

/** What is meant by an operator on as many operands as another takes. */
const byArity: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  max: { 2: "maximum", 3: "maximum(maximum(x, y), z)" },
  min: { 2: "minimum", 3: "minimum(minimum(x, y), z)" },
  maximum: { 1: "max", 3: "maximum(maximum(x, y), z)" },
  minimum: { 1: "min", 3: "minimum(minimum(x, y), z)" },
  sum: { 2: "x + y" },
  prod: { 2: "x * y" },
  log: { 2: "log(x) / log(base)" },
  atan: { 2: "atan2" },
  norm: { 2: "hypot" },
  round: { 2: "round(x * 100) / 100" },
  logsumexp: { 2: "logaddexp" },
  sqrt: { 2: "x ^ (1 / n)" },
  clip: { 2: "maximum(x, low)", 3: "minimum(maximum(x, low), high)" },
  zeta: { 1: "zeta(s, 1)" },
  add: { 1: "sum" },
  subtract: { 1: "-x" },
};
